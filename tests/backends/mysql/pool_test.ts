import assert from "node:assert/strict";
import { failureOf } from "../../../db/sql/mysql/failures.ts";
import { MysqlPool } from "../../../db/sql/mysql/pool.ts";
import { systemClock } from "../../../db/clock.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";
import { until } from "../../support/until.ts";

await shareMariadb();

const BOUNDS = { maxConnections: 2, maxWaiting: 3, waitMs: 300 };

Deno.test("MysqlPool opens no more connections than it may, and others take turns", async () => {
  await using database = await createDatabase();
  await using pool = new MysqlPool({ place: database.place, clock: systemClock, ...BOUNDS, maxWaiting: 100 });
  const ids = await Promise.all(
    Array.from(
      { length: 30 },
      () =>
        pool.use(async (connection) =>
          (await connection.rows<{ readonly id: number }>("select connection_id() as id"))[0]?.id
        ),
    ),
  );
  assert.ok(new Set(ids).size <= 2);
});

Deno.test("MysqlPool refuses whoever waits too long, and at once whoever is too many", async () => {
  await using database = await createDatabase();
  await using pool = new MysqlPool({ place: database.place, clock: systemClock, ...BOUNDS });
  const taken = [await pool.take(), await pool.take()];
  const waiting = Array.from({ length: 3 }, () => pool.take());
  await assert.rejects(pool.take(), (error) => failureOf(error) === "down");
  for (const one of await Promise.allSettled(waiting)) {
    assert.ok(one.status === "rejected" && failureOf(one.reason) === "down");
  }
  const next = pool.take();
  for (const connection of taken) pool.give(connection);
  const connection = await next;
  assert.deepEqual(await connection.rows("select 1 as one"), [{ one: 1 }]);
  pool.give(connection);
});

Deno.test("MysqlPool hands out no connection that has ended", async () => {
  await using database = await createDatabase();
  await using pool = new MysqlPool({ place: database.place, clock: systemClock, ...BOUNDS });
  const connection = await pool.take();
  const [row] = await connection.rows<{ readonly id: number }>("select connection_id() as id");
  pool.give(connection);
  await database.run(`kill ${row?.id}`);
  await until("the connection has ended", () => !connection.isUsable);
  assert.deepEqual(await pool.use((other) => other.rows("select 2 as two")), [{ two: 2 }]);
});

Deno.test("A connection whose statement takes too long ends, and so does the statement for its caller", async () => {
  await using database = await createDatabase();
  await using pool = new MysqlPool({ place: database.place, clock: systemClock, ...BOUNDS });
  const startedAt = performance.now();
  await pool.use(async (connection) => {
    await assert.rejects(
      connection.run("select sleep(20)", [], 200),
      (error) => failureOf(error) === "silent",
    );
    assert.equal(connection.isUsable, false);
  });
  assert.ok(performance.now() - startedAt < 10_000);
  await pool.use((connection) => connection.run("select 1"));
});

Deno.test("Numbers, text, bytes and times come back as they went", async () => {
  await using database = await createDatabase();
  await using pool = new MysqlPool({ place: database.place, clock: systemClock, ...BOUNDS });
  await pool.use(async (connection) => {
    const text = "\\ ' \" ` ; -- 周 𠮷 \u0001 % _ \n \t \u2028 😀";
    const [row] = await connection.rows(
      "select ? as text, ? as number, ? as wide, ? as nothing, cast(? as binary(4)) as bytes",
      [text, Number.MAX_SAFE_INTEGER, 9_007_199_254_740_993n, null, new Uint8Array([0, 255, 39, 92])],
    );
    assert.deepEqual({ ...row as object, bytes: null }, {
      text,
      number: Number.MAX_SAFE_INTEGER,
      wide: "9007199254740993",
      nothing: null,
      bytes: null,
    });
  });
});
