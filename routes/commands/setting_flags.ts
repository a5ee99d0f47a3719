/**
 * The flags that every command has: where the settings are that it works with.
 *
 * @module
 */
import type { Command } from "commander";
import type { GivenFlags } from "../server/given_settings.ts";

/** Each by its name: what it takes, where it takes anything, and what help says of it. */
export const SETTING_FLAGS = {
  host: { value: "<host>", help: "address to listen on (debug: 127.0.0.1, release: 0.0.0.0), CHAT_HOST" },
  port: { value: "<number>", help: "port, 0 takes a free one (8080), CHAT_PORT" },
  data: {
    value: "<directory>",
    help: "directory of the store and the generated secret (./data), CHAT_DATA_DIR",
  },
  config: { value: "<file>", help: "configuration (./config.ini, else ./config/config.ini)" },
  mode: { value: "<mode>", help: "release, or debug in which anyone can be anyone (release), CHAT_APP_MODE" },
  dev: { value: null, help: "the defaults of development: mode debug, data ./data/dev" },
} as const;

/** Adds them to the program, so that they may stand before and after the name of a command. */
export function addSettingFlags(program: Command): void {
  for (const [name, { value, help }] of Object.entries(SETTING_FLAGS)) {
    program.option(value === null ? `--${name}` : `--${name} ${value}`, help);
  }
}

/** What was said for each, as either reader of arguments tells it. */
export type SaidFlags =
  & Partial<Record<"host" | "port" | "data" | "mode" | "config", string | undefined>>
  & { readonly dev?: boolean | undefined };

/** Those that a command was given. */
export function givenFlags(command: Command): GivenFlags {
  return asGiven(command.optsWithGlobals<SaidFlags>());
}

/** The flags as settings are read from them. */
export function asGiven({ host, port, data, mode, config, dev }: SaidFlags): GivenFlags {
  const flags = Object.fromEntries(
    Object.entries({ host, port, data, mode }).filter(([, value]) => value !== undefined),
  );
  return { flags, config: config === "" ? undefined : config, dev: dev === true };
}
