/**
 * The service worker's registration: so that the page opens while the server is away.
 *
 * @module
 */

/** A page that stays open asks whether there is a newer one, at most this often, ms. */
const CHECK_EVERY_MS = 60 * 60_000;

/**
 * Registers it where browsers allow one: over https, and on this machine itself. Waits until the page has loaded, so
 * that it takes nothing from it. Never rejects.
 *
 * @returns {Promise<ServiceWorkerRegistration | null>} Null where there is none.
 */
export async function registerWorker() {
  if (!isSecureContext || !("serviceWorker" in navigator)) return null;
  await loaded();
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    checkNowAndThen(registration);
    return registration;
  } catch {
    // Refused by the browser or its settings: the page works on, it only does not open without the server.
    return null;
  }
}

/**
 * The registration if its worker is at work, or null.
 *
 * @returns {Promise<ServiceWorkerRegistration | null>}
 */
export async function readyWorker() {
  const registration = await globalThis.navigator.serviceWorker?.getRegistration();
  return registration === undefined || registration.active === null ? null : registration;
}

/** @param {ServiceWorkerRegistration} registration */
function checkNowAndThen(registration) {
  let checkedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = Date.now();
    // Away at the moment: the next time, or the next reload.
    registration.update().catch(() => {});
  });
}

/** @returns {Promise<void>} */
function loaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => addEventListener("load", () => resolve(), { once: true }));
}
