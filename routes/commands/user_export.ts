/**
 * `user export USER FILE`: everything of a person, as a ZIP file.
 *
 * @module
 */
import type { Command } from "commander";
import type { Language } from "../../realtime/mod.ts";
import { writePrivately } from "../exporting/private_file.ts";
import { SettingsError } from "../server/settings_error.ts";
import { CommandError } from "./command_error.ts";
import type { WithDataRequests } from "./data_requests.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";
import { userCommand } from "./user_group.ts";

/** Adds it. */
export function addUserExport(program: Command, tools: CommandTools, open: WithDataRequests): void {
  tools.withJson(
    userCommand(program).command("export")
      .summary("Write everything of a person to a ZIP file")
      .description(
        "Writes the account, its devices, conversations and messages as JSON and as pages that any browser shows. " +
          "The file is new, and only its owner may read it.",
      )
      .argument("<user>", "name, e-mail address or number")
      .argument("<file>", "the file to make")
      .option("--language <language>", "of the pages: en or zh", "en")
      .addHelpText("after", "\nExample:\n  go-chat user export ann ann.zip --language zh"),
  ).action(async (user: string, file: string, options: { readonly language: string }, command: Command) => {
    const language = languageOf(options.language);
    const report = tools.report(command);
    await open(givenFlags(command), async (requests) => {
      const { userId, username } = await requests.find(user);
      let messages = 0;
      const pieces = requests.export(userId, language, (done, of) => {
        messages = done;
        report.progress("exporting messages", done, of);
      });
      const bytes = await write(file, pieces);
      report.result(
        { user_id: userId, username, file, bytes, messages },
        `${file}: ${messages} messages of ${JSON.stringify(username)} (${userId}), ${bytes} bytes`,
      );
    }, file);
  });
}

function languageOf(text: string): Language {
  if (text === "en" || text === "zh") return text;
  throw new SettingsError(`Cannot export: --language cannot be ${JSON.stringify(text)}, allowed: en, zh`);
}

async function write(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    return await writePrivately(file, pieces);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw new CommandError(error.message);
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      throw new CommandError(`Cannot write ${JSON.stringify(file)}: ${error.message}`);
    }
    throw error;
  }
}
