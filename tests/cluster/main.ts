/**
 * `deno task cluster`: several instances of the program on the configured backends, behind a small balancer.
 *
 *     deno task cluster [--port N] [--instances N] [--mode debug|release] [--config FILE] [--data DIR]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Balancer } from "../support/balancer.ts";
import { say } from "../support/say.ts";
import { type Child, startChild } from "./child.ts";

const HOST = "127.0.0.1";
/** The exit code of a program that cannot use what it was given. */
const REFUSED = 2;
const MAX_INSTANCES = 16;
const USAGE = `usage: deno task cluster [--port N] [--instances N] [--mode M] [--config FILE] [--data DIR]
  --port       of the balancer, default 8080
  --instances  2 to ${MAX_INSTANCES}, default 3
  the rest goes to every instance, as does the environment`;

interface Wishes {
  readonly port: number;
  readonly instances: number;
  /** For every instance. */
  readonly args: readonly string[];
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs until it is ended; answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const wishes = readWishes(args);
  if (wishes === null) {
    say(USAGE);
    return REFUSED;
  }
  const stopped = Promise.withResolvers<number>();
  const stop = (): void => stopped.resolve(0);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(signal, stop);
  const children: Child[] = [];
  try {
    return await run(wishes, children, stopped.promise);
  } finally {
    for (const child of children) child.signal("SIGTERM");
    await Promise.all(children.map((child) => child.exited));
  }
}

async function run(wishes: Wishes, children: Child[], stopped: Promise<number>): Promise<number> {
  // One after the other: the first may have to make the tables.
  for (let number = 1; number <= wishes.instances; number++) {
    const child = startChild(number, ["--host", HOST, "--port", "0", ...wishes.args]);
    children.push(child);
    const code = await Promise.race([child.listening.then(() => null), child.exited, stopped]);
    if (code === null) continue;
    if (code === REFUSED) {
      say("Several instances take a MySQL and a Redis: CHAT_MYSQL_URL and CHAT_REDIS_URL");
    }
    return code;
  }
  await using balancer = Balancer.listen(
    { hostname: HOST, port: wishes.port },
    () => children.flatMap((child) => child.target ?? []),
  );
  say(`${children.length} instances are listening on http://${HOST}:${balancer.port}, Ctrl-C ends them`);
  const gone = Promise.all(children.map((child) => child.exited)).then(() => 1);
  return await Promise.race([stopped, gone]);
}

/** Null: they cannot be read. */
function readWishes(args: readonly string[]): Wishes | null {
  try {
    const own = { port: { type: "string" }, instances: { type: "string" } } as const;
    const passed = {
      mode: { type: "string" },
      config: { type: "string" },
      data: { type: "string" },
    } as const;
    const { port, instances, ...rest } =
      parseArgs({ args: [...args], options: { ...own, ...passed } }).values;
    return {
      port: wholeNumber(port ?? "8080", 0, 65_535),
      instances: wholeNumber(instances ?? "3", 2, MAX_INSTANCES),
      args: Object.entries(rest).flatMap(([name, value]) => [`--${name}`, value]),
    };
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return null;
  }
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`Cannot use "${text}": a whole number from ${min} to ${max} is needed`);
}
