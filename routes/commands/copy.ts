/**
 * `copy`: one store into another.
 *
 * @module
 */
import type { Command } from "commander";
import { SettingsError } from "../server/settings_error.ts";
import { ADDRESS_FORM, parseStoreAddress, type StoreAddress } from "../server/store_address.ts";
import type { Report } from "./report.ts";
import type { CommandTools } from "./tools.ts";

/** Where everything is, and where it is to be. */
export interface CopyAddresses {
  readonly from: StoreAddress;
  readonly to: StoreAddress;
}

/** Adds it. */
export function addCopy(
  program: Command,
  tools: CommandTools,
  copy: (addresses: CopyAddresses, report: Report) => Promise<void>,
): void {
  tools.withJson(
    program.command("copy")
      .summary("Copy one store into an empty other, and compare both")
      .description(
        "Brings everything from one store into an empty other and compares both. Nobody else uses either " +
          "meanwhile; started again it goes on where it was interrupted.",
      )
      .option("--from <store>", "where everything is")
      .option("--to <store>", "where it is to be")
      .addHelpText(
        "after",
        "\nSTORE is sqlite:DIR or mysql://USER:PASSWORD@HOST/DATABASE, and where messages are in MongoDB, a + and its " +
          "address: mysql://…+mongodb://…\n\nExample:\n  go-chat copy --from sqlite:./data --to mysql://chat:…@db/go_chat",
      ),
  ).action(async (options: { readonly from?: string; readonly to?: string }, command: Command) => {
    const addresses = { from: addressOf("from", options.from), to: addressOf("to", options.to) };
    await copy(addresses, tools.report(command));
  });
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
