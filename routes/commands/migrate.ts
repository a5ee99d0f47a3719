/**
 * `migrate`: brings the database up to date before a start, which would do the same.
 *
 * @module
 */
import type { Command } from "commander";
import { NEWEST_SCHEMA } from "../../db/schema_name.ts";
import { existingDataDir } from "../server/data_dir.ts";
import type { RunParts } from "../server/front.ts";
import { gatherSettings } from "../server/given_settings.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";

/** Adds it. */
export function addMigrate(
  program: Command,
  tools: CommandTools,
  parts: Pick<RunParts, "surroundings" | "openGround">,
): void {
  tools.withJson(
    program.command("migrate")
      .summary("Bring the database up to date")
      .description(
        "Runs the migrations that the database has not had, as the next start would. Nothing else uses it meanwhile.",
      )
      .addHelpText("after", "\nExample:\n  go-chat migrate --data /var/lib/go-chat"),
  ).action(async (options: { readonly json?: boolean }, command: Command) => {
    const settings = await gatherSettings(givenFlags(command), parts.surroundings);
    configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
    const { path: dataDir } = await existingDataDir(settings.dataDir, settings.dataDirSource);
    const say = (text: string): void => {
      if (options.json !== true) tools.streams.writeStatus(`${text}\n`);
    };
    let migrated: readonly string[] = [];
    const { store, wires } = await parts.openGround({
      ...settings,
      dataDir,
      startTimeoutMs: settings.startTimeout * 1_000,
      instanceId: crypto.randomUUID(),
      migrating: {
        pending: (names) => {
          migrated = names;
          if (names.length > 0) say(`to run: ${names.join(", ")}`);
        },
        tell: say,
      },
    });
    await wires[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    const told = migrated.length === 0 ? "nothing to migrate" : `ran ${migrated.length} migrations`;
    tools.report(command).result(
      { migrated, schema: NEWEST_SCHEMA },
      `${told}: the schema is ${NEWEST_SCHEMA}`,
    );
  });
}
