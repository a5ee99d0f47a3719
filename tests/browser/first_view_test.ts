import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { measureFirstView } from "./measure/first_view.ts";

const MAX_REQUESTS = 12;
const MAX_TRANSFERRED = 80_000;
const MAX_DECODED = 250_000;

for (const mode of ["debug", "release"] as const) {
  browserTest(
    `The first view in ${mode} takes few requests and little, asks no other host and has no complaint`,
    async (browser) => {
      await using server = await startServer({ mode, env: { CHAT_REGISTRATION: "open" } });
      const { page, complaints } = await browser.open();
      const { requests, transferred, decoded, hosts } = await measureFirstView(page, server.url);
      const told = `${transferred} bytes transferred, ${decoded} decoded: ${requests.join(" ")}`;
      assert.ok(requests.length <= MAX_REQUESTS, told);
      assert.ok(transferred > 0 && transferred <= MAX_TRANSFERRED, told);
      assert.ok(decoded > transferred && decoded <= MAX_DECODED, told);
      assert.deepEqual([...hosts], [server.url.host]);
      await page.getByTestId("username").pressSequentially("ann");
      assert.equal(await page.getByTestId("username").inputValue(), "ann");
      assert.deepEqual(complaints, []);
    },
  );
}
