import assert from "node:assert/strict";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { addressBlock, createClientReader } from "./address.ts";

function read(trusted: readonly string[], peer: string, headers: HeadersInit = {}): unknown {
  const { address, scheme } = createClientReader(trusted).read(peer, new Headers(headers));
  return { address, scheme };
}

Deno.test("ClientReader.read() believes no header while no proxy is trusted", () => {
  const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
  assert.deepEqual(read([], "192.0.2.1", headers), { address: "192.0.2.1", scheme: null });
  assert.deepEqual(read(["198.51.100.1"], "192.0.2.1", headers), { address: "192.0.2.1", scheme: null });
});

Deno.test("ClientReader.read() takes the rightmost entry that is no trusted proxy", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["203.0.113.9", "203.0.113.9"],
    ["6.6.6.6, 203.0.113.9", "203.0.113.9"],
    ["6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"],
    ["6.6.6.6,203.0.113.9:4711,10.0.0.7", "203.0.113.9"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["10.0.0.9, 10.0.0.8", "10.0.0.9"],
    ["203.0.113.9, nonsense", "10.0.0.1"],
    ["127", "10.0.0.1"],
    ["", "10.0.0.1"],
  ];
  for (const [header, address] of cases) {
    const client = read(["10.0.0.0/8", "::1"], "10.0.0.1", { "x-forwarded-for": header });
    assert.deepEqual(client, { address, scheme: null }, header);
  }
});

Deno.test("ClientReader.read() takes the scheme from a trusted proxy, and from its last word", () => {
  const scheme = (value: string): unknown => read(["::1"], "::1", { "x-forwarded-proto": value });
  assert.deepEqual(scheme("https"), { address: "::1", scheme: "https" });
  assert.deepEqual(scheme("https, http"), { address: "::1", scheme: "http" });
  assert.deepEqual(scheme("gopher"), { address: "::1", scheme: null });
});

Deno.test("ClientReader.read() knows IPv4 inside IPv6", () => {
  assert.deepEqual(read([], "::ffff:192.0.2.1"), { address: "192.0.2.1", scheme: null });
  const headers = { "x-forwarded-for": "203.0.113.9" };
  assert.deepEqual(read(["192.0.2.1"], "::ffff:192.0.2.1", headers), {
    address: "203.0.113.9",
    scheme: null,
  });
});

Deno.test("createClientReader() refuses a proxy that is neither address nor CIDR, naming the setting", () => {
  for (const wrong of ["proxy.example.com", "10.0.0.0/33", "127", ""]) {
    assert.throws(() => createClientReader([wrong]), /CHAT_TRUST_PROXY/, wrong);
  }
});

Deno.test("addressBlock() keeps IPv4 and takes an IPv6 /64 for one", () => {
  assert.equal(addressBlock("192.0.2.1"), "192.0.2.1");
  assert.equal(addressBlock("2001:db8:1:2:3:4:5:6"), addressBlock("2001:db8:1:2::1"));
  assert.notEqual(addressBlock("2001:db8:1:2::1"), addressBlock("2001:db8:1:3::1"));
  assert.equal(addressBlock("somewhere"), "somewhere");
});

Deno.test("ClientReader.read() warns once of X-Forwarded-For while no proxy is trusted", async () => {
  const records: LogRecord[] = [];
  await configure({
    sinks: { memory: (record) => void records.push(record) },
    loggers: [
      { category: ["chat"], sinks: ["memory"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["memory"] },
    ],
  });
  try {
    const untrusting = createClientReader([]);
    const headers = new Headers({ "x-forwarded-for": "203.0.113.9" });
    for (let count = 0; count < 3; count++) untrusting.read("192.0.2.1", headers);
    createClientReader(["192.0.2.1"]).read("192.0.2.1", headers);
    assert.equal(records.length, 1);
    assert.match(String(records[0]?.rawMessage), /CHAT_TRUST_PROXY/);
  } finally {
    await reset();
  }
});
