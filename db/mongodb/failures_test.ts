import { strict as assert } from "node:assert";

import * as driver from "mongodb";
import { StoreUnavailableError } from "../errors.ts";
import { asUnavailable, insertFailureOf, isDriverError, silenceOf } from "./failures.ts";

/** An ordered insert that failed at a document, as the driver throws it. */
function bulkError(code: number, index: number, writeConcernErrors: readonly unknown[] = []): Error {
  const result = {
    getWriteConcernError: () => writeConcernErrors[0],
    insertedCount: index,
  };
  const error: unknown = Reflect.construct(driver.MongoBulkWriteError, [
    { message: "E", code, writeErrors: [{ code, index }] },
    result,
  ]);
  assert.ok(error instanceof Error);
  return error;
}

Deno.test("insertFailureOf() tells a duplicate and a refused document from a server that cannot answer", () => {
  assert.deepEqual(insertFailureOf(bulkError(11_000, 3)), { stored: 3, reason: "duplicate" });
  assert.deepEqual(insertFailureOf(bulkError(121, 0)), { stored: 0, reason: "refused" });
  assert.equal(insertFailureOf(bulkError(11_602, 2)), null, "interrupted by a change of the primary");
  assert.equal(insertFailureOf(bulkError(14_031, 2)), null, "the disk is full");
  assert.equal(
    insertFailureOf(bulkError(11_000, 3, [{ code: 64 }])),
    null,
    "the majority did not confirm it",
  );
  assert.equal(insertFailureOf(new driver.MongoNetworkError("gone")), null);
  assert.equal(insertFailureOf(new Error("ours")), null);
});

Deno.test("isDriverError() knows every error of the driver, however it is named", () => {
  const named = Object.entries(driver).filter(([name]) => /Error$/.test(name)).map(([, kind]) => kind);
  assert.ok(named.length > 30);
  for (const kind of named) {
    assert.ok(typeof kind === "function");
    const error: unknown = Object.create(kind.prototype);
    assert.ok(isDriverError(error), kind.name);
  }
  assert.ok(isDriverError(new driver.BSON.BSONError("b")));
  for (const code of ["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_SOCKET_CLOSED"]) {
    assert.ok(isDriverError(Object.assign(new Error("of the socket"), { code })), code);
  }
  assert.equal(isDriverError(new TypeError("ours")), false);
  assert.equal(isDriverError(Object.assign(new TypeError("ours"), { code: "ERR_INVALID_ARG_TYPE" })), false);
  assert.equal(isDriverError("text"), false);
});

Deno.test("silenceOf() tells servers that did not answer from those that refuse, and from our own mistakes", () => {
  const refused = Object.assign(new Error("connect refused"), { code: "ECONNREFUSED" });
  assert.equal(
    silenceOf(new driver.MongoNetworkError("x", { cause: refused })),
    "MongoNetworkError ECONNREFUSED",
  );
  assert.equal(silenceOf(new driver.MongoNetworkTimeoutError("x")), "MongoNetworkTimeoutError");
  assert.equal(
    silenceOf(new driver.MongoServerSelectionError("x", Object.create(null))),
    "MongoServerSelectionError",
  );
  assert.equal(silenceOf(Object.assign(new Error("ended"), { code: "EPIPE" })), "Error EPIPE");
  assert.equal(silenceOf(new driver.MongoServerError({ code: 14_031 })), null);
  assert.equal(silenceOf(bulkError(11_000, 0)), null);
  assert.equal(silenceOf(new TypeError("ours")), null);
});

Deno.test("asUnavailable() tells nothing of what the driver said, and leaves our own mistakes alone", () => {
  const told = asUnavailable(
    new driver.MongoServerSelectionError("connect secret.example", Object.create(null)),
    "Cannot reach it",
  );
  assert.ok(told instanceof StoreUnavailableError);
  assert.equal(told.message, "Cannot reach it: MongoServerSelectionError");
  const mine = new TypeError("ours");
  assert.equal(asUnavailable(mine, "Cannot reach it"), mine);
});
