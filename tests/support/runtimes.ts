/**
 * The runtimes beside Deno that the client library and the protocol are tried on: finds them, or says what lacks.
 *
 * @module
 */
import { runQuietly } from "./run.ts";

/** A runtime beside Deno: tests/runtimes/NAME_test.ts tests it. */
export type RuntimeName = "node" | "python";

/** Every one of them. */
export const RUNTIMES: readonly RuntimeName[] = ["node", "python"];

/** How a test is told where a runtime is. */
export const RUNTIME_VARIABLES: Readonly<Record<RuntimeName, string>> = {
  node: "TEST_NODE",
  python: "TEST_PYTHON",
};

/** The oldest Node.js with a WebSocket of its own. */
const NODE = "22";

/** The path of a runtime, or why there is none. Never rejects. */
export async function findRuntime(
  name: RuntimeName,
): Promise<{ readonly path: string } | { readonly reason: string }> {
  const given = Deno.env.get(RUNTIME_VARIABLES[name]) ?? "";
  if (given !== "") return { path: given };
  try {
    return { path: name === "node" ? await findNode() : await findPython() };
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { reason: `there is none (set ${RUNTIME_VARIABLES[name]} to its path): ${first}` };
  }
}

/** The program itself and not `npx`, which a kill would end in its place. */
async function findNode(): Promise<string> {
  const own = await pathOf("node", ["-p", TELL_NODE]).catch(() => "");
  return own !== "" ? own : await pathOf("npx", ["-y", `node@${NODE}`, "-p", TELL_NODE]);
}

/** Its path where it is new enough, else nothing. */
const TELL_NODE = `parseInt(process.versions.node) >= ${NODE} ? process.execPath : ""`;

function findPython(): Promise<string> {
  return pathOf("python3", ["-c", "import sys; assert sys.version_info >= (3, 9); print(sys.executable)"]);
}

async function pathOf(program: string, args: readonly string[]): Promise<string> {
  return (await runQuietly(program, args)).trim();
}

/** The path of a runtime that a test cannot do without. */
export async function needRuntime(name: RuntimeName): Promise<string> {
  const found = await findRuntime(name);
  if ("reason" in found) throw new Error(`Cannot test on ${name}: ${found.reason}`);
  return found.path;
}
