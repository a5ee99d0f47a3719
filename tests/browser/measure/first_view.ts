/**
 * What a browser that has nothing of the page asks for until somebody can sign in, and how long that takes.
 *
 * @module
 */
import type { CDPSession, Page } from "playwright-core";

/** A slow machine on a slow line. */
export interface Throttle {
  /** How many times slower the processor is. */
  readonly cpu: number;
  /** Of the line, in both directions. */
  readonly bitsPerSecond: number;
  /** Until an answer begins. */
  readonly latencyMs: number;
}

/** What a first view took. */
export interface FirstView {
  /** The path or, elsewhere, the address of each request, in their order. */
  readonly requests: readonly string[];
  /** Bytes on the line, heads too, in this direction. */
  readonly transferred: number;
  /** Bytes of the bodies as they are read. */
  readonly decoded: number;
  /** Whose hosts were asked. */
  readonly hosts: ReadonlySet<string>;
  /** From the navigation to the first frame with a field to type one's name into. */
  readonly usableMs: number;
}

const WATCH_FIELD = `new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-testid="username"]')) return;
  observer.disconnect();
  requestAnimationFrame(() => { globalThis.usableMs = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

/** Opens the sign-in view in a page that is fresh, and waits until it asks for nothing more. */
export async function measureFirstView(page: Page, url: URL, throttle?: Throttle): Promise<FirstView> {
  const session = await page.context().newCDPSession(page);
  const seen = await noteTraffic(session);
  if (throttle !== undefined) await slowDown(session, throttle);
  await page.addInitScript(WATCH_FIELD);
  await page.goto(url.href);
  await page.getByTestId("username").waitFor();
  await page.waitForLoadState("networkidle");
  const usableMs = await page.evaluate<number>("usableMs");
  return {
    requests: seen.urls.map(({ host, href, pathname }) => host === url.host ? pathname : href),
    transferred: seen.transferred,
    decoded: seen.decoded,
    hosts: new Set(seen.urls.map(({ host }) => host)),
    usableMs,
  };
}

interface Traffic {
  readonly urls: URL[];
  transferred: number;
  decoded: number;
}

async function noteTraffic(session: CDPSession): Promise<Traffic> {
  const seen: Traffic = { urls: [], transferred: 0, decoded: 0 };
  session.on("Network.requestWillBeSent", ({ request }) => {
    const url = new URL(request.url);
    if (/^(?:https?|wss?):$/.test(url.protocol)) seen.urls.push(url);
  });
  session.on("Network.dataReceived", ({ dataLength }) => void (seen.decoded += dataLength));
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    seen.transferred += encodedDataLength;
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: false });
  return seen;
}

async function slowDown(session: CDPSession, { cpu, bitsPerSecond, latencyMs }: Throttle): Promise<void> {
  const bytesPerSecond = bitsPerSecond / 8;
  await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}
