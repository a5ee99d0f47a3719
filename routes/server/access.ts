/**
 * Tells, before anything fails half-way, which paths the runtime does not let this program touch.
 *
 * @module
 */
import { SettingsError } from "./settings_error.ts";

/** A path that a setting names. */
export interface NeededPath {
  /** As it was given. */
  readonly path: string;
  readonly write: boolean;
  /** Names the setting in the refusal. */
  readonly setting: string;
}

/** What a refusal is made of. */
export interface AccessContext {
  /** The arguments of this start, to be repeated. */
  readonly args: readonly string[];
  /** Where the program's own files are. */
  readonly programRoot: string;
  readonly workingDirectory: string;
}

/** Throws {@link SettingsError} with the command that works when a path is out of reach. Never prompts. */
export function requireAccess(paths: readonly NeededPath[], context: AccessContext): void {
  const [first] = paths.filter((needed) =>
    !isGranted("read", needed) || (needed.write && !isGranted("write", needed))
  );
  if (first === undefined) return;
  const isHere = context.programRoot === context.workingDirectory;
  // A flag replaces the permission set's list of its kind: where nothing else names the data directory, which is
  // in the checkout then, the checkout is repeated.
  const checkout = paths.some((needed) => needed.write) ? [] : [isHere ? "." : context.programRoot];
  const read = [...new Set([...checkout, ...paths.map((needed) => needed.path)])];
  const write = [...new Set(paths.filter((needed) => needed.write).map((needed) => needed.path))];
  const command = [
    "deno run -P",
    `--allow-read=${read.join(",")}`,
    ...(write.length === 0 ? [] : [`--allow-write=${write.join(",")}`]),
    isHere ? "main.ts" : `${context.programRoot}/main.ts`,
    ...context.args,
  ];
  throw new SettingsError(
    `Cannot start: ${first.setting} ${JSON.stringify(first.path)} is outside what this task may ` +
      `${first.write ? "write" : "read"}, allowed: run ${command.map(shellWord).join(" ")}`,
  );
}

/** Whether the runtime lets this program read or write the path. Never prompts. */
export function isGranted(name: "read" | "write", { path }: { readonly path: string }): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./ -]*$/.test(word) && !/ /.test(word.replace(/^deno run -P$/, ""))
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Gives up reading and writing files for good, once everything that needs them is open.
 *
 * The executable is granted all paths, since a path in its permissions would be one of the machine that compiled it;
 * a path cannot be carved out of that. SQLite goes on: it holds its files, and opens and removes its log below the
 * runtime. So do the workers, which are inside the executable. A certificate that is renewed is read again, so reading may
 * stay. Returns whether nothing else is left.
 */
export async function giveUpFiles({ mayRead }: { readonly mayRead: boolean }): Promise<boolean> {
  const names = mayRead ? ["write"] as const : ["read", "write"] as const;
  const states = await Promise.all(names.map((name) => Deno.permissions.revoke({ name })));
  return states.every(({ state }) => state !== "granted");
}
