import assert from "node:assert/strict";
import { linkPair } from "../../tests/contract/isolates.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { LocalBus } from "../local/bus.ts";
import { IsolateBus } from "./bus.ts";

interface Numbered {
  readonly n: number;
}

/** The buses of three isolates. */
async function openThree(): Promise<
  & { readonly buses: readonly [IsolateBus<Numbered>, IsolateBus<Numbered>, IsolateBus<Numbered>] }
  & AsyncDisposable
> {
  await Promise.resolve();
  const clock = new FakeClock();
  const [ab, ac, bc] = [linkPair(clock), linkPair(clock), linkPair(clock)];
  const open = (...links: ConstructorParameters<typeof IsolateBus>[0]["links"]): IsolateBus<Numbered> =>
    new IsolateBus<Numbered>({ local: new LocalBus(), links, clock });
  const buses = [open(ab.here, ac.here), open(ab.there, bc.here), open(ac.there, bc.there)] as const;
  return {
    buses,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const bus of buses) await bus[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when everything that `from` published before has come to `to`. */
async function arrived(from: IsolateBus<Numbered>, to: IsolateBus<Numbered>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = await to.subscribe("last", () => resolve());
  from.publish("last", { n: 0 });
  await promise;
  await subscription.unsubscribe();
}

Deno.test("IsolateBus.publish() reaches each isolate that follows the topic, once and in order", async () => {
  await using three = await openThree();
  const [a, b, c] = three.buses;
  const heard: string[] = [];
  await a.subscribe("t", ({ n }) => heard.push(`a${n}`));
  await b.subscribe("t", ({ n }) => heard.push(`b${n}`));
  await c.subscribe("other", ({ n }) => heard.push(`c${n}`));
  for (const n of [1, 2, 3]) a.publish("t", { n });
  assert.deepEqual(heard, ["a1", "a2", "a3"], "those here at once");
  await arrived(a, b);
  await arrived(a, c);
  assert.deepEqual(heard.slice(3), ["b1", "b2", "b3"]);
});

Deno.test("IsolateBus.subscribe() resolves when the others know: what they publish from then on arrives", async () => {
  await using three = await openThree();
  const [a, b, c] = three.buses;
  const heard: number[] = [];
  const subscription = await a.subscribe("t", ({ n }) => heard.push(n));
  b.publish("t", { n: 1 });
  c.publish("t", { n: 2 });
  await arrived(b, a);
  await arrived(c, a);
  assert.deepEqual(heard.toSorted(), [1, 2]);
  await subscription.unsubscribe();
  await arrived(a, b);
  b.publish("t", { n: 3 });
  await arrived(b, a);
  assert.deepEqual(heard.toSorted(), [1, 2], "nobody is told who has left");
});

Deno.test("IsolateBus loses what an isolate is too far behind for, and tells it of the gap once it caught up", async () => {
  await using three = await openThree();
  const [a, b] = three.buses;
  let heard = 0;
  await b.subscribe("t", () => heard++);
  const gap = Promise.withResolvers<void>();
  using _listening = b.onGap(() => gap.resolve());
  for (let n = 0; n < 25_000; n++) a.publish("t", { n });
  assert.equal(a.figures().get("bus_lost_total"), 5_000);
  await gap.promise;
  assert.equal(heard, 20_000);
  await arrived(a, b);
  a.publish("t", { n: 0 });
  await arrived(a, b);
  assert.equal(heard, 20_001, "and it goes on");
});
