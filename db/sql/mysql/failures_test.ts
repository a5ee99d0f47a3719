import assert from "node:assert/strict";
import { type Failure, failureOf, MysqlError, toMysqlError } from "./failures.ts";

/** An error as the driver throws it. */
function driverError(fields: Readonly<Record<string, unknown>>): Error {
  return Object.assign(new Error("text"), fields);
}

for (
  const [fields, failure] of [
    [{ code: "ER_LOCK_DEADLOCK", errno: 1213 }, "again"],
    [{ code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205 }, "again"],
    [{ code: "ER_DUP_ENTRY", errno: 1062 }, "duplicate"],
    [{ code: "PROTOCOL_CONNECTION_LOST", fatal: true }, "lost"],
    [{ code: "ECONNREFUSED", errno: -111 }, "lost"],
    [{ code: "EPIPE" }, "lost"],
    [{ code: "ETIMEDOUT", errorno: "ETIMEDOUT" }, "silent"],
    [{ code: "ER_OPTION_PREVENTS_STATEMENT", errno: 1290 }, "down"],
    [{ code: "ER_CON_COUNT_ERROR", errno: 1040 }, "down"],
    [{ code: "ER_DISK_FULL", errno: 1021 }, "down"],
    [{ code: "ER_DATA_TOO_LONG", errno: 1406 }, "refused"],
    [{ code: "ER_ACCESS_DENIED_ERROR", errno: 1045 }, "denied"],
    [{ code: "ER_PARSE_ERROR", errno: 1064 }, "mistake"],
  ] as const satisfies readonly (readonly [object, Failure])[]
) {
  Deno.test(`toMysqlError() takes ${fields.code} for "${failure}"`, () => {
    assert.equal(failureOf(toMysqlError(driverError(fields))), failure);
  });
}

Deno.test("toMysqlError() leaves the statement and its values behind", () => {
  const error = toMysqlError(driverError({
    code: "ER_DUP_ENTRY",
    errno: 1062,
    sql: "insert into message values ('a secret text')",
    sqlMessage: "Duplicate entry 'a secret text' for key 'message_client'",
  }));
  assert.ok(!JSON.stringify([error, error.message, String(error), error.stack]).includes("secret"));
  assert.equal(error.cause, undefined);
  assert.equal(error.message, "error 1062 (ER_DUP_ENTRY)");
});

Deno.test("toMysqlError() keeps what was said of the account and the database", () => {
  const denied = driverError({
    code: "ER_BAD_DB_ERROR",
    errno: 1049,
    sqlMessage: "Unknown database 'go_chat'",
  });
  assert.match(toMysqlError(denied).message, /Unknown database 'go_chat'/);
});

Deno.test("failureOf() knows nothing of other errors", () => {
  assert.equal(failureOf(new Error("other")), null);
  assert.equal(toMysqlError(new MysqlError("again", "a")).failure, "again");
});
