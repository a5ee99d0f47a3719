import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { TemporaryDirectory } from "../../tests/support/temporary_directory.ts";
import { until } from "../../tests/support/until.ts";
import { askServer } from "./client.ts";
import type { Operate } from "./operations.ts";
import { ControlServer } from "./server.ts";

/** Counts the waits that were begun. */
class CountingClock extends FakeClock {
  begun = 0;

  override after(ms: number, run: () => void): ReturnType<FakeClock["after"]> {
    this.begun++;
    return super.after(ms, run);
  }
}

const QUESTION = { name: "invite revoke", input: { id: "abcdefgh" } } as const;

Deno.test("a command waits as long as the server says that it works", async () => {
  await using directory = await TemporaryDirectory.make();
  const [ours, theirs] = [new CountingClock(), new FakeClock()];
  const work = Promise.withResolvers<{ readonly id: string }>();
  const operate = (() => work.promise) as Operate;
  await using _server = new ControlServer(directory.path, operate, theirs);
  const asked = askServer(directory.path, QUESTION, ours);
  await until("The server works", () => ours.begun === 1 && theirs.waiting === 1);
  for (let sign = 2; sign < 20; sign++) {
    await theirs.advance(10_000);
    await until("The sign is heard", () => ours.begun === sign);
    await ours.advance(10_000);
  }
  work.resolve({ id: "abcdefgh" });
  assert.deepEqual(await asked, { id: "abcdefgh" });
});

Deno.test("a command gives up on a server that says nothing for a minute", async () => {
  await using directory = await TemporaryDirectory.make();
  const [ours, theirs] = [new CountingClock(), new FakeClock()];
  const work = Promise.withResolvers<{ readonly id: string }>();
  const operate = (() => work.promise) as Operate;
  await using _server = new ControlServer(directory.path, operate, theirs);
  const asked = assert.rejects(askServer(directory.path, QUESTION, ours), /did not answer/);
  await until("The server works", () => ours.begun === 1 && theirs.waiting === 1);
  await ours.advance(60_000);
  await asked;
  work.resolve({ id: "abcdefgh" });
});
