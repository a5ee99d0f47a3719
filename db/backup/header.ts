/**
 * The first line of a backup: what it is, before anything is unpacked.
 *
 * @module
 */
import { z } from "zod";
import { BackupDamagedError } from "./errors.ts";

/** The version of the format that is written. Whoever changes a record raises it, and goes on reading the older ones. */
export const FORMAT_VERSION = 1;
/** The first line is not longer, in bytes, its end included. */
export const MAX_HEADER_BYTES = 4_096;

const Header = z.strictObject({
  format: z.literal("go-chat-backup"),
  version: z.literal(FORMAT_VERSION),
  compression: z.literal("zstd"),
  /** Names this backup apart from every other. */
  id: z.uuid(),
  /** The program that made it, and its schema: for people. */
  program: z.string().max(64),
  schema: z.string().max(64),
  /** When it was begun, in ms since 1970: everything acknowledged before is in it. */
  begunAt: z.int().min(0),
  /** The epoch of the store. */
  epoch: z.string().max(256),
  usedInDebug: z.boolean(),
});

const Versioned = z.object({ format: z.literal("go-chat-backup"), version: z.int().min(1) });

/** What the first line says. */
export type BackupHeader = z.infer<typeof Header>;
/** What only the store and the program know of it. */
export type HeaderFacts = Omit<BackupHeader, "format" | "version" | "compression">;

/** The first line, its end included. */
export function headerLine(facts: HeaderFacts): string {
  const header = { format: "go-chat-backup", version: FORMAT_VERSION, compression: "zstd", ...facts };
  return `${JSON.stringify(header)}\n`;
}

/** Reads the first line without its end. Throws {@link BackupDamagedError}. */
export function parseHeader(line: string): BackupHeader {
  const value = jsonOf(line);
  const versioned = Versioned.safeParse(value);
  if (!versioned.success) {
    throw new BackupDamagedError("it is not a backup of Go Chat: its first line is none");
  }
  if (versioned.data.version > FORMAT_VERSION) {
    throw new BackupDamagedError(
      `a newer version of this program made it (format ${versioned.data.version}, this one reads up to ` +
        `${FORMAT_VERSION}), use that version`,
    );
  }
  const header = Header.safeParse(value);
  if (header.success) return header.data;
  const path = header.error.issues[0]?.path.join(".") ?? "";
  throw new BackupDamagedError(`its first line is altered${path === "" ? "" : `, "${path}" is wrong`}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
