import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { z } from "zod";
import { AppHarness, type HarnessOptions, readAnswer } from "./app_harness.ts";

const Shell = z.strictObject({ version: z.string(), files: z.array(z.string()) });

const FILES = {
  "index.html": `<!doctype html>
<html>
  <head>
    <link rel="icon" href="/face.svg">
    <link rel="apple-touch-icon" href="/big.png">
    <link rel="manifest" href="/manifest.webmanifest">
    <link rel="stylesheet" href="/one.css">
    <link rel="stylesheet" href="/two.css">
    <script src="/theme.js"></script>
    <script type="module" src="/app.js"></script>
  </head>
</html>
`,
  "one.css": `/* One. */\n${".one { color: red }\n".repeat(100)}`,
  "two.css": ".two { color: blue }\n",
  "theme.js": "// Early.\ndocument.title = `Chat`;\n",
  "app.js":
    `import { say } from "./core/say.js";\nsay(1);\nawait import("./views/late.js").then(({ late }) => late());\n`,
  "core/say.js": `/** Says. */\nexport function say(what) {\n  console.log(what, "${
    "long ".repeat(400)
  }");\n}\n`,
  "views/late.js":
    `import { say } from "../core/say.js";\nexport const late = () => say("/icon.png", "/absent.png");\n`,
  "face.svg": "<svg/>",
  "big.png": "not needed to start",
  "icon.png": "points",
  "manifest.webmanifest": '{ "icons": [{ "src": "/big.png" }] }',
  "sw.js": "self.addEventListener('fetch', () => {});\n",
};

interface Site extends AsyncDisposable {
  readonly http: AppHarness;
  /** Writes one of the page's files. */
  write(name: string, text: string): Promise<void>;
  /** What is answered with 200. */
  text(path: string): Promise<string>;
  shell(): Promise<z.infer<typeof Shell>>;
  /** The address of a joined file, by its name. */
  joined(name: string): Promise<string>;
}

