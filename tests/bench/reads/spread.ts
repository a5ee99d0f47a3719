/**
 * Who writes to whom, how much, and who has read how far: a messenger after two years, drawn from a seed.
 *
 * @module
 */

/** Random numbers that are the same for the same seed: Mulberry32. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 2^32, which is not one of them. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 up to `end`, which is not one of them. */
  below(end: number): number {
    return Math.floor(this.word() / 2 ** 32 * end);
  }

  /** Brings a list into another order, in place. */
  shuffle<T>(list: { [at: number]: T; readonly length: number }): void {
    for (let at = list.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [list[at], list[other]] = [list[other] as T, list[at] as T];
    }
  }
}

/** One conversation of a {@link Spread}. */
export interface Planned {
  /** From 1 on. */
  readonly key: number;
  readonly low: number;
  readonly high: number;
  /** How many messages it has. */
  readonly size: number;
  /** What the two have read up to. */
  readonly lowRead: number;
  readonly highRead: number;
}

/** How many people have how many conversations; all others have what chance gives them. */
export const LISTS: readonly { readonly conversations: number; readonly people: number }[] = [
  { conversations: 400, people: 2 },
  { conversations: 100, people: 8 },
  { conversations: 20, people: 20 },
];

/** Conversations of a hundredth of all messages each: 100 000 of 10 million. */
const BIG = 20;
/** How much more the second conversation has than the hundredth, below the big ones. */
const FLATTENING = 10;
/** Of a hundred people: those who have read all, those who are a little behind; the others are anywhere. */
const ALL_READ = 70;
const NEARLY_READ = 90;
const LITTLE = 50;

/** What a store is filled with. */
export interface Spread {
  readonly people: number;
  readonly conversations: readonly Planned[];
  /** The users of each row of {@link LISTS}, by how many conversations they have. */
  readonly listed: ReadonlyMap<number, readonly number[]>;
}

/** Draws a spread of about `messages` messages among people with the numbers from 1 on. */
export function drawSpread(
  { messages, people, conversations }: {
    readonly messages: number;
    readonly people: number;
    readonly conversations: number;
  },
  dice: Dice,
): Spread {
  const { pairs, listed } = drawPairs(people, conversations, dice);
  dice.shuffle(pairs);
  const sizes = sizesOf(messages, pairs.length);
  const planned = pairs.map(([low, high], at) => {
    const size = sizes[at] ?? 1;
    const [lowRead, highRead] = [readUpTo(size, dice), readUpTo(size, dice)];
    return { key: at + 1, low, high, size, lowRead, highRead };
  });
  return { people, conversations: planned, listed };
}

/** The first few have the lists they are to have; the rest are any two of the others. */
function drawPairs(
  people: number,
  count: number,
  dice: Dice,
): {
  readonly pairs: (readonly [low: number, high: number])[];
  readonly listed: ReadonlyMap<number, readonly number[]>;
} {
  const pairs: (readonly [number, number])[] = [];
  const listed = new Map<number, readonly number[]>();
  const first = 1 + LISTS.reduce((sum, row) => sum + row.people, 0);
  const others = people - first + 1;
  let user = 1;
  for (const row of LISTS) {
    const users = Array.from({ length: row.people }, () => user++);
    listed.set(row.conversations, users);
    for (const one of users) {
      const from = dice.below(others);
      for (let at = 0; at < row.conversations; at++) pairs.push([one, first + (from + at) % others]);
    }
  }
  const taken = new Set<number>();
  while (pairs.length < count) {
    const [one, other] = [first + dice.below(others), first + dice.below(others)];
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const name = low * (people + 1) + high;
    if (low === high || taken.has(name)) continue;
    taken.add(name);
    pairs.push([low, high]);
  }
  return { pairs, listed };
}

/** A few that are big, then ever fewer: half of the conversations have a hundredth of the messages or so. */
function sizesOf(messages: number, count: number): readonly number[] {
  const big = Math.ceil(messages / 100);
  const weights = Array.from({ length: Math.max(0, count - BIG) }, (_, rank) => 1 / (rank + FLATTENING));
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = messages - BIG * big;
  return [
    ...Array.from({ length: BIG }, () => big),
    ...weights.map((weight) => Math.max(1, Math.round(rest * weight / sum))),
  ];
}

function readUpTo(size: number, dice: Dice): number {
  const chance = dice.below(100);
  if (chance < ALL_READ) return size;
  if (chance < NEARLY_READ) return Math.max(0, size - dice.below(LITTLE));
  return dice.below(size + 1);
}
