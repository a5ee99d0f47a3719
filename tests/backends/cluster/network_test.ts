/** A bad network on each of the ways between the programs and their databases, while everybody talks. */
import assert from "node:assert/strict";
import type { FaultyProxy } from "../../support/faulty_proxy.ts";
import { shareMariadb } from "../../support/mariadb.ts";
import { statusOf } from "../../support/status.ts";
import { Talk } from "../../support/talking.ts";
import { until } from "../../support/until.ts";
import { type Link, type Started, startServers } from "./started.ts";

await shareMariadb();

/** Messages of each person before, after and, where they get through, during a fault. */
const MESSAGES = 5;
/** Longer than a program waits for an answer, and shorter, in ms. */
const GIVEN_UP_MS: Readonly<Record<Link, number>> = { MySQL: 6_500, MongoDB: 6_500, Redis: 3_500 };
const PATIENT_MS = 1_500;
const PATIENCE_MS = 30_000;

/** A fault, and whether messages get through it. */
interface Fault {
  readonly name: string;
  begin(proxy: FaultyProxy): void;
  readonly passes: boolean;
  /** How long it lasts at least, in ms. */
  ms(link: Link): number;
}

const FAULTS: readonly Fault[] = [
  { name: "slices of 8 bytes", begin: (proxy) => proxy.slice(8), passes: true, ms: () => 0 },
  { name: "a delay of 150 ms", begin: (proxy) => proxy.delay(150), passes: true, ms: () => 0 },
  { name: "a cut", begin: (proxy) => proxy.cut(), passes: true, ms: () => 0 },
  {
    name: "no answers",
    begin: (proxy) => proxy.silence("answered"),
    passes: false,
    ms: (link) => GIVEN_UP_MS[link],
  },
  { name: "no questions", begin: (proxy) => proxy.silence("asked"), passes: false, ms: () => PATIENT_MS },
  { name: "refusals", begin: (proxy) => proxy.refuse(), passes: false, ms: () => 1_000 },
];

async function suffer(
  talk: Talk,
  proxy: FaultyProxy,
  { begin, passes, ms }: Fault,
  link: Link,
): Promise<void> {
  begin(proxy);
  await new Promise((resolve) => setTimeout(resolve, ms(link)));
  // Without Redis everything goes on that needs no other instance.
  if (passes || link === "Redis") await talk.everyoneGoesOn(MESSAGES);
  proxy.heal();
  await talk.everyoneGoesOn(MESSAGES);
}

async function areReady({ servers }: Started): Promise<boolean> {
  const all = servers.map((server) => statusOf(new URL("/readyz", server.url)));
  return (await Promise.all(all)).every((status) => status === 200);
}

async function sufferAll(link: Link, mongodb: boolean): Promise<void> {
  await using started = await startServers(2, { mongodb, proxied: [link] });
  const proxy = started.proxies.get(link);
  assert.ok(proxy !== undefined);
  await using talk = new Talk(() => started.nextServer(), { pairs: 3 });
  await talk.everyoneGoesOn(MESSAGES);
  for (const fault of FAULTS) {
    await suffer(talk, proxy, fault, link).catch((cause: unknown) => {
      throw new Error(`${fault.name} on the way to ${link}`, { cause });
    });
  }
  await until("both are ready", () => areReady(started), PATIENCE_MS);
  await talk.end(`a bad network before ${link}`);
  assert.ok(proxy.accepted > 2, "they came back over it");
}

for (const [link, mongodb] of [["MySQL", false], ["MongoDB", true], ["Redis", false]] as const) {
  Deno.test(`the way to ${link} delays, slices, cuts and goes silent: nothing is lost, doubled or reordered`, async () => {
    await sufferAll(link, mongodb);
  });
}
