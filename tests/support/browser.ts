/**
 * A real Chromium for tests, and pages in it that fail the test when they complain.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** Where systems keep it, beside the PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PATHS = [
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Facts that take longer never come. */
const PATIENCE_MS = 15_000;

/** A browser under test. Disposing it ends it. */
export interface TestBrowser extends AsyncDisposable {
  /** A page of its own: own cookies, own storage. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** A page whose complaints are noted: console errors, exceptions, breaches of its content policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Forgets complaints that the test provoked. */
  forgive(): void;
}

/** The Chromium to use, or null: CHROMIUM_PATH or CHROMIUM, else by its usual names. */
export function findChromium(): string | null {
  const named = Deno.env.get("CHROMIUM_PATH") ?? Deno.env.get("CHROMIUM");
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  if (named !== undefined && named !== "") {
    const places = /[\\/]/.test(named) ? [named] : folders.map((folder) => join(folder, named));
    return places.find((path) => existsSync(path)) ?? null;
  }
  const usual = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...usual, ...PATHS].find((path) => existsSync(path)) ?? null;
}

/**
 * Registers a test that needs a browser. Without one it fails where REQUIRE_BACKENDS asks for everything, and
 * elsewhere says by its name that it did not run.
 */
export function browserTest(name: string, run: (browser: TestBrowser) => Promise<void>): void {
  const path = findChromium();
  Deno.test({
    name: path === null ? `NOT RUN, there is no Chromium (CHROMIUM_PATH): ${name}` : name,
    // Playwright keeps its driver's timers and pipes beyond a single test.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn(): Promise<void> {
      if (path === null) return failWhereRequired(name);
      await using browser = await launch(path);
      await run(browser);
    },
  });
}

/** Starts the Chromium of this machine. Throws where there is none. */
export function launchChromium(): Promise<TestBrowser> {
  const path = findChromium();
  if (path === null) {
    throw new Error("Cannot start a browser: there is no Chromium (set CHROMIUM_PATH to its path)");
  }
  return launch(path);
}

function failWhereRequired(name: string): void {
  const text = `Cannot run "${name}": there is no Chromium (set CHROMIUM_PATH to its path)`;
  assert.equal(Deno.env.get("REQUIRE_BACKENDS") ?? "", "", text);
}

async function launch(executablePath: string): Promise<TestBrowser> {
  // On loading, the driver would look into /proc, which only a run without any bounds may.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    open: (options) => open(browser, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => void complaints.push(String(error)));
  return { page, complaints, forgive: () => void complaints.splice(0) };
}
