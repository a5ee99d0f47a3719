/**
 * What reads texts and files in the process: the codec of frames, the settings, backups.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { BackupDamagedError } from "../../../db/backup/errors.ts";
import { verifyBackup } from "../../../db/backup/read.ts";
import { decode } from "../../../realtime/codec.ts";
import { parseConfig } from "../../../routes/server/config_file.ts";
import { readSettings } from "../../../routes/server/settings.ts";
import { SettingsError } from "../../../routes/server/settings_error.ts";
import { pieces } from "../../contract/backup_contract.ts";
import { fileOf, linesWith } from "../../contract/small_backup.ts";
import { ROOT } from "../../support/paths.ts";
import { frameText } from "../frames.ts";
import { mutated } from "../mutations.ts";
import { bytesOf, type Input, type OpenTarget, ownMemory, type Target } from "../target.ts";

/** A target of this process: `read` throws what is wrong. */
function inProcess(read: (input: Input) => void | Promise<void>): () => Promise<OpenTarget> {
  return () =>
    Promise.resolve({
      feed: async (inputs) => {
        for (const input of inputs) await read(input);
      },
      memory: ownMemory,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
}

function textOf(input: Input): string {
  return typeof input === "string" ? input : new TextDecoder().decode(input);
}

/** Frames, as the codec reads them. */
export const FRAMES: Target = {
  name: "frames",
  share: 0.4,
  inputs: frameText,
  open: inProcess((input) => {
    const text = textOf(input);
    const decoded = decode(text);
    if ("problem" in decoded) assert.ok(decoded.problem.length > 0 && decoded.problem.length < 1_000);
    // What was read is an object of its own, with nothing that came in by its prototype.
    else assert.equal(Object.getPrototypeOf(decoded.frame), Object.prototype);
    assert.equal(Object.keys(Object.prototype).length, 0);
  }),
};

const EXAMPLE = await Deno.readFile(new URL("docs/config.example.ini", ROOT));
const LINES = bytesOf(
  "\uFEFF[mysqlConfig]\nUsername = root\nPassword = a;b#c\nHost=127.0.0.1\nPort = 3306\n[service]\n" +
    "HttpPort = 8080\nWorkers=2\nTrustProxy = 10.0.0.0/8, ::1\nTransport = hardened\n[limits]\nLimitFrames = 50/200\n",
);

/** `config.ini`, down to the settings. */
export const CONFIG: Target = {
  name: "config",
  share: 0.15,
  inputs: mutated([EXAMPLE, LINES]),
  open: inProcess((input) => {
    try {
      const ini = parseConfig(textOf(input), "./config.ini");
      readSettings({ flags: {}, env: {}, dev: false, ini });
    } catch (error) {
      assert.ok(error instanceof SettingsError, String(error));
      assert.doesNotMatch(error.message, /\n/);
    }
  }),
};

const BACKUP = await fileOf(linesWith());
const ROWS = 3;

/** Backups: whole, or refused; what is compressed is checked before it is believed. */
export const BACKUPS: Target = {
  name: "backups",
  share: 0.15,
  inputs: fc.oneof(mutated([BACKUP]), fc.uint8Array({ maxLength: 200 })),
  open: inProcess(async (input) => {
    const bytes = typeof input === "string" ? bytesOf(input) : input;
    try {
      const { sums } = await verifyBackup(pieces(bytes, 61));
      assert.equal(sums.messages.rows, ROWS, "What is taken is what was written");
    } catch (error) {
      assert.ok(error instanceof BackupDamagedError, String(error));
    }
  }),
};
