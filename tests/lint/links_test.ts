import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { ROOT } from "./places.ts";
import { filesEnding } from "./tree.ts";

/** `[text](target)`, without images' titles; code blocks are cut out before. */
const LINK = /\]\(([^()\s]+)\)/g;

const documents = await filesEnding([".md"]);

Deno.test("Every relative link of every document names a file that exists", () => {
  const broken = documents.flatMap((document) =>
    targets(document.text).filter((target) => !existsSync(new URL(target, `file://${ROOT}${document.path}`)))
      .map((target) => `${document.path}: ${target}`)
  );
  assert.deepEqual(broken, []);
});

Deno.test("Every link to a heading names a heading of that document", () => {
  const broken = documents.flatMap((document) =>
    links(document.text).filter((link) => link.includes("#") && !/^[a-z]+:/.test(link)).filter((link) => {
      const [path = "", anchor = ""] = link.split("#");
      const url = path === ""
        ? `${ROOT}${document.path}`
        : new URL(path, `file://${ROOT}${document.path}`).pathname;
      const target = documents.find((candidate) => ROOT + candidate.path === url);
      return target !== undefined && !anchors(target.text).has(anchor);
    }).map((link) => `${document.path}: ${link}`)
  );
  assert.deepEqual(broken, []);
});

function links(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(LINK)].map((match) => match[1] ?? "");
}

function targets(text: string): string[] {
  return links(text).filter((link) => !/^[a-z]+:/.test(link)).map((link) => link.split("#")[0] ?? "")
    .filter((path) => path !== "");
}

/** The anchors that hosting sites make of headings. */
function anchors(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ +(.+)$/gm);
  return new Set(
    [...headings].map((match) =>
      (match[1] ?? "").toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")
    ),
  );
}
