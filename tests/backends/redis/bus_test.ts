import { strict as assert } from "node:assert";
import type { Bus } from "../../../db/bus.ts";
import { openTestRedis } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { testBus, type TestEvent } from "../../contract/bus_contract.ts";
import { openInstance } from "./opened.ts";

/** A bus that ends everything it came with. */
function owning(bus: Bus<TestEvent>, ...owned: readonly AsyncDisposable[]): Bus<TestEvent> {
  let ended: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    for (const one of owned) await one[Symbol.asyncDispose]();
  };
  return {
    isShared: bus.isShared,
    publish: (topic, event) => bus.publish(topic, event),
    subscribe: (topic, listener) => bus.subscribe(topic, listener),
    onGap: (listener) => bus.onGap(listener),
    [Symbol.asyncDispose]: () => ended ??= endAll(),
  };
}

testBus("Redis", async () => {
  const redis = await openTestRedis();
  const one = await openInstance(redis);
  return owning(one.bus, one, redis);
});

Deno.test("Redis: Bus.publish() reaches other instances, and its own listeners once", async () => {
  await using redis = await openTestRedis();
  await using one = await openInstance(redis);
  await using other = await openInstance(redis);
  const heard: string[] = [];
  await one.bus.subscribe("a", (event) => heard.push(`one ${event.text}`));
  await other.bus.subscribe("a", (event) => heard.push(`other ${event.text}`));
  await other.bus.subscribe("b", (event) => heard.push(`b ${event.text}`));
  one.bus.publish("a", { text: "机 📱" });
  assert.deepEqual(heard, ["one 机 📱"], "the others come later");
  await until("the other instance hears", () => heard.length === 2);
  other.bus.publish("a", { text: "back" });
  await until("the first instance hears", () => heard.length === 4);
  assert.deepEqual(heard, ["one 机 📱", "other 机 📱", "other back", "one back"]);
});
