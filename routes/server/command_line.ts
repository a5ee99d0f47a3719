/**
 * The command line: `serve`, `copy`, and what tells about the program.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { Flag } from "./setting_rows.ts";
import { SettingsError } from "./settings_error.ts";
import { ADDRESS_FORM, parseStoreAddress, type StoreAddress } from "./store_address.ts";

/** What the command line asks for. */
export type CommandLine =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | {
    readonly command: "copy";
    /** Where everything is, and where it is to be. */
    readonly from: StoreAddress;
    readonly to: StoreAddress;
  }
  | {
    readonly command: "serve";
    readonly flags: Readonly<Partial<Record<Flag, string>>>;
    readonly config: string | undefined;
    readonly dev: boolean;
  };

const COMMANDS = ["serve", "copy", "help", "version"] as const;

const OPTIONS = {
  host: { type: "string" },
  port: { type: "string" },
  data: { type: "string" },
  config: { type: "string" },
  mode: { type: "string" },
  dev: { type: "boolean" },
  from: { type: "string" },
  to: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/**
 * Reads the arguments. Throws {@link SettingsError} with one line for what it does not know.
 *
 * The platform's own parser: two commands with eight flags need no hooks or exits of a library.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args);
  const [first = "serve", ...rest] = positionals;
  const command = COMMANDS.find((known) => known === first);
  if (command === undefined) throw wrong(`the command ${JSON.stringify(first)} is unknown`);
  if (rest.length > 0) throw wrong(`${JSON.stringify(rest[0])} after ${command} is one word too many`);
  if (values.help === true || command === "help") return { command: "help" };
  if (values.version === true || command === "version") return { command: "version" };
  const { host, port, data, mode, config, from, to } = values;
  if (command === "copy") return { command, from: addressOf("from", from), to: addressOf("to", to) };
  if (from !== undefined || to !== undefined) throw wrong("--from and --to belong to copy");
  const flags = Object.fromEntries(
    Object.entries({ host, port, data, mode }).filter(([, value]) => value !== undefined),
  );
  return { command: "serve", flags, config: config === "" ? undefined : config, dev: values.dev === true };
}

/** Never the text: it may hold a password. */
function addressOf(flag: "from" | "to", text: string | undefined): StoreAddress {
  const address = text === undefined ? null : parseStoreAddress(text);
  if (address !== null) return address;
  throw new SettingsError(
    `Cannot copy: --${flag} ${
      text === undefined ? "is missing" : "cannot be used"
    }, allowed: ${ADDRESS_FORM}`,
  );
}

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The parser explains over several sentences; the first names the flag.
    throw wrong(error.message.split(/\n|\. /, 1).join("").replace(/\.$/, ""));
  }
}

function wrong(what: string): SettingsError {
  return new SettingsError(
    `Cannot start: ${what}, allowed: [${COMMANDS.join("|")}] --${Object.keys(OPTIONS).join(" --")}`,
  );
}

/** The text of `--help`. */
export function helpText(version: string): string {
  return `Go Chat ${version}: a chat server with its page, in one program

Usage: main.ts [serve] [--host H] [--port N] [--data DIR] [--config FILE] [--mode debug|release] [--dev]
       main.ts copy --from STORE --to STORE
       main.ts help | version

  --host H        address to listen on (debug: 127.0.0.1, release: 0.0.0.0)   CHAT_HOST
  --port N        port, 0 takes a free one (8080)                             CHAT_PORT
  --data DIR      directory of the store and the generated secret (./data)    CHAT_DATA_DIR
  --config FILE   configuration (./config.ini, else ./config/config.ini)
  --mode MODE     release, or debug in which anyone can be anyone (release)   CHAT_APP_MODE
  --dev           the defaults of development: mode debug, data ./data/dev

  copy            brings everything from one store into an empty other and compares both; both are in use by nobody
                  else meanwhile, and started again it goes on where it was interrupted
  STORE           sqlite:DIR or mysql://USER:PASSWORD@HOST/DATABASE, and where messages are in MongoDB, a + and its
                  address: mysql://…+mongodb://…

Stronger first: flag, CHAT_* environment, config.ini, default. Every setting: docs/config.example.ini
SIGTERM or Ctrl-C ends it gracefully. Exit codes: 0 ended as asked, 1 failed, 2 a setting cannot be used`;
}
