/** Contract §3.5: the version of the protocol. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

Deno.test("welcome names version 1, with the subprotocol and without", async () => {
  await using server = await startServer();
  for (const protocols of [[], ["go-chat"]]) {
    const url = new URL("/ws?user_id=1&username=ann", server.url);
    await using ann = await SocketClient.open(url, { protocols });
    assert.equal((await ann.next("welcome")).data?.["protocol"], 1);
    assert.equal(ann.socket.protocol, protocols[0] ?? "");
  }
});

Deno.test("A client that offers a later version beside this one gets this one, whatever it prefers", async () => {
  await using server = await startServer();
  for (const protocols of [["go-chat.2", "go-chat"], ["go-chat", "go-chat.2"]]) {
    const url = new URL("/ws?user_id=1&username=ann", server.url);
    await using ann = await SocketClient.open(url, { protocols });
    assert.equal(ann.socket.protocol, "go-chat");
    assert.equal((await ann.next("welcome")).data?.["protocol"], 1);
  }
});
