/**
 * The service worker: keeps the page's own files, so that it opens while the server is away, and answers taps on
 * notices. What people write and read never passes through here.
 *
 * The server puts the version of those files before this text: another version is another worker.
 */

/** @typedef {{ version: string, files: string[] }} Shell What the server answers on /shell.json. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const CACHE_PREFIX = "go-chat.shell.";
/** A server that has not answered by then may be frozen: what is kept is shown, ms. */
const PATIENCE_MS = 3_000;
/** What an address here names is one version, or changes with the worker. */
const KEPT = /^\/(?:joined\/|icons\/|favicon\.svg$|manifest\.webmanifest$)/;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate" && pathname === "/") event.respondWith(openPage(request));
  else if (KEPT.test(pathname)) event.respondWith(fromCache(request));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openConversation(event.notification.data));
});

async function install() {
  const shell = await readShell();
  const name = CACHE_PREFIX + shell.version;
  // Made anew, so that it is the last of them: that one is this worker's.
  await caches.delete(name);
  const cache = await caches.open(name);
  try {
    await cache.addAll(shell.files);
    // A server that was renewed meanwhile would leave a page of two versions.
    if ((await readShell()).version !== shell.version) throw new Error("Cannot keep the page: it changed");
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  await worker.skipWaiting();
}

async function activate() {
  const names = await kept();
  // The one before is left to tabs that began with it and load the rest of it when it is needed.
  await Promise.all(names.slice(0, -2).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @returns {Promise<string[]>} The names of the caches, the oldest first. */
async function kept() {
  return (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
}

/** @returns {Promise<Shell>} */
async function readShell() {
  const response = await fetch("/shell.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`Cannot read what the page consists of: status ${response.status}`);
  return response.json();
}

/**
 * The server's page while it answers, so that a new one shows at the next reload; else the one that is kept.
 *
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function openPage(request) {
  const newest = (await kept()).at(-1);
  const page = newest === undefined ? undefined : await caches.match("/", { cacheName: newest });
  const answer = fetch(request).catch(() => null);
  const response = await (page === undefined ? answer : Promise.race([answer, after(PATIENCE_MS)]));
  if (response !== null && response.status < 500) return response;
  return page ?? response ?? Response.error();
}

/**
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function fromCache(request) {
  // The newest first: an icon's address is the same in every version.
  for (const cacheName of (await kept()).toReversed()) {
    const response = await caches.match(request, { cacheName });
    if (response !== undefined) return response;
  }
  return fetch(request);
}

/**
 * Brings a page to the front and tells it what to open; without one, opens one.
 *
 * @param {unknown} data What the notice was given: the conversation, and whose it is.
 */
async function openConversation(data) {
  const [page] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (page === undefined) return void await worker.clients.openWindow("/");
  page.postMessage({ type: "open-conversation", data });
  await page.focus();
}

/**
 * @param {number} ms
 * @returns {Promise<null>}
 */
function after(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
