/**
 * What `deno task torture` is asked for.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { z } from "zod";

/** How to call it. */
export const USAGE =
  `usage: deno task torture [--ground sqlite|mysql|databases] [--messages N] [--kills N] [--minutes M] [--seed S]
  --ground    one server on SQLite, which is the default; two on MariaDB and Redis; or two with messages in MongoDB
              as well, for which FerretDB stands, which takes some dozens of messages a second and fewer over time
  --messages  how many are to be acknowledged; 1000000
  --kills     how many times a server is killed; 50
  --minutes   after which it ends with what it has; 30
  --seed      of all that is random here; the moments of the kills too, as shares of the way`;

const whole = z.string().regex(/^[0-9]{1,9}$/).transform(Number);

const Wishes = z.strictObject({
  ground: z.enum(["sqlite", "mysql", "databases"]).default("sqlite"),
  messages: whole.default(1_000_000),
  kills: whole.default(50),
  minutes: whole.default(30),
  seed: whole.default(() => Math.floor(Math.random() * 1_000_000_000)),
});

/** See {@link USAGE}. */
export type Wishes = z.infer<typeof Wishes>;

/** Reads the command line; throws with a sentence. */
export function readWishes(args: readonly string[]): Wishes {
  const text = { type: "string" } as const;
  const options = { ground: text, messages: text, kills: text, minutes: text, seed: text };
  const { values } = parseArgs({ args: [...args], options });
  const wishes = Wishes.safeParse({ ...values });
  if (wishes.success) return wishes.data;
  const [issue] = wishes.error.issues;
  throw new TypeError(`--${issue?.path.join()}: ${issue?.message}`);
}
