import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { AppHarness, readAnswer } from "./app_harness.ts";

const BIG = `/* ${"style ".repeat(1_000)} */`;

async function site(): Promise<{ http: AppHarness; root: string } & AsyncDisposable> {
  const root = await Deno.makeTempDir({ prefix: "chat-static-" });
  await Deno.mkdir(`${root}/core`);
  const files = {
    "index.html": "<!doctype html><title>Chat</title>",
    "style.css": BIG,
    "app.js": "export {};",
    "face.svg": "<svg/>",
    "name with é.txt": "x",
    "core/index.html": "core",
    "core/thing_test.js": "secret",
    ".hidden": "secret",
    "types.d.ts": "secret",
    "app.webmanifest": "{}",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${root}/${name}`, text);
  const http = await AppHarness.open({ mode: "release", staticRoot: root });
  return {
    http,
    root,
    async [Symbol.asyncDispose](): Promise<void> {
      await http[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const TYPES: readonly (readonly [string, string])[] = [
  ["/", "text/html; charset=utf-8"],
  ["/index.html", "text/html; charset=utf-8"],
  ["/style.css", "text/css; charset=utf-8"],
  ["/app.js", "text/javascript; charset=utf-8"],
  ["/face.svg", "image/svg+xml; charset=utf-8"],
  ["/app.webmanifest", "application/manifest+json"],
  ["/name%20with%20%C3%A9.txt", "text/plain; charset=utf-8"],
  ["/core", "text/html; charset=utf-8"],
  ["/core/", "text/html; charset=utf-8"],
];

for (const [path, type] of TYPES) {
  Deno.test(`GET ${path} answers a file of type ${type}`, async () => {
    await using it = await site();
    const response = await it.http.fetch("GET", path);
    await response.body?.cancel();
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, type]);
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'self'/);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  });
}

const OUTSIDE = [
  "/../deno.json",
  "/..%2fdeno.json",
  "/%2e%2e/deno.json",
  "/core/..%2f..%2fdeno.json",
  "/..%5cdeno.json",
  "/core%00/index.html",
  "/%ff",
  "/.//etc/passwd",
  "/.hidden",
  "/types.d.ts",
  "/core/thing_test.js",
  "/app.js/",
  "/style.css/../../deno.json",
  "/file:///etc/passwd",
];

for (const path of OUTSIDE) {
  Deno.test(`GET ${path} answers 404`, async () => {
    await using it = await site();
    assert.equal((await readAnswer(await it.http.fetch("GET", path))).status, 404);
  });
}

Deno.test("A file that is known by its ETag is not sent again", async () => {
  await using it = await site();
  const first = await it.http.fetch("GET", "/app.js");
  assert.equal(await first.text(), "export {};");
  const etag = first.headers.get("etag") ?? "";
  assert.match(etag, /^"[\w-]+"$/);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await it.http.fetch("GET", "/app.js", { headers: { "if-none-match": known } });
    assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  }
  const other = await it.http.fetch("GET", "/app.js", { headers: { "if-none-match": '"other"' } });
  assert.equal(other.status, 200);
  await other.body?.cancel();
});

Deno.test("A large text is sent compressed to those who take it, under an ETag of its own", async () => {
  await using it = await site();
  const plain = await it.http.fetch("GET", "/style.css");
  assert.equal(await plain.text(), BIG);
  assert.deepEqual([plain.headers.get("content-encoding"), plain.headers.get("vary")], [
    null,
    "accept-encoding",
  ]);
  const zipped = await it.http.fetch("GET", "/style.css", { headers: { "accept-encoding": "br, gzip" } });
  assert.equal(zipped.headers.get("content-encoding"), "gzip");
  assert.notEqual(zipped.headers.get("etag"), plain.headers.get("etag"));
  const bytes = new Uint8Array(await zipped.arrayBuffer());
  assert.ok(bytes.length < BIG.length / 5);
  assert.equal(new TextDecoder().decode(gunzipSync(bytes)), BIG);
  for (const header of ["identity", "gzip;q=0", "gzip;q=0.0, br", "xgzip"]) {
    const answer = await it.http.fetch("GET", "/style.css", { headers: { "accept-encoding": header } });
    assert.equal(answer.headers.get("content-encoding"), null, header);
    await answer.body?.cancel();
  }
});

Deno.test("HEAD tells of a file what GET does", async () => {
  await using it = await site();
  const head = await it.http.fetch("HEAD", "/style.css");
  assert.deepEqual([head.status, await head.text(), head.headers.get("content-length")], [
    200,
    "",
    String(BIG.length),
  ]);
});

Deno.test("Other methods on a file are refused with 405", async () => {
  await using it = await site();
  for (const path of ["/", "/app.js"]) {
    const answer = await readAnswer(await it.http.fetch("POST", path));
    assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"]);
  }
});

Deno.test("Files are read once in release, and again with the page in debug", async () => {
  await using it = await site();
  await using debug = await AppHarness.open({ staticRoot: it.root });
  await Deno.writeTextFile(`${it.root}/app.js`, "export const newer = true;");
  assert.equal(await (await it.http.fetch("GET", "/app.js")).text(), "export {};");
  await (await debug.fetch("GET", "/")).body?.cancel();
  assert.equal(await (await debug.fetch("GET", "/app.js")).text(), "export const newer = true;");
});

Deno.test("An application without its page does not start", async () => {
  await assert.rejects(AppHarness.open({ staticRoot: "/nowhere/at/all" }));
});
