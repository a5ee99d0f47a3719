/**
 * `deno task test:all`: installs or names what is missing, then runs every check and every test.
 *
 * With `REQUIRE_BACKENDS=1` a part that cannot be run is a failure; without it is told loudly and left out.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };
import { BACKENDS } from "./backends.ts";
import { describe } from "./compiler.ts";
import { fromFileUrl, ROOT } from "./paths.ts";
import { runShown } from "./run.ts";
import { RUNTIME_VARIABLES } from "./runtimes.ts";
import { say } from "./say.ts";
import { type Missing, type SetUp, setUp } from "./setup.ts";

/** One thing to run. `report`: it is a test run that writes its counts there. */
interface Step {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly report?: string;
}

/** What came of a step. */
interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

const CHECKOUT = fromFileUrl(ROOT);
const RESULTS = fromFileUrl(new URL(".setup/results/", ROOT));
/** Where the fast tests are: the words of the task `test` that are no flags. */
const FAST = manifest.tasks.test.command.split(" ").slice(2).filter((word) => !word.startsWith("-"));

/** What is tested with each transport; the fast tests have the default one. */
const OF_TRANSPORTS = [
  "tests/fuzz",
  "tests/socket",
  "tests/http",
  "tests/start/tls_test.ts",
  "tests/start/stop_test.ts",
  "tests/isolates",
];

function stepsFor(there: SetUp): Step[] {
  const steps: Step[] = [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint", "--quiet"] },
    { name: "types", args: ["task", "--quiet", "check"] },
    { name: "audit", args: ["task", "--quiet", "audit"] },
    testStep("fast", FAST, { more: ["--parallel"] }),
    testStep("hardened", OF_TRANSPORTS, { more: ["--parallel"], env: { TEST_TRANSPORT: "hardened" } }),
  ];
  if (there.chromium !== null) {
    const more = ["--ignore=tests/browser/core"]; // they need no browser and are among the fast ones
    steps.push(testStep("browser", ["tests/browser"], { more, env: { CHROMIUM: there.chromium } }));
  }
  if (there.compiler !== null) {
    const env = { TEST_COMPILER: describe(there.compiler) };
    const more = ["--ignore=tests/compile/databases"];
    steps.push(testStep("executable", ["tests/compile"], { more, env }));
    if (hasAll(there)) steps.push(testStep("all in one", ["tests/compile/databases"], { env }));
  }
  for (const [name, path] of there.runtimes) {
    const env = { [RUNTIME_VARIABLES[name]]: path };
    steps.push(testStep(name, [`tests/runtimes/${name}_test.ts`], { env }));
  }
  for (const name of there.backends) steps.push(testStep(name, [`tests/backends/${name}`], {}));
  if (hasAll(there)) steps.push(testStep("cluster", ["tests/backends/cluster"], {}));
  if (there.proxies) steps.push(testStep("proxies", ["tests/backends/proxies"], { more: ["--parallel"] }));
  if (there.bench) {
    steps.push(testStep("bench", ["tests/bench"], {}));
    steps.push({ name: "bench, short", args: ["task", "--quiet", "bench", "--quick"] });
    const peers = [
      "task",
      "--quiet",
      "bench",
      "--quick",
      "--peers",
      "--only",
      "messages",
      "--only",
      "upgrades",
    ];
    steps.push({ name: "bench, peers", args: peers });
    const few = ["--messages", "100000", "--asks", "50"];
    steps.push({ name: "reads, short", args: ["task", "--quiet", "bench:reads", ...few] });
  }
  steps.push({ name: "fuzz, short", args: ["task", "--quiet", "fuzz", "--inputs", "20000"] });
  return [...steps, ...tortureFor(there)];
}

/** The short forms of what takes minutes. */
function tortureFor(there: SetUp): Step[] {
  const torture = (ground: string, messages: number): string[] => {
    const bounds = ["--messages", String(messages), "--kills", "3", "--minutes", "1"];
    return ["task", "--quiet", "torture", "--ground", ground, ...bounds];
  };
  const steps: Step[] = [
    { name: "retries, short", args: ["task", "--quiet", "torture:retries", "--messages", "1000"] },
    { name: "torture, short", args: torture("sqlite", 20_000) },
    {
      name: "torture, hardened",
      args: torture("sqlite", 20_000),
      env: { TEST_TRANSPORT: "hardened" },
    },
  ];
  if (hasAll(there)) {
    steps.push({ name: "torture, mysql", args: torture("mysql", 20_000) });
    steps.push({ name: "torture, all", args: torture("databases", 300) });
  }
  if (there.bench) {
    steps.push({ name: "soak, short", args: ["task", "--quiet", "soak", "--minutes", "1", "--rate", "500"] });
  }
  return steps;
}

/** Whether every database can be tested. */
function hasAll({ backends }: SetUp): boolean {
  return backends.length === BACKENDS.length;
}

function testStep(
  name: string,
  paths: readonly string[],
  { more = [], env = {} }: { readonly more?: readonly string[]; readonly env?: Step["env"] },
): Step {
  const report = `${RESULTS}/${name}.xml`;
  const args = ["test", "-P=test", "--no-prompt", ...more, `--junit-path=${report}`, ...paths];
  return { name, args, env: { ...env }, report };
}

async function runStep(step: Step): Promise<Outcome> {
  say(`\n== ${step.name}: deno ${step.args.join(" ")}`);
  const begun = performance.now();
  if (step.report !== undefined) await Deno.remove(step.report).catch(() => undefined);
  const env = { NO_COLOR: "1", ...step.env };
  const code = await runShown(Deno.execPath(), step.args, { cwd: CHECKOUT, env });
  const seconds = (performance.now() - begun) / 1_000;
  if (step.report === undefined) {
    return { name: step.name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, seconds };
  }
  const counts = await readReport(step.report);
  // A run that broke without a failed test, or that found no test, is a failure too.
  const broke = counts.failed === 0 && (code !== 0 || counts.passed === 0) ? 1 : 0;
  return { name: step.name, passed: counts.passed, failed: counts.failed + broke, seconds };
}

/** Counts tests as the runner's closing line does: steps belong to their test. */
async function readReport(path: string): Promise<{ readonly passed: number; readonly failed: number }> {
  const text = await Deno.readTextFile(path).catch(() => "");
  const tests = text.split("<testcase ").slice(1).filter((test) => !/^name="[^"]* &gt; /.test(test));
  const failed = tests.filter((test) => /<(failure|error)\b/.test(test)).length;
  return { passed: tests.length - failed, failed };
}

function tell(outcomes: readonly Outcome[], missing: readonly Missing[]): void {
  say("\nWhat ran:");
  for (const { name, passed, failed, seconds } of outcomes) {
    say(
      `  ${name.padEnd(14)} ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${
        seconds.toFixed(0).padStart(5)
      } s`,
    );
  }
  for (const { part, reason } of missing) say(`  ${part.padEnd(14)} NOT RUN: ${reason}`);
}

async function main(): Promise<number> {
  const required = (Deno.env.get("REQUIRE_BACKENDS") ?? "") !== "";
  await Deno.mkdir(RESULTS, { recursive: true });
  const there = await setUp();
  for (const { part, reason } of there.missing) say(`!! The part "${part}" cannot be run: ${reason}`);
  const outcomes: Outcome[] = [];
  for (const step of stepsFor(there)) outcomes.push(await runStep(step));
  if (required) {
    for (const { part } of there.missing) outcomes.push({ name: part, passed: 0, failed: 1, seconds: 0 });
  }
  tell(outcomes, there.missing);
  const sum = (key: "passed" | "failed"): number =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  say(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
