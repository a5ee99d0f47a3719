import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { z } from "zod";
import { browserTest } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { connect, isAccessible, sees, texts } from "./pages.ts";

/** What people try when they want their text to be more than text. */
const HOSTILE = [
  "<script>alert(1)</script>",
  "</p></li></ol><script src=//evil.example/x.js></script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "<a href=javascript:alert(1)>click</a>",
  "javascript:alert(1)",
  "jAvAsCrIpT:alert(1)//https://example.org",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'https://example.org/"onmouseover="alert(1)',
  "https://example.org/'onmouseover='alert(1)",
  "https://example.org/<script>alert(1)</script>",
  "https://user:secret@example.org/",
  "${alert(1)} {{alert(1)}} #{alert(1)} <%= alert(1) %>",
  "<!-- --!><script>alert(1)</script>",
  "<style>*{display:none}</style>",
  "<base href=//evil.example/>",
  "<meta http-equiv=refresh content='0;url=//evil.example/'>",
  "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  "&lt;b&gt; &amp;amp; &#x3c;",
  "\u2028alert(1)\u2029",
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "__proto__ constructor [object Object] null undefined NaN",
];

/** What must come out as it went in. */
const LITERAL = [
  "  two before, two after  ",
  "\n\nlines\n\n\nbetween\n",
  "a\tb",
  "*not* _markup_ `here` ~~at all~~ :-) (c) -- ... \"quotes\" 'too'",
  "e\u0301 is not \u00e9, and \ufb01 stays",
  "zero\u200bwidth\u2060and\ufeffmarks",
  "👨‍👩‍👧‍👦 and 👍🏽",
  "工作顺利，万事如意！",
  "x".repeat(10_000),
];

/** Two people, one of whom only writes. */
async function writeAll(server: RunningServer, contents: readonly string[]): Promise<void> {
  await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
  for (const content of contents) await bob.ask({ type: "private", "to_user_id": 1, content });
}

const Links = z.array(z.object({ href: z.string(), rel: z.string(), target: z.string(), text: z.string() }));

/** The links of all messages. */
async function linksOf(page: Page): Promise<z.infer<typeof Links>> {
  return Links.parse(
    await page.evaluate(`[...document.querySelectorAll('[data-testid="message-text"] a')].map((link) => ({
    href: link.href, rel: link.rel, target: link.target, text: link.textContent,
  }))`),
  );
}

browserTest("Whatever is written shows letter for letter, runs nothing and asks nobody", async (browser) => {
  await using server = await startServer();
  const written = [...HOSTILE, ...LITERAL];
  await writeAll(server, written);
  const { page, complaints } = await browser.open();
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== server.url.origin) foreign.push(request.url());
  });
  page.on("dialog", (dialog) => {
    foreign.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await page.getByTestId("message").nth(written.length - 1).waitFor();
  assert.deepEqual(await texts(page), written);
  const inside = await page.evaluate<string[]>(`[...new Set([
    ...document.querySelectorAll('[data-testid="message-text"] *'),
  ].map((element) => element.tagName))]`);
  assert.deepEqual(inside, ["A"]);
  assert.deepEqual((await linksOf(page)).map(({ href }) => href), [
    "https://example.org/",
    "https://example.org/",
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/",
  ]);
  assert.deepEqual([foreign, complaints], [[], []]);
});

browserTest(
  "Addresses can be followed, elsewhere and without a trace, and read from the left",
  async (browser) => {
    await using server = await startServer();
    await writeAll(server, ["see (https://example.org/a?b=1#c), 或者https://例子.cn/路。"]);
    const { page } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await page.getByTestId("message").waitFor();
    const rel = "noopener noreferrer nofollow";
    assert.deepEqual(await linksOf(page), [
      { href: "https://example.org/a?b=1#c", rel, target: "_blank", text: "https://example.org/a?b=1#c" },
      { href: "https://xn--fsqu00a.cn/%E8%B7%AF", rel, target: "_blank", text: "https://例子.cn/路" },
    ]);
  },
);

/** How far right of the message's beginning each of these words of it stands, in whole pixels. */
function placesOf(page: Page, words: readonly string[]): Promise<number[]> {
  return page.evaluate<number[]>(`(() => {
    const [text] = document.querySelectorAll('[data-testid="message-text"]');
    const nodes = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return ${JSON.stringify(words)}.map((word) => {
      const node = nodes.find((one) => one.data.includes(word));
      const range = document.createRange();
      range.setStart(node, node.data.indexOf(word));
      range.setEnd(node, node.data.indexOf(word) + word.length);
      return Math.round(range.getBoundingClientRect().left - text.getBoundingClientRect().left);
    });
  })()`);
}

browserTest("A character that turns the direction is seen and turns nothing", async (browser) => {
  await using server = await startServer();
  await writeAll(server, ["abc\u202egnp.exe"]);
  const { page } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await page.getByTestId("message").waitFor();
  assert.deepEqual(await texts(page), ["abc\u202egnp.exe"]);
  const places = await placesOf(page, ["abc", "gnp", ".", "exe"]);
  assert.deepEqual(places, places.toSorted((one, other) => one - other), "in the order they were written");
  const mark = `getComputedStyle(document.querySelector('[data-mark="RLO"]'), "::before").content`;
  assert.equal(await page.evaluate(mark), '"RLO"');
  const size = await page.getByTestId("message-text").locator('[data-mark="RLO"]').boundingBox();
  assert.ok(size !== null && size.width > 15 && size.height > 8, "it can be seen");
  const preview = page.getByTestId("conversation-preview");
  assert.equal(await preview.textContent(), "abc\u202egnp.exe");
  assert.equal(await preview.locator('[data-mark="RLO"]').count(), 1);
});

browserTest("Text from right to left stands on its right side, and long words wrap", async (browser) => {
  await using server = await startServer();
  const words = ["שלום hello עולם", "w".repeat(400), "长".repeat(400)];
  await writeAll(server, words);
  for (const width of [390, 1280]) {
    const { page } = await browser.open({ viewport: { width, height: 844 } });
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await sees(page, words[2] ?? "");
    const direction = `getComputedStyle(document.querySelector('[data-testid="message-text"]')).direction`;
    assert.equal(await page.evaluate(direction), "rtl");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
    const beyond = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(
      document.querySelector('[role="log"]'),
    )`;
    assert.equal(await page.evaluate(beyond), 0);
    await isAccessible(page, `${width} wide`);
  }
});
