import assert from "node:assert/strict";
import { parseConfig } from "./config_file.ts";
import { readMongoPlace } from "./mongo_place.ts";
import { SettingsError } from "./settings_error.ts";

function read({ url, ini }: { readonly url?: string; readonly ini?: string }): string | null {
  const env = url === undefined ? {} : { CHAT_MONGODB_URL: url };
  const config = ini === undefined ? null : parseConfig(ini, "config.ini");
  return readMongoPlace({ flags: {}, env, ini: config })?.url ?? null;
}

Deno.test("readMongoPlace() takes an address of the driver as it is", () => {
  for (
    const url of [
      "mongodb://localhost",
      "mongodb://ann:p%40ss@a.example:27018,b.example/chat?replicaSet=rs0",
      "mongodb+srv://ann:p@cluster.example/chat",
    ]
  ) assert.equal(read({ url }), url);
});

Deno.test("readMongoPlace() reads the entries as they are", () => {
  assert.equal(read({}), null);
  assert.equal(read({ ini: "[MongoDB]\nMongoDBAddr =\nMongoDBPort =\nMongoDBName =\n" }), null);
  const documented = "[MongoDB]\nMongoDBName = go_chat_mongo\nMongoDBAddr = localhost\nMongoDBPort = 27017\n";
  assert.equal(read({ ini: documented }), "mongodb://localhost:27017/go_chat_mongo");
  assert.equal(read({ ini: "[mongodb]\nMongoDBAddr = ::1\n" }), "mongodb://[::1]:27017/go_chat_mongo");
});

const REFUSED: readonly { readonly url?: string; readonly ini?: string }[] = [
  { url: "hush" },
  { url: "mysql://u:hush@db/x" },
  { url: "mongodb://" },
  { url: "mongodb://u:hush@" },
  { url: "mongodb://u:hush@h/%zz" },
  { ini: "[MongoDB]\nMongoDBName = hush\n" },
  { ini: "[MongoDB]\nMongoDBAddr = hu sh\n" },
  { ini: "[MongoDB]\nMongoDBAddr = h\nMongoDBPort = x\n" },
  { ini: "[MongoDB]\nMongoDBAddr = h\nMongoDBName = a.b\n" },
];

Deno.test("readMongoPlace() refuses what it cannot use, naming setting and source and never a password", () => {
  for (const given of REFUSED) {
    assert.throws(() => read(given), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(
        error.message,
        /^Cannot start: MongoDB \(CHAT_MONGODB_URL\) cannot be used \(from .+\), allowed: /,
      );
      assert.ok(!error.message.includes("hush"), error.message);
      return true;
    }, JSON.stringify(given));
  }
});
