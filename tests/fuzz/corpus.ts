/**
 * Inputs that were found to be wrong once, kept for ever: one file each in `corpus/`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Input } from "./target.ts";

const FOLDER = new URL("./corpus/", import.meta.url);

const Entry = z.strictObject({
  target: z.string(),
  /** What was wrong. */
  why: z.string(),
  text: z.string().optional(),
  base64: z.string().optional(),
  /** What it may be answered with, where an answer was wrong; null: the end of the connection. */
  statuses: z.array(z.number().nullable()).optional(),
});

/** An input of the corpus. */
export interface Found {
  readonly file: string;
  readonly target: string;
  readonly input: Input;
  readonly statuses?: readonly (number | null)[] | undefined;
}

/** All of it, by name of the file. */
export async function readCorpus(): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    const { target, text, base64, statuses } = Entry.parse(
      JSON.parse(await Deno.readTextFile(new URL(name, FOLDER))),
    );
    const input = text ?? new Uint8Array(Buffer.from(base64 ?? "", "base64"));
    found.push({ file: name, target, input, statuses });
  }
  return found.sort((one, other) => one.file < other.file ? -1 : 1);
}

/** Keeps an input; answers the name of its file. */
export async function keep(target: string, input: Input, why: string): Promise<string> {
  const file = `${target}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}.json`;
  const held = typeof input === "string"
    ? { text: input }
    : { base64: Buffer.from(input).toString("base64") };
  await Deno.writeTextFile(new URL(file, FOLDER), `${JSON.stringify({ target, why, ...held }, null, 2)}\n`);
  return file;
}
