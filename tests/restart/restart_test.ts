/** The program ends under a crowd of the page's own clients: all come back by themselves, and nothing is lost or told twice. */
import assert from "node:assert/strict";
import { say } from "../support/say.ts";
import { described, restartUnderCrowd } from "./round.ts";

const CLIENTS = 300;
const PROCESSES = 2;
/** Of each process. */
const WRITERS = 30;
/** Longer than this no supervisor waits. */
const STOP_MS = 10_000;
const BACK_MS = 60_000;

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`${CLIENTS} clients of a server that ends by ${signal} are back by themselves, with one sync each`, async () => {
    const options = { signal, clients: CLIENTS, processes: PROCESSES, writers: WRITERS };
    const report = await restartUnderCrowd(options);
    say(described(options, report));
    assert.equal(report.backMs.length, CLIENTS);
    assert.ok((report.backMs.at(-1) ?? Infinity) < BACK_MS);
    const { lost, doubled, reordered, unsent, unseen, mostSyncs, histories } = report;
    assert.deepEqual(
      { lost, doubled, reordered, unsent, unseen, mostSyncs, histories },
      { lost: 0, doubled: 0, reordered: 0, unsent: 0, unseen: 0, mostSyncs: 1, histories: 0 },
    );
    assert.ok(report.acknowledged > 0);
    if (signal === "SIGKILL") return;
    assert.equal(report.code, 0);
    assert.ok(report.endedMs < STOP_MS);
    // Who writes at that moment may see the connection cut instead: the runtime does not read on.
    const told = report.codes.get(1012) ?? 0;
    assert.ok(told >= CLIENTS - PROCESSES * WRITERS, `${told} were closed with 1012`);
  });
}
