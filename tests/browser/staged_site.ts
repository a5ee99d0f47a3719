/**
 * A site with the page's service worker and a page of one word, which the test renews, freezes and stops.
 *
 * @module
 */

const WORKER = new URL("../../static/sw.js", import.meta.url);

/** How the site answers. */
type Mood = "well" | "frozen" | "failing";

/** A site on a port of its own. Disposing it stops it. */
export class StagedSite implements AsyncDisposable {
  /** What the page says; its files are named after it. */
  word: string;
  mood: Mood = "well";
  /** A file that is named and missing. */
  isTorn = false;
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  readonly #worker: string;
  readonly #frozen: (() => void)[] = [];
  #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(word: string, worker: string) {
    this.word = word;
    this.#worker = worker;
    this.#server = this.#serve(0);
  }

  /** Starts one. */
  static async start(word: string): Promise<StagedSite> {
    return new StagedSite(word, await Deno.readTextFile(WORKER));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Answers nothing any more, not even a connection. */
  async stop(): Promise<void> {
    this.thaw();
    await this.#server.shutdown();
  }

  /** Lets everything go that was held by `frozen`. */
  thaw(): void {
    this.mood = "well";
    for (const release of this.#frozen.splice(0)) release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #serve(port: number): Deno.HttpServer<Deno.NetAddr> {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
      const { pathname } = new URL(request.url);
      this.asked.push(pathname);
      if (this.mood === "frozen") await new Promise<void>((release) => void this.#frozen.push(release));
      if (this.mood === "failing") return new Response("away", { status: 503 });
      return this.#answer(pathname);
    });
  }

  #answer(pathname: string): Response {
    const script = `/joined/app.${this.word}.js`;
    const files = ["/", script, "/favicon.svg", ...this.isTorn ? ["/joined/missing.js"] : []];
    const html =
      `<!doctype html><link rel="icon" href="/favicon.svg"><p></p><script src="${script}"></script>`;
    const found: Record<string, readonly [string, string]> = {
      "/": ["text/html", html],
      "/sw.js": ["text/javascript", `// ${this.word}\n${this.#worker}`],
      "/shell.json": ["application/json", JSON.stringify({ version: this.word, files })],
      "/favicon.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      "/api/v1/server": ["application/json", `"${this.word}"`],
      [script]: ["text/javascript", `document.querySelector("p").textContent = "${this.word}";`],
    };
    const [type, text] = found[pathname] ?? [];
    if (type === undefined) return new Response("not here", { status: 404 });
    return new Response(text, { headers: { "content-type": type, "cache-control": "no-cache" } });
  }
}
