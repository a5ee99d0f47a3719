import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { constants, zstdCompressSync } from "node:zlib";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { pieces } from "../../tests/contract/backup_contract.ts";
import { FACTS, fileOf, linesWith, member } from "../../tests/contract/small_backup.ts";
import { seal, unseal } from "./container.ts";
import { BackupDamagedError } from "./errors.ts";
import { headerLine } from "./header.ts";
import { verifyBackup } from "./read.ts";

async function refuses(bytes: Uint8Array, reason: RegExp): Promise<void> {
  await assert.rejects(verifyBackup(pieces(bytes, 61)), (error) => {
    assert.ok(error instanceof BackupDamagedError, String(error));
    assert.match(error.message, reason);
    return true;
  });
}

const whole = await fileOf(linesWith());

Deno.test("a whole file is read, in pieces of any length", async () => {
  for (const length of [1, 7, 61, 100_000]) {
    const { sums } = await verifyBackup(pieces(whole, length));
    assert.equal(sums.messages.rows, 3);
  }
});

/** The runtime may end the stream before it has asked for what comes after it. */
Deno.test("files of any length are read from a disk to their last line", async () => {
  const path = await Deno.makeTempFile({ prefix: "go-chat-" });
  try {
    for (let round = 0; round < 16; round++) {
      const lines = async function* (): AsyncGenerator<string> {
        for (let n = 0; n < 20_000 + round * 500; n++) yield `${n} ${crypto.randomUUID()}\n`;
      };
      await Deno.writeFile(path, Buffer.concat(await Array.fromAsync(seal(headerLine(FACTS), lines()))));
      const { lines: read } = await unseal((await Deno.open(path)).readable);
      let count = 0;
      for await (const _line of read) count++;
      assert.equal(count, 20_000 + round * 500);
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a file in which any one byte differs is refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const altered = whole.slice();
        altered[at] = (altered[at] ?? 0) ^ flip;
        await assert.rejects(verifyBackup(pieces(altered)), BackupDamagedError);
      },
    ),
    { numRuns: 600 },
  );
});

Deno.test("a file that is cut anywhere, or goes on, is refused", async () => {
  for (let length = 0; length < whole.length; length += 3) {
    await assert.rejects(verifyBackup(pieces(whole.subarray(0, length))), BackupDamagedError, `${length}`);
  }
  await assert.rejects(
    verifyBackup(pieces(new Uint8Array([...whole, ...new TextEncoder().encode("more")]))),
    BackupDamagedError,
  );
});

Deno.test("a newer version is refused by its number, and what is no backup by its first line", async () => {
  const newer = new TextEncoder().encode(headerLine(FACTS).replace('"version":1', '"version":2'));
  await refuses(newer, /a newer version of this program made it \(format 2/);
  await refuses(new TextEncoder().encode("PK\u0003\u0004\n"), /is not a backup of Go Chat/);
  await refuses(new Uint8Array(10_000).fill(65), /first line is too long/);
});

/** What each is wrong in, in a file whose checksums are all right. */
const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "a mark ahead of the messages",
    linesWith({
      conversation: { members: [{ userId: 1, ...member, readSeq: 4 }] },
    }),
    /record 1, a conversation, is wrong: a mark is ahead/,
  ],
  ["an unknown field", linesWith({ last: { extra: 1 } }), /record 4, a message, is wrong/],
  ["a text for a number", linesWith({ last: { senderId: "1" } }), /record 4, a message, .*"senderId"/],
  ["a seq twice", linesWith({ last: { seq: 2 } }), /record 4 is not in its place/],
  ["a seq that the conversation has not", linesWith({ last: { seq: 4 } }), /record 4 is not in its place/],
  ["no end", linesWith().slice(0, -1), /it has no end/],
  ["a record after the end", [...linesWith(), ...linesWith()], /record 6 comes after the end/],
  ["a message less than the end says", linesWith().toSpliced(2, 1), /holds 2 messages/],
  ["no conversation", linesWith().slice(1), /record 1 is not in its place/],
  ["an unknown kind", ['["constructor",1]\n'], /record 1 is of no known kind/],
  ["no JSON", ["{\n"], /record 1 is no JSON/],
  ["a line without an end", ["x"], /record 1 has no end/],
  ["a line that is too long", [`${"x".repeat(1_048_577)}\n`], /record 1 is longer than/],
];
for (const [what, lines, reason] of WRONG) {
  Deno.test(`a file with ${what} is refused and told where`, async () => {
    await refuses(await fileOf(lines), reason);
  });
}

Deno.test("a small file that unpacks to very much is refused early, without taking memory for it", async () => {
  const zeros = Buffer.alloc(16 * 1_048_576);
  const bomb = seal(
    headerLine(FACTS),
    (async function* (): AsyncGenerator<string> {
      for (let n = 0; n < 64; n++) yield zeros.toString("latin1");
    })(),
  );
  const bytes = Buffer.concat(await Array.fromAsync(bomb));
  assert.ok(bytes.length < 1_048_576);
  await refuses(bytes, /record 1 is longer than/);
});

Deno.test("a file that wants a window of more than 8 MiB is refused", async () => {
  const wide = zstdCompressSync(Buffer.alloc(1_000), {
    params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  const body = Buffer.concat([Buffer.from(headerLine(FACTS)), wide]);
  const end = `\nsha256 ${createHash("sha256").update(body).digest("hex")}\n`;
  await refuses(Buffer.concat([body, Buffer.from(end)]), /./);
});