async function site(options: HarnessOptions = { mode: "release" }): Promise<Site> {
  const root = await Deno.makeTempDir({ prefix: "chat-static-" });
  const write = (name: string, text: string): Promise<void> => Deno.writeTextFile(`${root}/${name}`, text);
  for (const folder of ["core", "views"]) await Deno.mkdir(`${root}/${folder}`);
  for (const [name, text] of Object.entries(FILES)) await write(name, text);
  const http = await AppHarness.open({ staticRoot: root, ...options });
  const text = async (path: string): Promise<string> => {
    const response = await http.fetch("GET", path);
    assert.equal(response.status, 200, path);
    return await response.text();
  };
  const shell = async (): Promise<z.infer<typeof Shell>> =>
    Shell.parse(JSON.parse(await text("/shell.json")));
  return {
    http,
    write,
    text,
    shell,
    async joined(name): Promise<string> {
      const found = (await shell()).files.find((path) => path.startsWith(`/joined/${name}.`));
      assert.ok(found !== undefined, `there is a joined ${name}`);
      return found;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await http[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

Deno.test("GET / names one style sheet, one early script and one module, at addresses that name their bytes", async () => {
  await using it = await site();
  const html = await it.text("/");
  const named = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = ""]) => path);
  assert.deepEqual(named, [
    await it.joined("face"),
    "/big.png",
    "/manifest.webmanifest",
    await it.joined("style"),
    await it.joined("theme"),
    await it.joined("app"),
  ]);
  const style = await it.text(await it.joined("style"));
  assert.ok(style.startsWith(".one{color:red}") && style.endsWith(".two{color:blue}\n"), style);
  assert.equal(await it.text(await it.joined("theme")), "document.title=`Chat`;");
  const app = await it.text(await it.joined("app"));
  assert.match(app, /function say\(what\)/);
  assert.ok(!app.includes("Says.") && app.includes(await it.joined("views-late")), app);
  assert.match(await it.text(await it.joined("views-late")), /^export default\(/);
});

Deno.test("Joined files may be kept for good; what is asked for under an older name is not there", async () => {
  await using it = await site();
  for (const name of ["style", "face", "theme", "app", "views-late"]) {
    const path = await it.joined(name);
    const response = await it.http.fetch("GET", path);
    await response.body?.cancel();
    assert.equal(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.match(
      response.headers.get("content-type") ?? "",
      /^(?:text\/(?:css|javascript)|image\/svg\+xml); charset=utf-8$/,
    );
    assert.match(response.headers.get("etag") ?? "", /^"[\w-]{22}"$/);
    const older = await it.http.fetch("GET", path.replace(/\.[\w-]{22}\./, ".AAAAAAAAAAAAAAAAAAAAAA."));
    assert.equal((await readAnswer(older)).status, 404);
  }
  for (const path of ["/", "/index.html", "/app.js", "/shell.json", "/sw.js", "/manifest.webmanifest"]) {
    const response = await it.http.fetch("GET", path);
    await response.body?.cancel();
    assert.equal(response.headers.get("cache-control"), "no-cache", path);
  }
});

Deno.test("The files of the folder are served as they are, the page's own as well", async () => {
  await using it = await site();
  for (const name of ["index.html", "app.js", "core/say.js", "one.css", "theme.js", "big.png"] as const) {
    assert.equal(await it.text(`/${name}`), FILES[name]);
  }
});

Deno.test("GET / tells what GET /api/v1/server answers", async () => {
  await using it = await site({ mode: "release", registration: "invite" });
  const [, content = ""] = /<meta name="go-chat-server" content="([^"]*)">/.exec(await it.text("/")) ?? [];
  const { data } = await it.http.call("GET", "/server");
  assert.deepEqual(JSON.parse(content.replaceAll("&quot;", '"')), data);
  assert.deepEqual(data, { mode: "release", registration: "invite", version: "1.2.3" });
});

Deno.test("GET /shell.json names all that the page needs to start, and nothing else", async () => {
  await using it = await site();
  const { files } = await it.shell();
  const bare = files.map((path) => path.replace(/\.[\w-]{22}\./, "."));
  assert.deepEqual(bare, [
    "/",
    "/joined/style.css",
    "/joined/face.svg",
    "/joined/theme.js",
    "/joined/views-late.js",
    "/joined/app.js",
    "/manifest.webmanifest",
    "/icon.png",
  ]);
  for (const path of files) await it.text(path);
});

Deno.test("Another page, icon, setting or service worker is another version, which the service worker begins with", async () => {
  const versions = new Set<string>();
  const note = async (it: Site): Promise<void> => {
    const { version } = await it.shell();
    assert.match(version, /^[\w-]{22}$/);
    const worker = await it.text("/sw.js");
    assert.ok(worker.startsWith(`// ${version}\nself.addEventListener`), worker);
    versions.add(version);
  };
  await using it = await site({ mode: "debug" });
  await note(it);
  await note(it);
  assert.equal(versions.size, 1, "the same files are the same version");
  const changes = [["core/say.js", "export const say = () => {};"], ["icon.png", "other"], [
    "sw.js",
    FILES["sw.js"] + ";",
  ]];
  for (const [name = "", text = ""] of changes) {
    await it.write(name, text);
    await note(it);
  }
  await using other = await site({ mode: "debug", registration: "closed" });
  await note(other);
  assert.equal(versions.size, 5);
  await it.write("big.png", "still not needed to start");
  await note(it);
  assert.equal(versions.size, 5);
});

Deno.test("What changed is joined anew with the next view in debug, and what is broken is served unjoined", async () => {
  await using it = await site({ mode: "debug" });
  const before = await it.joined("app");
  await it.write("core/say.js", "export const say = 1 +;\n");
  assert.match(await it.text("/"), /src="\/app\.js"/);
  assert.match(await it.text("/"), /name="go-chat-server"/);
  const { files } = await it.shell();
  assert.ok(["/", "/app.js", "/core/say.js", "/two.css"].every((path) => files.includes(path)), files.join());
  assert.ok(!files.some((path) => path.startsWith("/joined/")));
  await it.write("core/say.js", "export const say = () => 'mended';\n");
  await it.text("/");
  const after = await it.joined("app");
  assert.notEqual(after, before);
  assert.match(await it.text(after), /'mended'/);
  assert.equal((await readAnswer(await it.http.fetch("GET", before))).status, 404);
});

Deno.test("Prepared, the page is sent in brotli to who takes it, and known by the ETag of any encoding", async () => {
  await using it = await site();
  const path = await it.joined("app");
  const plain = await it.text(path);
  const ask = (headers: HeadersInit, method = "GET"): Promise<Response> =>
    it.http.fetch(method, path, { headers });
  const zipped = await ask({ "accept-encoding": "gzip, br" });
  assert.equal(zipped.headers.get("content-encoding"), "gzip");
  assert.equal(new TextDecoder().decode(gunzipSync(await zipped.bytes())), plain);

  await it.http.app.prepare();
  const small = await ask({ "accept-encoding": "gzip, br" });
  const bytes = await small.bytes();
  assert.equal(new TextDecoder().decode(brotliDecompressSync(bytes)), plain);
  const { headers } = small;
  assert.deepEqual(
    ["content-encoding", "vary", "content-length"].map((name) => headers.get(name)),
    ["br", "accept-encoding", String(bytes.length)],
  );
  const tags = [zipped, small, await ask({})].map((one) => one.headers.get("etag") ?? "");
  assert.equal(new Set(tags).size, 3, tags.join());
  for (const tag of tags) {
    const known = await ask({ "accept-encoding": "gzip, br", "if-none-match": tag });
    assert.deepEqual([known.status, await known.text(), known.headers.get("etag")], [304, "", tag]);
  }
  const other = await ask({ "if-none-match": tags[1] ?? "" });
  assert.deepEqual([other.status, await other.text()], [200, plain], "what it does not take, it cannot have");
  const head = await ask({ "accept-encoding": "br" }, "HEAD");
  assert.deepEqual([await head.text(), head.headers.get("content-length")], ["", String(bytes.length)]);
  const preferred = await ask({ "accept-encoding": "gzip, br;q=0.5" });
  assert.equal(preferred.headers.get("content-encoding"), "gzip");
  await preferred.body?.cancel();
});

Deno.test("The page of this program can be joined, and its shell is there", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const shell = await http.fetch("GET", "/shell.json");
  const { files } = Shell.parse(await shell.json());
  assert.equal(
    files.filter((path) => /^\/joined\/(?:style|theme|app)\.[\w-]{22}\.(?:css|js)$/.test(path)).length,
    3,
  );
  for (const path of files) {
    const response = await http.fetch("GET", path);
    await response.body?.cancel();
    assert.equal(response.status, 200, path);
  }
});

Deno.test("Every icon of points is as large as the manifest says", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const manifest = await (await http.fetch("GET", "/manifest.webmanifest")).json();
  for (const { src, sizes, type } of manifest.icons) {
    const response = await http.fetch("GET", src);
    assert.equal(response.headers.get("content-type")?.split(";")[0], type, src);
    const { buffer } = await response.bytes();
    if (sizes === "any") continue;
    const view = new DataView(buffer);
    assert.equal(`${view.getUint32(16)}x${view.getUint32(20)}`, sizes, src);
  }
});
