/**
 * Relays beside the one in Go, on other people's servers for WebSocket: found, installed into `.setup/`, or named.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";
import type { Dialect } from "./servers.ts";

/** A relay that is ready to be started. */
export interface Peer {
  /** Heads its column of the table. */
  readonly name: string;
  /** What it is, with versions. */
  readonly what: string;
  readonly dialect: Dialect;
  /** Starts it, followed by the port and {@link Peer.rest}. */
  readonly command: readonly string[];
  readonly rest: readonly string[];
}

/** A relay by its package of npm. */
interface Description {
  readonly name: string;
  readonly title: string;
  readonly package: string;
  readonly version: string;
  readonly program: string;
  readonly dialect: Dialect;
  /** What runs it: Node.js that is there, or what the package brings. */
  readonly runtime: "node" | "bun";
}

/** In the order of the table. */
const DESCRIPTIONS: readonly Description[] = [
  {
    name: "ws",
    title: "ws",
    package: "ws",
    version: "8.23.0",
    program: "ws.mjs",
    dialect: "relay",
    runtime: "node",
  },
  {
    name: "Socket.IO",
    title: "Socket.IO",
    package: "socket.io",
    version: "4.8.4",
    program: "socketio.mjs",
    dialect: "socketio",
    runtime: "node",
  },
  {
    name: "Bun",
    title: "the server of Bun (uWebSockets)",
    package: "bun",
    version: "1.4.5",
    program: "bun.mjs",
    dialect: "relay",
    runtime: "bun",
  },
];

/** What there is, and why the others are not, each as a sentence. */
export interface Peers {
  readonly there: readonly Peer[];
  readonly missing: readonly string[];
}

/** Where packages are installed, and by what. */
export interface Installing {
  readonly directory: string;
  readonly npm: string;
  readonly node: string;
}

const DEFAULT: Installing = {
  directory: fromFileUrl(new URL(".setup/bench/peers/", ROOT)),
  npm: "npm",
  node: "node",
};

/** Installs every peer that can be had. Never rejects for one that cannot. */
export async function findPeers(installing: Installing = DEFAULT): Promise<Peers> {
  const there: Peer[] = [];
  const missing: string[] = [];
  for (const description of DESCRIPTIONS) {
    try {
      there.push(await findPeer(description, installing));
    } catch (error) {
      const [first] = (error instanceof Error ? error.message : String(error)).split("\n");
      missing.push(`Cannot measure beside ${description.name}: ${first}`);
    }
  }
  return { there, missing };
}

async function findPeer(description: Description, installing: Installing): Promise<Peer> {
  const { name, title, version, dialect } = description;
  const modules = await install(description, installing);
  const program = fromFileUrl(new URL(`peers/${description.program}`, import.meta.url));
  const runtime = description.runtime === "bun" ? await findBun(modules) : installing.node;
  const runtimeVersion = (await runQuietly(runtime, ["--version"])).trim();
  const on = description.runtime === "node" ? ` on Node.js ${runtimeVersion}` : "";
  return {
    name,
    what: `${title} ${version}${on}`,
    dialect,
    command: [runtime, program],
    rest: [modules],
  };
}

/** Answers the folder of modules. */
async function install(
  { package: name, version }: Description,
  { directory, npm }: Installing,
): Promise<string> {
  const prefix = `${directory}/${name}-${version}`;
  const modules = `${prefix}/node_modules`;
  if (existsSync(`${modules}/${name}/package.json`)) return modules;
  await Deno.mkdir(prefix, { recursive: true });
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await runQuietly(npm, ["install", "--prefix", prefix, ...quietly, `${name}@${version}`]);
  return modules;
}

/** The program that the package brings for this machine. */
async function findBun(modules: string): Promise<string> {
  for await (const { name } of Deno.readDir(`${modules}/@oven`)) {
    const program = `${modules}/@oven/${name}/bin/bun`;
    if (await runQuietly(program, ["--version"]).then(() => true, () => false)) return program;
  }
  throw new Error("the package brings no program that runs here");
}
