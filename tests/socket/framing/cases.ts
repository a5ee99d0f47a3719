/**
 * Plays cases of the Autobahn list, whose numbers they have, on the running program. Echo is `heartbeat`: it is
 * answered with its id. What our protocol refuses, such as binary messages, is answered by an `error` frame.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { within } from "../../support/process.ts";
import { OPCODE, type RawFrame, RawSocket } from "../../support/raw_socket.ts";
import { startServer, TRANSPORT } from "../../support/server.ts";
import { DEVIATIONS } from "./deviations.ts";
import { ANSWERED, close, ID, type Part } from "./frames.ts";

/**
 * What is written, and what must come: `echo` with the id where it is not {@link ID}, `error` with its code, `pong`
 * with its payload, `close` with code and reason; `cut` is an end without a close frame. The last column names why
 * other than that comes.
 */
export type Case = readonly [
  number: string,
  what: string,
  write: readonly Part[],
  expected: string,
  deviates?: keyof typeof DEVIATIONS,
];

const PATIENCE_MS = 20_000;
/** The first of those whom cases are played as, one after the other. */
const FIRST_USER = 1_000;

const Answer = z.object({
  type: z.string(),
  id: z.string().optional(),
  data: z.object({ code: z.number().optional() }).optional(),
});

/** Makes one test of these cases. After what is written a close frame with 1000 follows, where `closes`. */
export function testCases(title: string, cases: readonly Case[], { closes = true } = {}): void {
  Deno.test(`${title}, ${cases.length} cases`, async (t) => {
    await using server = await startServer({ env: { CHAT_LOG_LEVEL: "warning" } });
    for (const [at, [number, what, write, expected, deviates]] of cases.entries()) {
      await t.step(`${number} ${what}`, async () => {
        await using socket = await RawSocket.upgrade(
          server.url,
          `/ws?user_id=${FIRST_USER + at}&username=somebody`,
        );
        const played = play(socket, closes ? [...write, close(1_000)] : write);
        const came = await within(PATIENCE_MS, played, `Case ${number} did not end`);
        assert.equal(came, deviates === undefined ? expected : deviating(expected, deviates));
      });
    }
  });
}

function deviating(expected: string, name: keyof typeof DEVIATIONS): string {
  const { asked, ...comes } = DEVIATIONS[name];
  assert.ok(expected.endsWith(asked), `"${expected}" is not what ${name} deviates from`);
  const end = TRANSPORT === "native" ? comes.comes : comes.hardened ?? asked;
  return expected.slice(0, -asked.length) + end;
}

/** Writes the parts and reads until the server ends the connection; answers what came. */
async function play(socket: RawSocket, parts: readonly Part[]): Promise<string> {
  const came: string[] = [];
  let onCame: () => void = () => {};
  const reading = (async (): Promise<void> => {
    for await (const frame of socket.frames()) {
      const one = describe(frame);
      if (one === null) continue;
      came.push(one);
      onCame();
    }
    if (!came.at(-1)?.startsWith("close")) came.push("cut");
  })();
  let answers = 0;
  for (const part of parts) {
    if (part === ANSWERED) {
      answers++;
      const answered = new Promise<void>((resolve) => onCame = () => came.length >= answers && resolve());
      onCame();
      await Promise.race([answered, reading]);
    } // Whoever was cut off may hear of it while writing.
    else await socket.write(part).catch(() => {});
  }
  await reading;
  return came.join(", ");
}

/** A frame in the words of {@link Case}; null for what tells who is there. */
function describe({ opcode, payload }: RawFrame): string | null {
  switch (opcode) {
    case OPCODE.text:
      return describeText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload));
    case OPCODE.pong:
      return `pong ${String.fromCharCode(...payload)}`.trimEnd();
    case OPCODE.close: {
      const [high = 0, low = 0, ...reason] = payload;
      const code = payload.length === 0 ? "" : high * 256 + low;
      return `close ${code} ${new TextDecoder().decode(new Uint8Array(reason))}`.trimEnd();
    }
    default:
      return `opcode ${opcode}`;
  }
}

function describeText(text: string): string | null {
  const { type, id, data } = Answer.parse(JSON.parse(text));
  if (type === "heartbeat") return id === ID ? "echo" : `echo ${id}`;
  return type === "error" ? `error ${data?.code}` : null;
}
