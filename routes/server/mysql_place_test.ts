import assert from "node:assert/strict";
import type { MysqlPlace } from "../../db/places.ts";
import { parseConfig } from "./config_file.ts";
import { readMysqlPlace } from "./mysql_place.ts";
import { SettingsError } from "./settings_error.ts";

function read({ url, ini }: { readonly url?: string; readonly ini?: string }): MysqlPlace | null {
  const env = url === undefined ? {} : { CHAT_MYSQL_URL: url };
  return readMysqlPlace({ flags: {}, env, ini: ini === undefined ? null : parseConfig(ini, "config.ini") });
}

const LOCAL: MysqlPlace = { host: "localhost", port: 3306, user: "root", password: "", database: "go_chat" };

const PLACES: readonly [url: string, place: Partial<MysqlPlace>][] = [
  ["mysql://root@localhost/go_chat", {}],
  ["mysql://root@db.example:3307/go_chat", { host: "db.example", port: 3307 }],
  ["mysql://root@[::1]/go_chat", { host: "::1" }],
  ["mysql://ann:p%40ss%2F%3A%25@localhost/chat%20db", {
    user: "ann",
    password: "p@ss/:%",
    database: "chat db",
  }],
];

Deno.test("readMysqlPlace() reads an address with everything in it", () => {
  for (const [url, place] of PLACES) assert.deepEqual(read({ url }), { ...LOCAL, ...place }, url);
});

Deno.test("readMysqlPlace() reads the entries as they are", () => {
  assert.equal(read({}), null);
  assert.equal(read({ ini: "[mysql]\nDbHost =\nDbPort =\nDbUser =\nDbPassWord =\nDbName =\n" }), null);
  const documented =
    "[mysql]\nDbHost = localhost\nDbPort = 3306\nDbUser = root\nDbPassWord = a;b%40\nDbName = go_chat\n";
  assert.deepEqual(read({ ini: documented }), { ...LOCAL, password: "a;b%40" });
  assert.deepEqual(read({ ini: "[mysql]\nDbHost = /run/mysqld.sock\nDbUser = ann\n" }), {
    ...LOCAL,
    host: "/run/mysqld.sock",
    user: "ann",
  });
});

const REFUSED: readonly { readonly url?: string; readonly ini?: string }[] = [
  { url: "hush" },
  { url: "postgres://root:hush@localhost/go_chat" },
  { url: "mysql://localhost/hush" },
  { url: "mysql://root:hush@localhost" },
  { url: "mysql://root:hush@localhost/a/b" },
  { url: "mysql://root:hush@localhost/go_chat?x=1" },
  { url: "mysql://root:hu%E0sh@localhost/go_chat" },
  { url: "mysql://root:hush@localhost:99999/go_chat" },
  { ini: "[mysql]\nDbPassWord = hush\n" },
  { ini: "[mysql]\nDbHost = localhost\nDbPassWord = hush\n" },
  { ini: "[mysql]\nDbHost = a b\nDbUser = u\nDbPassWord = hush\n" },
  { ini: "[mysql]\nDbHost = h\nDbUser = u\nDbPassWord = hush\nDbPort = 0\n" },
  { ini: "[mysql]\nDbHost = h\nDbUser = u\nDbPassWord = hush\nDbName = a/b\n" },
];

Deno.test("readMysqlPlace() refuses what it cannot use, naming setting and source and never a password", () => {
  for (const given of REFUSED) {
    assert.throws(() => read(given), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(
        error.message,
        /^Cannot start: MySQL \(CHAT_MYSQL_URL\) cannot be used \(from .+\), allowed: /,
      );
      assert.ok(!error.message.includes("hush"), error.message);
      return true;
    }, JSON.stringify(given));
  }
});
