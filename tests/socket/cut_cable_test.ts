/** Peers whose cable is cut: contract §3.3.7, where no system on the other side closes or refuses anything. */
import assert from "node:assert/strict";
import { z } from "zod";
import { CUT_OFF, ownNetwork } from "../support/cut_cable.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, within } from "../support/process.ts";
import { say } from "../support/say.ts";

/** A dead peer is noticed, and its leave told, within this time, in s. */
const PROMISED = 60;
/** With the start of the server and its clients, in ms. */
const PATIENCE_MS = 150_000;

const required = Deno.env.get("REQUIRE_BACKENDS") === "1";
const network = await ownNetwork();
if (network === null && !required) {
  say(
    "!! cut_cable_test.ts needs unshare, nsenter and ip (Debian: util-linux, iproute2), and may use namespaces",
  );
}

Deno.test({
  name: "slow: who is cut off is gone from presence within 60 s, idle or with something on its way",
  ignore: network === null && !required,
  async fn(): Promise<void> {
    assert.ok(network !== null, "This machine lets no test have a network of its own");
    const [program = "", ...way] = network;
    const script = ["run", "-P=test", "--quiet", "--no-prompt", "tests/support/cut_cable.ts"];
    const args = [...way, Deno.execPath(), ...script];
    // A group, so that nothing of it is left where it takes too long.
    const child = capture({ program, args, env: {}, cwd: fromFileUrl(ROOT), group: true });
    try {
      const { success } = await within(PATIENCE_MS, child.exited, "The cable's tale did not end");
      assert.ok(success, child.stderr());
    } finally {
      await child.kill();
    }
    const told = z.record(z.string(), z.number()).parse(JSON.parse(child.stdout()));
    for (const who of Object.keys(CUT_OFF)) {
      const seconds = told[who] ?? Infinity;
      say(`cut off, ${who}: gone after ${seconds.toFixed(1)} s`);
      assert.ok(seconds <= PROMISED, `${who}: ${seconds} s`);
    }
  },
});
