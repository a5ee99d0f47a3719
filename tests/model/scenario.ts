/**
 * What may happen to a messenger: the settings of a run and its steps, drawn by fast-check so that a failing run
 * shrinks to a short one.
 *
 * @module
 */
import fc from "fast-check";
import type { Rate } from "../../realtime/mod.ts";

/** What kind of client a device has. */
export interface DeviceKind {
  /** Who tells the server that a message arrived: nobody, or the client, having said so in one of two ways. */
  readonly confirms: "never" | "hello" | "protocol";
  /** Whether it confirms each message as it comes, or when a step says so. */
  readonly atOnce: boolean;
  /** Whether it has a session, which may end; in release mode all have. */
  readonly signedIn: boolean;
}

/** What the network between instances does to what they tell each other. */
export type WeatherKind = "calm" | "late" | "doubled" | "lossy" | "storm";

/** The world of one run. Device `n` belongs to user `n % users + 1`. */
export interface Setting {
  /** How many begin, and the most there are at a time. */
  readonly instances: number;
  /** Of the network between them, at the beginning. */
  readonly weather: WeatherKind;
  /** Of the network's randomness. */
  readonly seed: number;
  readonly users: number;
  readonly devices: readonly DeviceKind[];
  readonly mode: "debug" | "release";
  readonly everyoneBelow: number;
  readonly messages: Rate;
  readonly frames: Rate;
  readonly connections: number;
  readonly buffer: number;
  /** How many turns of the event loop the store's answers take, one after the other: as over a network. */
  readonly delays: readonly number[];
  /** Whether marks move in the end that nobody is told of but by a sync for news. */
  readonly endsLate: boolean;
  /** Whether texts are so long that few fill an answer. */
  readonly isBig: boolean;
}

