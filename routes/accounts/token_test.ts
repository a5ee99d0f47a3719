import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { createTokens, hashSessionSecret } from "./token.ts";

const SECRET = "a secret of more than thirty-two bytes, for tests";
const NOW = Date.UTC(2026, 5, 1);
const REQUEST = {
  userId: 7,
  username: "ann",
  sessionSecret: "s".repeat(43),
  issuedAt: NOW,
  expiresAt: NOW + 90 * 86_400_000,
};

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function read(text: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(JSON.parse(Buffer.from(text, "base64url").toString())));
}

/** Changes a good token and signs it anew, with the right secret unless told otherwise. */
function forge(
  change: {
    readonly header?: object;
    readonly payload?: object;
    readonly secret?: string;
    readonly hash?: string;
  },
): string {
  const [header = "", payload = ""] = createTokens([SECRET]).sign(REQUEST).split(".");
  const head = part({ ...read(header), ...change.header });
  const body = part({ ...read(payload), ...change.payload });
  const signature = createHmac(change.hash ?? "sha256", change.secret ?? SECRET).update(`${head}.${body}`);
  return `${head}.${body}.${signature.digest("base64url")}`;
}

Deno.test("Tokens.verify() reads what sign() wrote, until it expires", () => {
  const tokens = createTokens([SECRET]);
  const token = tokens.sign(REQUEST);
  assert.deepEqual(tokens.verify(token, NOW), {
    userId: 7,
    username: "ann",
    sessionId: hashSessionSecret(REQUEST.sessionSecret),
    expiresAt: REQUEST.expiresAt,
  });
  assert.notEqual(tokens.verify(token, REQUEST.expiresAt - 1_000), null);
  assert.equal(tokens.verify(token, REQUEST.expiresAt), null);
});

Deno.test("Tokens carry kid, sub, sid, exp, iss and aud, and nothing that signs in by itself", () => {
  const [header = "", payload = ""] = createTokens([SECRET]).sign(REQUEST).split(".");
  assert.deepEqual(Object.keys(read(header)).sort(), ["alg", "kid", "typ"]);
  assert.deepEqual(Object.keys(read(payload)).sort(), ["aud", "exp", "iat", "iss", "name", "sid", "sub"]);
});

Deno.test("Tokens.verify() accepts every secret of the list; the first signs", () => {
  const old = createTokens(["the old secret, thirty-two bytes or more"]);
  const both = createTokens([SECRET, "the old secret, thirty-two bytes or more"]);
  assert.notEqual(both.verify(old.sign(REQUEST), NOW), null);
  assert.notEqual(createTokens([SECRET]).verify(both.sign(REQUEST), NOW), null);
  assert.equal(createTokens([SECRET]).verify(old.sign(REQUEST), NOW), null);
});

Deno.test("Tokens.verify() accepts an honest forgery only when nothing was changed", () => {
  assert.notEqual(createTokens([SECRET]).verify(forge({}), NOW), null);
});

const FORGERIES: Readonly<Record<string, string>> = {
  "of another secret": forge({ secret: "not the secret, though of its length......" }),
  "of no secret": forge({ secret: "" }),
  "without algorithm": `${part({ alg: "none", typ: "JWT" })}.${part({ sub: "7" })}.`,
  "that says none but is signed": forge({ header: { alg: "none" } }),
  "of HS512": forge({ header: { alg: "HS512" }, hash: "sha512" }),
  "of RS256": forge({ header: { alg: "RS256" } }),
  "of an unknown kid": forge({ header: { kid: "other" } }),
  "of a kid that is a path": forge({ header: { kid: "../../dev/null" } }),
  "without kid": forge({ header: { kid: undefined } }),
  "of a kid named __proto__": forge({ header: { kid: "__proto__" } }),
  "of another issuer": forge({ payload: { iss: "other" } }),
  "for another audience": forge({ payload: { aud: "other" } }),
  "without audience": forge({ payload: { aud: undefined } }),
  "without exp": forge({ payload: { exp: undefined } }),
  "with exp as text": forge({ payload: { exp: "9999999999" } }),
  "that begins later": forge({ payload: { nbf: NOW / 1_000 + 60 } }),
  "without sub": forge({ payload: { sub: undefined } }),
  "with sub 0": forge({ payload: { sub: "0" } }),
  "with sub beyond 32 bits": forge({ payload: { sub: "4294967296" } }),
  "with sub as number": forge({ payload: { sub: 7 } }),
  "without sid": forge({ payload: { sid: undefined } }),
  "with sid as object": forge({ payload: { sid: { $ne: "" } } }),
  "of two parts": "a.b",
  "of four parts": `${createTokens([SECRET]).sign(REQUEST)}.x`,
  "that is empty": "",
  "that is no base64": "ä.ö.ü",
  "of a megabyte": "a".repeat(1_000_000),
  "with a cut signature": createTokens([SECRET]).sign(REQUEST).slice(0, -2),
};

for (const [what, token] of Object.entries(FORGERIES)) {
  Deno.test(`Tokens.verify() refuses a token ${what}`, () => {
    assert.equal(createTokens([SECRET]).verify(token, NOW), null);
  });
}

Deno.test("createTokens() refuses to work without a secret", () => {
  assert.throws(() => createTokens([]), /CHAT_SECRET/);
});
