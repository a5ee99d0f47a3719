/**
 * The command line of the bench.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type DatabaseName, DATABASES } from "./databases.ts";
import type { Effort, Measure } from "./measure.ts";
import { MEASURES, measuresCalled } from "./measures.ts";
import type { Tools } from "./tools.ts";

const THOROUGH: Effort = { rounds: 3, seconds: 5 };
const MAX_SECONDS = 3_600;
const MAX_ISOLATES = 64;
const QUICK: Effort = { rounds: 1, seconds: 1 };

/** What the command line may say. */
export const USAGE: string =
  `usage: deno task bench [--against COMMIT] [--with DATABASE]… [--peers] [--quick] [--only NAME]…
                       [--seconds N] [--isolates N] [--hardened]
                       [--relay PATH] [--load PATH]
  --against  the program of this commit too, in the same rounds
  --with     ${DATABASES.join(", ")}: also on a MariaDB or a FerretDB started for it, in the same rounds
  --peers    also relays on ws, Socket.IO and Bun, installed by npm into .setup/
  --quick    one short round
  --seconds  of each run, 1 to 3600; ${THOROUGH.seconds}
  --isolates the program on all cores too, with one isolate and with this many, 2 to ${MAX_ISOLATES}
  --hardened the program with CHAT_TRANSPORT=hardened too
  --only     ${MEASURES.map(({ name }) => name).join(", ")}, or how several begin: storm; may be repeated
  --relay    another relay, started as PATH PORT mutex
  --load     another load generator with the command line of tests/bench/load.c`;

/** What is to be measured, and with what. */
export interface Wishes {
  readonly effort: Effort;
  readonly measures: readonly Measure[];
  /** A commit, as git understands it; null: none. */
  readonly against: string | null;
  /** What the program is to store in too, in the order of {@link DATABASES}. */
  readonly databases: readonly DatabaseName[];
  /** The program with so many isolates too; 0: not. */
  readonly isolates: number;
  /** The program with the hardened transport too. */
  readonly hardened: boolean;
  /** Whether more relays than the one in Go are to be measured. */
  readonly peers: boolean;
  /** Tools that need not be built. */
  readonly tools: Partial<Tools>;
}

/** Reads the command line. Throws TypeError naming what it does not understand. */
export function readWishes(args: readonly string[]): Wishes {
  const { values } = parseArgs({
    args: [...args],
    options: {
      against: { type: "string" },
      with: { type: "string", multiple: true },
      peers: { type: "boolean" },
      quick: { type: "boolean" },
      only: { type: "string", multiple: true },
      relay: { type: "string" },
      load: { type: "string" },
      seconds: { type: "string" },
      isolates: { type: "string" },
      hardened: { type: "boolean" },
    },
  });
  const {
    against = null,
    quick = false,
    peers = false,
    hardened = false,
    only,
    relay,
    load,
    with: beside = [],
  } = values;
  const unknown = only?.find((word) => measuresCalled(word).length === 0);
  if (unknown !== undefined) throw new TypeError(`Cannot measure "${unknown}": there is no such measure`);
  const stranger = beside.find((word) => DATABASES.every((name) => name !== word));
  if (stranger !== undefined) {
    throw new TypeError(`Cannot measure with "${stranger}": there is no such database`);
  }
  const { rounds, seconds } = quick ? QUICK : THOROUGH;
  const wanted = values.seconds === undefined ? seconds : Number(values.seconds);
  if (!(wanted >= 1 && wanted <= MAX_SECONDS)) {
    throw new TypeError(`Cannot measure for "${values.seconds}": 1 to ${MAX_SECONDS} seconds`);
  }
  const isolates = values.isolates === undefined ? 0 : Number(values.isolates);
  const isNumber = Number.isInteger(isolates) && isolates >= 2 && isolates <= MAX_ISOLATES;
  if (values.isolates !== undefined && !isNumber) {
    throw new TypeError(`Cannot measure "${values.isolates}" isolates: 2 to ${MAX_ISOLATES}`);
  }
  const called = new Set(only?.flatMap(measuresCalled) ?? MEASURES);
  return {
    effort: { rounds, seconds: wanted },
    measures: MEASURES.filter((measure) => called.has(measure)),
    against,
    databases: DATABASES.filter((name) => beside.includes(name)),
    isolates,
    hardened,
    peers,
    tools: { ...(relay === undefined ? {} : { relay }), ...(load === undefined ? {} : { load }) },
  };
}