/** A run. */
export interface Scenario {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

/** Waits of a step: turns of the event loop after it; this many and more: until nothing moves. */
export const SETTLED = 3;

const ROOMY: Rate = { rate: 20, burst: 60 };
const TIGHT: Rate = { rate: 4, burst: 8 };
const ROOMY_FRAMES: Rate = { rate: 50, burst: 200 };
const TIGHT_FRAMES: Rate = { rate: 10, burst: 25 };

/** A number that is taken modulo whatever there is to choose from. */
const pick = fc.nat({ max: 11 });
const small = fc.nat({ max: 9 });
const flag = fc.boolean();
const rarely = fc.nat({ max: 5 }).map((n) => n === 5);

/** A step of a kind, with the fields that all have: whose device, and how long to wait after it. */
function act<Name extends string, Fields>(
  name: Name,
  fields: { [K in keyof Fields]: fc.Arbitrary<Fields[K]> },
): fc.Arbitrary<{ readonly act: Name; readonly by: number; readonly wait: number } & Fields> {
  return fc.tuple(pick, fc.constantFrom(SETTLED, 0, 1, 2), fc.record(fields))
    .map(([by, wait, more]) => ({ act: name, by, wait, ...more }));
}

const send = act("send", {
  to: pick,
  count: fc.integer({ min: 1, max: 6 }),
  how: fc.constantFrom("frame", "frame", "frame", "conversation", "anonymous", "post"),
});
const retry = act("retry", { which: pick, from: fc.constantFrom("waiting", "acknowledged") });
const reuse = act("reuse", { which: pick, change: fc.constantFrom("content", "recipient") });
const twice = act("twice", { to: pick, same: flag });
const cut = act("cut", { turns: small.map((n) => n % 4) });
const connect = act("connect", { sync: fc.constantFrom("full", "since", "none"), early: rarely, at: pick });
const sync = act("sync", {
  have: fc.constantFrom("top", "whole", "none", "ahead", "foreign"),
  since: flag,
  limit: fc.constantFrom(50, 1, 2, 3, 200),
});
const history = act("history", {
  with: pick,
  way: fc.constantFrom("newest", "before", "after"),
  seq: small,
  limit: fc.constantFrom(50, 1, 2, 3, 100),
  count: fc.constantFrom(1, 1, 1, 2, 7),
});
const read = act("read", {
  with: pick,
  to: fc.constantFrom("newest", "seq", "message", "beyond"),
  seq: small,
  private: rarely,
});
const confirm = act("confirm", { with: pick, to: fc.constantFrom("whole", "seq", "beyond"), seq: small });
const tick = act("tick", { ms: fc.constantFrom(1_000, 60, 250, 3_000, 5_100, 31_000, 61_000, 400_000) });
const refuse = act("refuse", {
  how: fc.constantFrom("readonly", "full", "locked", "some", "heads", "commit"),
});

const weatherKind = fc.constantFrom<WeatherKind>(
  "calm",
  "calm",
  "calm",
  "late",
  "doubled",
  "lossy",
  "storm",
);
/** Whether the clients come back by themselves. */
const back = fc.constantFrom("all", "all", "all", "none");

/** Steps; the weights make people talk more than things break. */
const common = [
  { weight: 24, arbitrary: send },
  { weight: 8, arbitrary: retry },
  { weight: 3, arbitrary: reuse },
  { weight: 3, arbitrary: twice },
  { weight: 8, arbitrary: cut },
  { weight: 3, arbitrary: act("vanish", {}) },
  { weight: 13, arbitrary: connect },
  { weight: 7, arbitrary: sync },
  { weight: 6, arbitrary: history },
  { weight: 14, arbitrary: read },
  { weight: 5, arbitrary: confirm },
  { weight: 2, arbitrary: act("typing", { to: pick, active: flag }) },
  { weight: 2, arbitrary: act("watch", { who: pick, add: flag }) },
  { weight: 2, arbitrary: act("heartbeat", { count: fc.constantFrom(1, 1, 1, 60) }) },
  { weight: 1, arbitrary: act("nonsense", { with: pick, count: fc.constantFrom(1, 3, 12) }) },
  { weight: 3, arbitrary: act("stall", {}) },
  { weight: 2, arbitrary: act("unstall", {}) },
  { weight: 8, arbitrary: tick },
  { weight: 2, arbitrary: refuse },
  { weight: 3, arbitrary: act("recover", {}) },
  { weight: 1, arbitrary: act("crowd", {}) },
  { weight: 2, arbitrary: act("endSession", { isTold: flag }) },
  { weight: 2, arbitrary: act("list", { limit: fc.constantFrom(50, 1, 2) }) },
  { weight: 1, arbitrary: act("wipe", {}) },
] as const;

const restart = act("restart", { turns: fc.nat({ max: 2 }), back });
const kill = act("kill", { turns: fc.nat({ max: 3 }), back });
/** What ends the only instance. */
const step = fc.oneof(...common, { weight: 2, arbitrary: restart }, { weight: 4, arbitrary: kill });

/** What happens to one of several instances, and between them; rarely, everything ends at once. */
const shared = fc.oneof(
  ...common,
  { weight: 1, arbitrary: restart },
  { weight: 1, arbitrary: kill },
  { weight: 3, arbitrary: act("killOne", { at: pick, turns: fc.nat({ max: 3 }), back }) },
  { weight: 2, arbitrary: act("stopOne", { at: pick, turns: fc.nat({ max: 2 }), back }) },
  { weight: 5, arbitrary: act("startOne", {}) },
  { weight: 4, arbitrary: act("die", { at: pick, back }) },
  { weight: 2, arbitrary: act("cutBus", { at: pick }) },
  { weight: 4, arbitrary: act("healBus", {}) },
  { weight: 4, arbitrary: act("weather", { kind: weatherKind }) },
);

/** One thing that happens. */
export type Step = typeof shared extends fc.Arbitrary<infer S> ? S : never;
/** The name of a kind of step. */
export type Act = Step["act"];
/** A step of one kind. */
export type StepOf<Name extends Act> = Extract<Step, { act: Name }>;

const deviceKind: fc.Arbitrary<DeviceKind> = fc.record({
  confirms: fc.constantFrom("never", "hello", "protocol"),
  atOnce: flag,
  signedIn: flag,
});

/** Settings for one instance, or for several. */
function setting(isShared: boolean): fc.Arbitrary<Setting> {
  return fc.integer({ min: 2, max: 4 }).chain((users) =>
    fc.record({
      instances: isShared ? fc.constantFrom(2, 3) : fc.constant(1),
      weather: isShared
        ? fc.oneof({ weight: 2, arbitrary: fc.constant("calm") }, { weight: 1, arbitrary: weatherKind })
        : fc.constant("calm"),
      seed: isShared ? fc.nat() : fc.constant(0),
      users: fc.constant(users),
      devices: fc.array(deviceKind, { minLength: users, maxLength: 7, size: "max" }),
      mode: fc.constantFrom("debug", "release"),
      everyoneBelow: fc.constantFrom(500, 500, 0),
      messages: fc.constantFrom(ROOMY, ROOMY, TIGHT),
      frames: fc.constantFrom(ROOMY_FRAMES, ROOMY_FRAMES, TIGHT_FRAMES),
      connections: fc.constantFrom(10, 10, 2),
      buffer: fc.constantFrom(1_048_576, 4_000),
      delays: fc.oneof(
        fc.constant([]),
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7, size: "max" }),
      ),
      endsLate: fc.nat({ max: 3 }).map((n) => n === 3),
      isBig: fc.nat({ max: 39 }).map((n) => n === 39),
    })
  );
}

/** On how many instances runs are played: on one, on two or three, or now this and now that. */
export type Size = "one" | "several" | "any";

/** Runs of up to `maxSteps` steps. */
export function scenarios(maxSteps: number, size: Size): fc.Arbitrary<Scenario> {
  const bounds = { minLength: 1, maxLength: maxSteps, size: "max" } as const;
  const alone = fc.record({ setting: setting(false), steps: fc.array<Step>(step, bounds) });
  const several = fc.record({ setting: setting(true), steps: fc.array<Step>(shared, bounds) });
  return { one: alone, several, any: fc.oneof(alone, several) }[size];
}
