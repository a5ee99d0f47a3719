import assert from "node:assert/strict";
import { isTooLong, passwordFault } from "./password.ts";

const release = { mode: "release", username: "annabella", email: "anna@example.com" } as const;

Deno.test("passwordFault() in debug keeps the documented 6 to 20 characters", () => {
  const fault = (password: string): string => passwordFault(password, { mode: "debug" })?.en ?? "";
  assert.equal(fault("123456"), "");
  assert.equal(fault("1".repeat(20)), "");
  assert.match(fault("12345"), /6 to 20/);
  assert.match(fault("1".repeat(21)), /6 to 20/);
  assert.match(fault("😀".repeat(19)), /72 bytes/, "bcrypt would cut 76 bytes");
});

Deno.test("passwordFault() in release wants 8 characters and at most 72 bytes", () => {
  const fault = (password: string): string => passwordFault(password, release)?.en ?? "";
  assert.match(fault("x7 yq2!"), /at least 8/);
  assert.equal(fault("x7 yq2!b"), "");
  assert.equal(fault("密码要长一点点才好"), "");
  assert.equal(fault("q7".repeat(36)), "");
  assert.match(fault(`${"q7".repeat(36)}x`), /72 bytes/);
  assert.match(fault("密".repeat(25)), /72 bytes/);
});

Deno.test("passwordFault() in release refuses the most used passwords, whatever their case", () => {
  for (
    const password of ["password", "PassWord", "12345678", "qwertyuiop", "iloveyou", "baseball", "superman"]
  ) {
    assert.match(passwordFault(password, release)?.en ?? "", /most used/, password);
  }
  assert.equal(passwordFault("password", { mode: "debug" }), null);
});

Deno.test("passwordFault() in release refuses the person's own names", () => {
  for (const password of ["annabella", "ANNABELLA", "anna@example.com", "Anna@Example.com"]) {
    assert.match(passwordFault(password, release)?.en ?? "", /differ/, password);
  }
  assert.equal(passwordFault("annabella", { mode: "release" }), null);
});

Deno.test("passwordFault() refuses U+0000 and lone surrogates in both modes", () => {
  for (const mode of ["debug", "release"] as const) {
    for (const password of ["abcdefgh\0ij", "abcdefgh\ud800"]) {
      assert.match(passwordFault(password, { mode })?.en ?? "", /U\+0000/);
    }
  }
});

Deno.test("isTooLong() counts UTF-8 bytes", () => {
  assert.equal(isTooLong("a".repeat(72)), false);
  assert.equal(isTooLong("a".repeat(73)), true);
  assert.equal(isTooLong("密".repeat(24)), false);
  assert.equal(isTooLong("密".repeat(25)), true);
});
