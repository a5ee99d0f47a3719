/** docs/client.md and docs/write-a-client.md name all that there is: who writes a client has nothing else. */
import assert from "node:assert/strict";
import { CLOSE } from "../../realtime/close.ts";
import { ERRORS, FRAME_ERRORS } from "../../realtime/errors.ts";
import { ClientFrame, ServerFrame } from "../../realtime/frames.ts";
import {
  DEFAULT_LIMITS,
  HEARTBEAT_SECONDS,
  MAX_CONTENT_POINTS,
  MAX_FRAME_BYTES,
} from "../../realtime/limits.ts";
import { PROTOCOL_VERSION } from "../../realtime/handshake.ts";

const read = (path: string): Promise<string> => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
const guide = await read("docs/write-a-client.md");
const manual = await read("docs/client.md");
const types = await read("static/core/client.d.ts");

/** The rows of a document's tables that begin with a cell. */
function rows(document: string, cell: string): readonly string[] {
  return document.split("\n").filter((line) => line.startsWith(`| ${cell} `));
}

/** The body of an interface in the library's types. */
function bodyOf(name: string): string {
  const [, body = ""] =
    new RegExp(`export interface ${name}(?: extends \\w+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(types) ?? [];
  return body;
}

Deno.test("Each close code stands in both documents, with what it asks for", () => {
  for (const { code, reconnect } of Object.values(CLOSE)) {
    const [toldToAll] = rows(guide, `${code}`);
    assert.ok(toldToAll !== undefined, `write-a-client.md has no row for ${code}`);
    assert.equal(toldToAll.includes("do not**"), !reconnect, toldToAll);
    const inLibrary = manual.split("\n").find((line) =>
      /^\| [\d, ]*\|/.test(line) && line.includes(`${code}`)
    );
    assert.ok(inLibrary !== undefined, `client.md has no row for ${code}`);
    assert.equal(inLibrary.includes("`ended`"), !reconnect, inLibrary);
  }
});

Deno.test("Each word of an error frame stands in write-a-client.md, with its number and whether it is temporary", () => {
  const section = guide.slice(guide.indexOf("## 12. Errors"));
  for (const word of FRAME_ERRORS) {
    const { status, temporary } = ERRORS[word];
    const row = section.split("\n").find((line) => new RegExp(`^\\| ${status} +\\| \`${word}\` `).test(line));
    assert.ok(row !== undefined, `There is no row for ${status} ${word}`);
    assert.equal(row.includes("temporary"), temporary, row);
  }
});

Deno.test("Each type of frame stands in write-a-client.md, and each frame in it is one", () => {
  const blocks = [...guide.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text = ""]) => JSON.parse(text));
  const inRows = [...guide.matchAll(/^\| `(\{"type".*?\})` +\|/gm)].map(([, text = ""]) => JSON.parse(text));
  for (const frame of [...blocks, ...inRows]) {
    const isFrame = ClientFrame.safeParse(frame).success || ServerFrame.safeParse(frame).success;
    assert.ok(isFrame, `This is no frame: ${JSON.stringify(frame)}`);
  }
  for (const union of [ClientFrame, ServerFrame]) {
    for (const { shape: { type: { value } } } of union.options) {
      assert.match(guide, new RegExp(`["\`]${value}["\`]`), `Nothing is said of ${value}`);
    }
  }
});

Deno.test("The welcome in write-a-client.md is that of a server with its defaults", () => {
  const text = [...guide.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block)
    .find((block) => block.includes('"welcome"'));
  const frame = ServerFrame.parse(JSON.parse(text ?? "null"));
  assert.ok(frame.type === "welcome");
  assert.deepEqual(frame.data.limits, {
    content_points: MAX_CONTENT_POINTS,
    frame_bytes: MAX_FRAME_BYTES,
    messages: DEFAULT_LIMITS.messages,
    frames: DEFAULT_LIMITS.frames,
  });
  assert.equal(frame.data.heartbeat_seconds, HEARTBEAT_SECONDS);
  assert.equal(frame.data.protocol, PROTOCOL_VERSION);
});

Deno.test("Each event, method and option of the library stands in client.md", () => {
  const members = (name: string): string[] =>
    [...bodyOf(name).matchAll(/^ {2}(?:readonly )?(\w+)[?<(:]/gm)].map(([, member = ""]) => member);
  const [events, methods] = [members("ClientEvents"), members("Client").filter((name) => name !== "on")];
  assert.ok(events.length >= 7 && methods.length >= 9, `${events} ${methods}`);
  for (const event of events) assert.equal(rows(manual, `\`${event}\``).length, 1, event);
  for (const method of methods) {
    assert.match(manual, new RegExp(`^\\| (\`\\w+\`, )?\`${method}[(\`]`, "m"), method);
  }
  for (const option of [...members("ClientOptions"), ...members("Identity")]) {
    assert.match(manual, new RegExp(`^\\| \`${option}\` `, "m"), option);
  }
});
