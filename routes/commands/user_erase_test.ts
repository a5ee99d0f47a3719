import assert from "node:assert/strict";
import { systemClock } from "../../db/clock.ts";
import type { DataRequests } from "../accounts/data_requests.ts";
import { createProgram, runCommandLine } from "./command_line.ts";
import { createTools } from "./tools.ts";
import { addUserErase, type Ask } from "./user_erase.ts";

/** Runs `user erase` where `ask` answers; tells what was erased. */
async function erase(args: readonly string[], ask: Ask): Promise<{
  readonly code: number;
  readonly erased: readonly (readonly [number, number])[];
  readonly said: string;
}> {
  const erased: [number, number][] = [];
  let said = "";
  const requests: DataRequests = {
    find: () => Promise.resolve({ userId: 2, username: "ann" }),
    erase(userId, afterDays): ReturnType<DataRequests["erase"]> {
      erased.push([userId, afterDays]);
      return Promise.resolve({ userId, username: "ann", dueAt: null, messages: 3, conversations: 1 });
    },
    keep: () => Promise.resolve(false),
    export: () => ReadableStream.from<Uint8Array>([]),
  };
  const streams = {
    writeResult: (text: string): void => void (said += text),
    writeStatus: (text: string): void => void (said += text),
    isResultTerminal: false,
    isStatusTerminal: false,
  };
  const program = createProgram(
    streams,
    "1",
    (program) =>
      addUserErase(program, createTools(streams, systemClock), {
        open: (_given, work) => work(requests),
        ask,
      }),
  );
  const code = await runCommandLine(["user", "erase", "ann", ...args], program, streams);
  return { code, erased, said };
}

Deno.test("user erase goes on only where the name is typed again, and says what it is about to do", async () => {
  const questions: string[] = [];
  const answering = (answer: string | null): Ask => (question) => {
    questions.push(question);
    return answer;
  };
  for (const answer of ["", "y", "anna", null]) {
    const { code, erased, said } = await erase([], answering(answer));
    assert.deepEqual([code, erased], [1, []], said);
  }
  const { code, erased, said } = await erase([], answering("ann"));
  assert.deepEqual([code, erased], [0, [[2, 0]]]);
  assert.equal(said, "erased the account 2: 3 messages in 1 conversations\n");
  assert.match(questions[0] ?? "", /"ann" \(2\).*now, which nobody can take back/);
});

Deno.test("user erase takes whole days, and does not ask with --yes", async () => {
  const never: Ask = () => assert.fail("it asked");
  assert.deepEqual((await erase(["--yes", "--after", "7"], never)).erased, [[2, 7]]);
  for (const after of ["-1", "1.5", "x", "", "3651", "1e3"]) {
    const { code, erased } = await erase(["--yes", `--after=${after}`], never);
    assert.deepEqual([code, erased], [2, []], after);
  }
});
