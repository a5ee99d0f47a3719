/**
 * What the whole test run needs beside Deno: finds it, installs it where that is possible, names it where not.
 *
 * On Debian as root it installs packages; elsewhere it changes nothing outside `.setup/`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { missingTools } from "../bench/tools.ts";
import { type BackendName, BACKENDS, missingForBackend, packagesForBackend } from "./backends.ts";
import { findChromium } from "./browser.ts";
import { type Compiler, findCompiler, mayUseBase } from "./compiler.ts";
import { missingProxies } from "./proxies.ts";
import { findRuntime, type RuntimeName, RUNTIMES } from "./runtimes.ts";
import { runQuietly, runs } from "./run.ts";
import { say } from "./say.ts";

/** A part of the run that cannot be done, and why. */
export interface Missing {
  readonly part: "browser" | "executable" | "bench" | "proxies" | BackendName | RuntimeName;
  readonly reason: string;
}

/** What there is. */
export interface SetUp {
  /** Those that can be tested. */
  readonly backends: readonly BackendName[];
  /** The path or name of a Chromium. */
  readonly chromium: string | null;
  readonly compiler: Compiler | null;
  readonly bench: boolean;
  /** Whether each proxy of docs/deploy/ can be run. */
  readonly proxies: boolean;
  /** The paths of those beside Deno. */
  readonly runtimes: ReadonlyMap<RuntimeName, string>;
  readonly missing: readonly Missing[];
}

/** Finds, installs and names. Never throws for something that is missing. */
export async function setUp(): Promise<SetUp> {
  await installPackages();
  const missing: Missing[] = [];
  const chromium = findChromium();
  if (chromium === null) {
    missing.push({ part: "browser", reason: "there is no Chromium (set CHROMIUM to its path)" });
  }
  const compiler = await findCompiler().catch((error: unknown) => {
    missing.push({ part: "executable", reason: error instanceof Error ? error.message : String(error) });
    return null;
  });
  const tools = await missingTools();
  if (tools.length > 0) missing.push({ part: "bench", reason: `there is no ${tools.join(", no ")}` });
  const backends: BackendName[] = [];
  for (const name of BACKENDS) {
    const reason = await missingForBackend(name);
    if (reason === null) backends.push(name);
    else missing.push({ part: name, reason });
  }
  const runtimes = new Map<RuntimeName, string>();
  for (const name of RUNTIMES) {
    const found = await findRuntime(name);
    if ("path" in found) runtimes.set(name, found.path);
    else missing.push({ part: name, reason: found.reason });
  }
  const proxies = await missingProxies();
  if (proxies.length > 0) missing.push({ part: "proxies", reason: `there is no ${proxies.join(", no ")}` });
  return {
    chromium,
    compiler,
    bench: tools.length === 0,
    proxies: proxies.length === 0,
    runtimes,
    backends,
    missing,
  };
}

async function installPackages(): Promise<void> {
  const packages = await wantedPackages();
  if (packages.length === 0) return;
  if (!existsSync("/etc/debian_version") || Deno.uid() !== 0) {
    say(`Would help, and is not installed here: ${packages.join(", ")} (Debian's names)`);
    return;
  }
  say(`Installing by apt-get, for the tests: ${packages.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    await runQuietly("apt-get", ["update", "-qq"], { env });
    await runQuietly("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], { env });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

/** Debian's names of what is not there yet. */
async function wantedPackages(): Promise<string[]> {
  const wanted: string[] = [];
  if (findChromium() === null) wanted.push("chromium");
  if (!await runs("gcc", "--version")) wanted.push("gcc", "libc6-dev");
  if (!await runs("go", "version") && !await runs("/usr/local/go/bin/go", "version")) {
    wanted.push("golang-go");
  }
  if (!await runs("ip", "-V")) wanted.push("iproute2");
  if (!await runs("unshare", "--version") || !await runs("nsenter", "--version")) wanted.push("util-linux");
  if (mayUseBase() && !await runs("python3", "-m", "pip", "--version")) wanted.push("python3-pip");
  if (!await runs("python3", "--version")) wanted.push("python3");
  for (const name of BACKENDS) wanted.push(...await packagesForBackend(name));
  wanted.push(...await missingProxies());
  return [...new Set(wanted)];
}
