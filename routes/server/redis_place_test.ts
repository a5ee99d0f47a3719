import assert from "node:assert/strict";
import type { RedisPlace } from "../../db/places.ts";
import { parseConfig } from "./config_file.ts";
import { readRedisPlace } from "./redis_place.ts";
import { SettingsError } from "./settings_error.ts";

function read({ url, ini }: { readonly url?: string; readonly ini?: string }): RedisPlace | null {
  const env = url === undefined ? {} : { CHAT_REDIS_URL: url };
  return readRedisPlace({ flags: {}, env, ini: ini === undefined ? null : parseConfig(ini, "config.ini") });
}

const LOCAL: RedisPlace = {
  host: "localhost",
  port: 6379,
  tls: false,
  username: null,
  password: null,
  database: 0,
};

const PLACES: readonly [url: string, place: Partial<RedisPlace>][] = [
  ["redis://localhost", {}],
  ["redis://localhost/", {}],
  ["redis://cache.example:6380/3", { host: "cache.example", port: 6380, database: 3 }],
  ["rediss://cache.example", { host: "cache.example", tls: true }],
  ["redis://[::1]:6380", { host: "::1", port: 6380 }],
  ["redis://:hush@localhost", { password: "hush" }],
  ["redis://ann:p%40ss%2F%3A%25@localhost/1", { username: "ann", password: "p@ss/:%", database: 1 }],
];

Deno.test("readRedisPlace() reads an address with everything in it", () => {
  for (const [url, place] of PLACES) assert.deepEqual(read({ url }), { ...LOCAL, ...place }, url);
});

Deno.test("readRedisPlace() reads the entries as they are", () => {
  assert.equal(read({}), null);
  assert.equal(read({ ini: "[redis]\nRedisAddr =\nRedisDbName =\n" }), null);
  assert.deepEqual(read({ ini: "[redis]\nRedisAddr = localhost:6379\nRedisDbName = 0\n" }), LOCAL);
  assert.deepEqual(read({ ini: "[redis]\nRedisAddr = 192.0.2.1\n" }), { ...LOCAL, host: "192.0.2.1" });
  assert.deepEqual(read({ ini: "[redis]\nRedisAddr = :6400\nRedisDbName = 15" }), {
    ...LOCAL,
    port: 6400,
    database: 15,
  });
  assert.deepEqual(read({ ini: "[redis]\nRedisAddr = [2001:db8::1]:6400\n" }), {
    ...LOCAL,
    host: "2001:db8::1",
    port: 6400,
  });
});

Deno.test("readRedisPlace() takes the address before the entries", () => {
  assert.equal(read({ url: "redis://here", ini: "[redis]\nRedisAddr = there\n" })?.host, "here");
});

const WRONG: readonly (readonly [name: string, given: Parameters<typeof read>[0]])[] = [
  ["another scheme", { url: "http://:hush@localhost" }],
  ["no address", { url: "hush" }],
  ["no number of a database", { url: "redis://:hush@localhost/chat" }],
  ["words after it", { url: "redis://:hush@localhost/0?family=4" }],
  ["a password that is not percent-encoded", { url: "redis://:hush%zz@localhost" }],
  ["a user without a password", { url: "redis://hush@localhost" }],
  ["no host", { url: "redis://:hush@/0" }],
  ["port 0", { url: "redis://:hush@localhost:0" }],
  ["an address in the entry", { ini: "[redis]\nRedisAddr = redis://:hush@localhost\n" }],
  ["a port too high", { ini: "[redis]\nRedisAddr = localhost:65536\n" }],
  ["a name for the number", { ini: "[redis]\nRedisAddr = localhost\nRedisDbName = hush\n" }],
  ["a number alone", { ini: "[redis]\nRedisDbName = 0\n" }],
];

Deno.test("readRedisPlace() refuses what it cannot use, naming the setting and not the text", () => {
  for (const [name, given] of WRONG) {
    assert.throws(() => read(given), (error) => {
      assert.ok(error instanceof SettingsError, name);
      assert.match(error.message, /^Cannot start: Redis \(CHAT_REDIS_URL\).*allowed: /, name);
      assert.match(error.message, given.url === undefined ? /\[redis\] Redis\w+/ : /environment/, name);
      assert.doesNotMatch(error.message, /hush|\n/, name);
      return true;
    }, name);
  }
});
