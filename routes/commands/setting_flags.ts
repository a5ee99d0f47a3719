/**
 * The flags that every command has: where the settings are that it works with.
 *
 * @module
 */
import type { Command } from "commander";
import type { GivenFlags } from "../server/given_settings.ts";

/** Adds them to the program, so that they may stand before and after the name of a command. */
export function addSettingFlags(program: Command): void {
  program
    .option("--host <host>", "address to listen on (debug: 127.0.0.1, release: 0.0.0.0), CHAT_HOST")
    .option("--port <number>", "port, 0 takes a free one (8080), CHAT_PORT")
    .option("--data <directory>", "directory of the store and the generated secret (./data), CHAT_DATA_DIR")
    .option("--config <file>", "configuration (./config.ini, else ./config/config.ini)")
    .option("--mode <mode>", "release, or debug in which anyone can be anyone (release), CHAT_APP_MODE")
    .option("--dev", "the defaults of development: mode debug, data ./data/dev");
}

/** Those that a command was given. */
export function givenFlags(command: Command): GivenFlags {
  const { host, port, data, mode, config, dev } = command.optsWithGlobals<
    Partial<Record<"host" | "port" | "data" | "mode" | "config", string>> & { readonly dev?: boolean }
  >();
  const flags = Object.fromEntries(
    Object.entries({ host, port, data, mode }).filter(([, value]) => value !== undefined),
  );
  return { flags, config: config === "" ? undefined : config, dev: dev === true };
}
