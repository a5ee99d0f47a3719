import assert from "node:assert/strict";
import { IdReusedError, StoreUnavailableError, UsernameTakenError } from "../errors.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { STORE_ERRORS } from "./errors.ts";
import { ANSWER_MS, Link, type Methods } from "./link.ts";

interface Service {
  add(one: number, other: number): Promise<number>;
  fail(): Promise<void>;
  hang(): Promise<void>;
}
const SERVICE: Methods<Service> = { add: true, fail: true, hang: true };

class Numbers implements Service {
  readonly #offset = 100;
  readonly hung = Promise.withResolvers<void>();
  error: Error = new Error("a mistake");

  add(one: number, other: number): Promise<number> {
    return Promise.resolve(this.#offset + one + other);
  }

  fail(): Promise<void> {
    return Promise.reject(this.error);
  }

  hang(): Promise<void> {
    return this.hung.promise;
  }
}

/** A service behind a link, and the messages that came back from it. */
function open(clock = new FakeClock()): {
  readonly clock: FakeClock;
  readonly link: Link;
  readonly numbers: Numbers;
  readonly remote: Service;
  readonly messages: unknown[];
} & Disposable {
  const { port1, port2 } = new MessageChannel();
  const link = new Link({ port: port1, clock, errors: STORE_ERRORS });
  const other = new Link({ port: port2, clock, errors: STORE_ERRORS });
  const messages: unknown[] = [];
  port1.addEventListener("message", ({ data }) => messages.push(data));
  const numbers = new Numbers();
  other.offer<Service>("numbers", numbers, SERVICE);
  return {
    ...{ clock, link, numbers, messages },
    remote: link.remote<Service>("numbers", SERVICE),
    [Symbol.dispose](): void {
      numbers.hung.resolve();
      link[Symbol.dispose]();
      other[Symbol.dispose]();
    },
  };
}

Deno.test("Link.remote() calls the methods of an object on the other side, and answers what they answer", async () => {
  using opened = open();
  assert.equal(await opened.remote.add(1, 2), 103);
  assert.equal(opened.link.waiting, 0);
});

Deno.test("Link sends everything that is asked and answered in one go in one message", async () => {
  using opened = open();
  const sums = await Promise.all([1, 2, 3].map((n) => opened.remote.add(n, n)));
  assert.deepEqual(sums, [102, 104, 106]);
  assert.equal(opened.messages.length, 1);
});

Deno.test("Link carries the errors of stores across with class and sentence", async () => {
  using opened = open();
  for (
    const error of [
      new StoreUnavailableError("The disk is full"),
      new UsernameTakenError("ann"),
      new IdReusedError("m1"),
    ]
  ) {
    opened.numbers.error = error;
    await assert.rejects(opened.remote.fail(), (caught: Error) => {
      assert.ok(caught instanceof error.constructor);
      assert.deepEqual([caught.name, caught.message], [error.name, error.message]);
      return true;
    });
  }
  opened.numbers.error = new TypeError("a mistake");
  await assert.rejects(opened.remote.fail(), { name: "Error", message: "a mistake" });
});

Deno.test("Link refuses what was not offered", async () => {
  using opened = open();
  const stranger = opened.link.remote<Service>("strangers", SERVICE);
  await assert.rejects(stranger.add(1, 2), /Cannot call "strangers.add": it is not offered/);
});

Deno.test("Link fails a call that is not answered in time, and takes no notice of the answer", async () => {
  using opened = open();
  const late = assert.rejects(opened.remote.hang(), StoreUnavailableError);
  await opened.clock.advance(ANSWER_MS + 500);
  await late;
  opened.numbers.hung.resolve();
  assert.equal(await opened.remote.add(0, 0), 100, "the link goes on");
});

Deno.test("Link fails what waits when it is closed, and everything after that", async () => {
  using opened = open();
  const waiting = assert.rejects(opened.remote.hang(), StoreUnavailableError);
  opened.link[Symbol.dispose]();
  await waiting;
  await assert.rejects(opened.remote.add(1, 2), StoreUnavailableError);
});

Deno.test("Link.note() is heard in the order of the calls around it, and a listener that throws ends nothing", async () => {
  const { port1, port2 } = new MessageChannel();
  const clock = new FakeClock();
  using here = new Link({ port: port1, clock, errors: STORE_ERRORS });
  using there = new Link({ port: port2, clock, errors: STORE_ERRORS });
  const heard: unknown[] = [];
  there.hear("word", (...words) => heard.push(words));
  there.hear("mistake", () => {
    throw new Error("a mistake");
  });
  there.offer<Service>("numbers", new Numbers(), SERVICE);
  here.note("mistake");
  here.note("word", "one", { two: 2 });
  await here.remote<Service>("numbers", SERVICE).add(0, 0);
  assert.deepEqual(heard, [["one", { two: 2 }]]);
});
