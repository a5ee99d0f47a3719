import assert from "node:assert/strict";
import { DEFAULT_LIMITS, type Limits } from "../../realtime/mod.ts";
import { linkPair } from "../../tests/contract/isolates.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Registrar, RemoteHeadcount } from "./headcount.ts";

/** Two isolates that count with one registrar; what each is told, by its number. */
function openTwo(limits: Partial<Limits>): {
  readonly clock: FakeClock;
  readonly registrar: Registrar;
  readonly isolates: readonly [RemoteHeadcount, RemoteHeadcount];
  readonly told: readonly [string[], string[]];
  /** Resolves when what was said before has been heard. */
  heard(): Promise<void>;
} & Disposable {
  const clock = new FakeClock();
  const all = { ...DEFAULT_LIMITS, ...limits };
  const registrar = new Registrar(all.connections);
  const sockets = new Int32Array(new SharedArrayBuffer(8));
  const told = [[], []] as const satisfies readonly [string[], string[]];
  const links = [linkPair(clock), linkPair(clock)] as const;
  const open = (number: 0 | 1): RemoteHeadcount => {
    const { here, there } = links[number];
    registrar.serve(there);
    const headcount = new RemoteHeadcount({ link: here, clock, limits: all, sockets, number });
    const heard: string[] = told[number];
    headcount.follow({
      replace: (userId, id) => void heard.push(`replace ${userId} ${id}`),
      sentElsewhere: (userId, count) => void heard.push(`${userId} sent ${count}`),
    });
    there.offer("echo", { echo: () => Promise.resolve() }, { echo: true });
    return headcount;
  };
  const isolates = [open(0), open(1)] as const;
  return {
    ...{ clock, registrar, isolates, told },
    async heard(): Promise<void> {
      for (let round = 0; round < 2; round++) {
        for (const { here } of links) {
          await here.remote<{ echo(): Promise<void> }>("echo", { echo: true }).echo();
        }
      }
    },
    [Symbol.dispose](): void {
      for (const isolate of isolates) isolate[Symbol.dispose]();
      for (const link of links) link[Symbol.dispose]();
    },
  };
}

Deno.test("Registrar has the isolate of a person's oldest connection close it, when there is one too many", async () => {
  using two = openTwo({ connections: 2 });
  const [one, other] = two.isolates;
  one.came(1, "a");
  await two.heard();
  other.came(1, "b");
  other.came(2, "c");
  await two.heard();
  assert.deepEqual(two.told, [[], []]);
  other.came(1, "d");
  await two.heard();
  assert.deepEqual(two.told, [["replace 1 a"], []]);
  other.came(1, "e");
  await two.heard();
  assert.deepEqual(two.told, [["replace 1 a"], ["replace 1 b"]], "also before the first is gone");
});

Deno.test("Registrar forgets connections that have gone, and those that it has named", async () => {
  using two = openTwo({ connections: 1 });
  const [one, other] = two.isolates;
  one.came(1, "a");
  await two.heard();
  other.came(1, "b");
  await two.heard();
  assert.equal(one.elsewhere, 1);
  one.left(1, "a");
  other.left(1, "b");
  await two.heard();
  assert.deepEqual([two.registrar.size, one.elsewhere, other.elsewhere], [0, 0, 0]);
  one.came(1, "c");
  await two.heard();
  assert.deepEqual(two.told, [["replace 1 a"], []]);
});

Deno.test("Registrar tells the other isolates what people sent, a few at a time", async () => {
  using two = openTwo({});
  const [one] = two.isolates;
  for (const userId of [1, 2, 1]) one.sent(userId);
  await two.heard();
  assert.deepEqual(two.told, [[], []]);
  await two.clock.advance(20);
  await two.heard();
  assert.deepEqual(two.told, [[], ["1 sent 2", "2 sent 1"]]);
});

Deno.test("RemoteHeadcount tells nothing of limits that are off", async () => {
  using two = openTwo({ connections: 0, messages: { rate: 0, burst: 0 } });
  const [one, other] = two.isolates;
  one.came(1, "a");
  one.sent(1);
  await two.clock.advance(1_000);
  await two.heard();
  assert.deepEqual([two.registrar.size, two.told, other.elsewhere], [0, [[], []], 1]);
});
