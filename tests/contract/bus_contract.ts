/**
 * The contract of a bus, as one instance sees it.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import type { Bus } from "../../db/bus.ts";

/** What the suite sends. */
export interface TestEvent {
  readonly text: string;
}

/** Runs the suite against a bus. */
export function testBus(name: string, open: () => Promise<Bus<TestEvent>>): void {
  Deno.test(`${name}: Bus.publish() calls the listeners of a topic before it returns`, async () => {
    await using bus = await open();
    const heard: string[] = [];
    await bus.subscribe("a", (event) => heard.push(`1 ${event.text}`));
    await bus.subscribe("a", (event) => heard.push(`2 ${event.text}`));
    await bus.subscribe("b", (event) => heard.push(`b ${event.text}`));
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, ["1 x", "2 x"]);
    bus.publish("nobody", { text: "y" });
    assert.equal(heard.length, 2);
  });

  Deno.test(`${name}: Bus.publish() calls the others when one listener throws`, async () => {
    await using bus = await open();
    const heard: string[] = [];
    await bus.subscribe("a", () => {
      throw new Error("a mistake");
    });
    await bus.subscribe("a", (event) => heard.push(event.text));
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, ["x"]);
  });

  Deno.test(`${name}: Subscription.unsubscribe() ends one subscription, however often it is called`, async () => {
    await using bus = await open();
    const heard: string[] = [];
    const listener = (event: TestEvent): void => void heard.push(event.text);
    const first = await bus.subscribe("a", listener);
    const second = await bus.subscribe("a", listener);
    await first.unsubscribe();
    await first.unsubscribe();
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, ["x"], "the same listener is still subscribed once");
    await second.unsubscribe();
    bus.publish("a", { text: "y" });
    assert.deepEqual(heard, ["x"]);
  });

  Deno.test(`${name}: a listener may come and go while an event goes round`, async () => {
    await using bus = await open();
    const heard: string[] = [];
    const leaving = await bus.subscribe("a", () => heard.push("first"));
    await bus.subscribe("a", () => {
      void leaving.unsubscribe();
      void late.unsubscribe();
      void bus.subscribe("a", () => heard.push("new"));
    });
    const late = await bus.subscribe("a", () => heard.push("late"));
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, ["first"]);
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, ["first", "new"]);
  });

  Deno.test(`${name}: a bus that is closed calls nobody`, async () => {
    const bus = await open();
    const heard: string[] = [];
    await bus.subscribe("a", (event) => heard.push(event.text));
    await bus[Symbol.asyncDispose]();
    await bus[Symbol.asyncDispose]();
    bus.publish("a", { text: "x" });
    assert.deepEqual(heard, []);
  });
}
