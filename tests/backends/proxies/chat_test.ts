import assert from "node:assert/strict";
import { z } from "zod";
import { assertWell, runDoctor } from "../../support/doctored.ts";
import { PROXIES } from "../../support/proxies.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { OUTSIDE, type Person, Site } from "./site.ts";

const Sessions = z.object({
  data: z.object({ sessions: z.array(z.object({ session_id: z.string(), address: z.string() })) }),
});
/** Of nobody: RFC 5737. */
const CLAIMED = "203.0.113.9";
const CLAIMED_ID = "chosen-by-a-stranger";

function socketOf(site: Site, { token }: Person): Promise<SocketClient> {
  return SocketClient.open(new URL("/ws", site.proxy.url), {
    headers: { authorization: `Bearer ${token}` },
    client: site.client,
  });
}

async function addressOf(site: Site, { token, session_id: id }: Person): Promise<string | undefined> {
  const { data } = Sessions.parse(await site.ask("/api/v1/auth/sessions", { token }));
  return data.sessions.find((one) => one.session_id === id)?.address;
}

for (const name of PROXIES) {
  Deno.test(`${name}: two people join by invite, sign in, and write to each other through it`, async () => {
    await using site = await Site.open(name);
    const [owner, member] = await site.people();
    await using one = await socketOf(site, owner);
    await using other = await socketOf(site, member);
    const pairs = [[one, other, member], [other, one, owner]] as const;
    for (const [sender, reader, { id }] of pairs) {
      const content = `to ${id}`;
      const { data } = await sender.ask({ type: "private", to_user_id: id, content });
      assert.match(String(data?.["status"]), /^(stored|delivered)$/);
      await reader.next((frame) => frame.type === "private" && frame.content === content);
    }
  });

  Deno.test(`${name}: the client's address arrives, and whatever a client claims of itself does not`, async () => {
    await using site = await Site.open(name);
    const [owner] = await site.people();
    assert.equal(await addressOf(site, owner), OUTSIDE);
    const claims: Record<string, string>[] = [
      { "x-forwarded-for": CLAIMED },
      { "x-forwarded-for": `${CLAIMED}, 127.0.0.1` },
      { "x-forwarded-for": CLAIMED, "x-real-ip": CLAIMED, forwarded: `for=${CLAIMED}` },
    ];
    for (const headers of claims) {
      assert.equal(await addressOf(site, await site.signIn("olive_owner", headers)), OUTSIDE);
    }
    const answer = await site.fetch("/healthz", { headers: { "x-request-id": CLAIMED_ID } });
    assert.equal(answer.status, 200, await answer.text());
    const id = answer.headers.get("x-request-id") ?? "";
    assert.ok(id !== "" && id !== CLAIMED_ID, id);
  });

  Deno.test(`${name}: the cookie is one of https, also where a client claims http`, async () => {
    await using site = await Site.open(name);
    await site.people();
    const answer = await site.fetch("/api/v1/auth/login", {
      body: { username: "olive_owner", password: "a walk along the canal" },
      headers: { "x-forwarded-proto": "http" },
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.match(answer.headers.get("set-cookie") ?? "", /^__Host-session=.*; Secure/);
  });

  Deno.test(`${name}: doctor finds all well through it`, async () => {
    await using site = await Site.open(name);
    const { dataDir, url } = site.server;
    const findings = await runDoctor({
      dataDir,
      env: { ...site.env, DENO_CERT: site.proxy.certificate.path },
      args: ["--host", "127.0.0.1", "--port", url.port],
    });
    assertWell(findings);
    for (const check of ["public URL", "WebSocket", "proxy headers", "clock"]) {
      assert.deepEqual(
        findings.filter((one) => one.check === check).map(({ level }) => level),
        ["ok"],
        check,
      );
    }
  });
}
