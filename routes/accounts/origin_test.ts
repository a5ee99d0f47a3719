import assert from "node:assert/strict";
import { ChatError } from "../../realtime/errors.ts";
import { Origins } from "./origin.ts";

const open = { publicUrl: null, loopback: false };
const loopback = { publicUrl: null, loopback: true };
const published = { publicUrl: new URL("https://chat.example.com/"), loopback: true };

function codeOf(run: () => void): string {
  try {
    run();
    return "passes";
  } catch (error) {
    assert.ok(error instanceof ChatError);
    return error.code;
  }
}

function hostCode(settings: ConstructorParameters<typeof Origins>[0], host: string): string {
  return codeOf(() => new Origins(settings).checkHost(host));
}

function originCode(
  settings: ConstructorParameters<typeof Origins>[0],
  origin: string | null,
  host = "chat.lan:8080",
): string {
  return codeOf(() => new Origins(settings).checkOrigin(origin, { scheme: "http", host }));
}

Deno.test("Origins.checkHost() on a loopback listener knows its own names and CHAT_PUBLIC_URL only", () => {
  for (const host of ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST:8080"]) {
    assert.equal(hostCode(loopback, host), "passes", host);
  }
  const strangers = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.2",
    "0.0.0.0:8080",
    "",
    "a b",
    "localhost/x",
    "x@localhost",
  ];
  for (const host of strangers) {
    assert.equal(hostCode(loopback, host), "misdirected", host);
  }
  assert.equal(hostCode(published, "chat.example.com"), "passes");
  assert.equal(hostCode(published, "other.example.com"), "misdirected");
});

Deno.test("Origins.checkHost() elsewhere lets every name pass", () => {
  assert.equal(hostCode(open, "anything.example"), "passes");
});

Deno.test("Origins.checkOrigin() compares with scheme and Host of the request", () => {
  assert.equal(originCode(open, "http://chat.lan:8080"), "passes");
  assert.equal(originCode(open, null), "passes");
  for (
    const origin of [
      "null",
      "",
      "https://chat.lan:8080",
      "http://chat.lan",
      "http://chat.lan:8081",
      "http://evil.example",
      "http://chat.lan:8080.evil.example",
      "http://chat.lan:8080/path",
      "http://user@chat.lan:8080",
      "file://",
      "http://chat.lan:8080, http://chat.lan:8080",
    ]
  ) assert.equal(originCode(open, origin), "origin_refused", origin);
});

Deno.test("Origins.checkOrigin() compares with CHAT_PUBLIC_URL where it is set", () => {
  assert.equal(originCode(published, "https://chat.example.com", "127.0.0.1:8080"), "passes");
  assert.equal(originCode(published, "http://127.0.0.1:8080", "127.0.0.1:8080"), "origin_refused");
});

Deno.test("Origins.checkOrigin() on a loopback listener takes its three names for one, port by port", () => {
  for (const host of ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"]) {
    for (const origin of ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]) {
      assert.equal(originCode(loopback, origin, host), "passes", `${origin} ${host}`);
    }
  }
  assert.equal(originCode(loopback, "http://localhost:8081", "localhost:8080"), "origin_refused");
  assert.equal(originCode(open, "http://localhost:8080", "127.0.0.1:8080"), "origin_refused");
});

Deno.test("Origins.requireOrigin() refuses a request without one", () => {
  const origins = new Origins(open);
  const here = { scheme: "http", host: "chat.lan" } as const;
  assert.equal(codeOf(() => origins.requireOrigin(null, here)), "origin_refused");
  assert.equal(codeOf(() => origins.requireOrigin("http://chat.lan", here)), "passes");
});

Deno.test("A refused origin is named with ours and the setting", () => {
  const origins = new Origins(published);
  assert.throws(
    () => origins.checkOrigin("https://evil.example", { scheme: "https", host: "chat.example.com" }),
    (error) =>
      error instanceof ChatError && error.details.params?.["origin"] === "https://evil.example" &&
      error.details.params["expected"] === "https://chat.example.com",
  );
});
