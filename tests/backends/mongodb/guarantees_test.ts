import { strict as assert } from "node:assert";
import { appendAll, draft, mark } from "../../contract/drafts.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { CommandProxy } from "./command_proxy.ts";
import { openMessages } from "./opened.ts";

/** What an address may say that a message in it would be lost by. */
const WEAK = [
  "w=0&journal=false&wtimeoutMS=0&readConcernLevel=local",
  "w=1&j=false&readConcernLevel=available&readPreference=secondaryPreferred",
];

for (const weak of WEAK) {
  Deno.test(`MongoDB: what is acknowledged is on the disks of the majority, though the address says ${weak}`, async () => {
    await using mongo = await openTestMongo();
    await using proxy = new CommandProxy(mongo.url);
    await using opened = await openMessages(`${proxy.url}&${weak}`);
    await appendAll(opened.messages, draft("one"));
    await mark(opened.messages, { read: "newest" });
    await opened.messages.idle();
    const writes = proxy.commands.filter(({ name }) => ["insert", "update"].includes(name));
    assert.equal(new Set(writes.map(({ name }) => name)).size, 2, "every kind of write was seen");
    for (const { name, collection, document } of writes) {
      const where = `${name} ${collection}`;
      assert.equal(document.writeConcern?.w, "majority", where);
      assert.equal(document.writeConcern?.j, true, where);
    }
    const reads = proxy.commands.filter(({ name }) => name === "find");
    assert.ok(reads.length > 0);
    for (const { document, collection } of reads) {
      assert.equal(document.readConcern?.level, "majority", collection);
    }
  });
}
