/**
 * The page: finds out who is here, and shows the way in or the messenger.
 *
 * @module
 */
import { Api } from "./core/api.js";
import { ACCOUNT_DISABLED, SESSION_ENDED } from "./core/close.js";
import { inviteCode } from "./core/registration.js";
import { readIdentity } from "./core/debug_identity.js";
import { browserMemory, tabMemory } from "./device/storage.js";
import { registerWorker } from "./device/worker.js";
import { html, render } from "./vendor/preact.js";
import { createPage } from "./views/page.js";
import { SignIn } from "./views/sign_in/sign_in.js";
import { Unreachable } from "./views/unreachable.js";
import { factsInPage } from "./server_facts.js";

/** @import { DebugIdentity } from "./core/debug_identity.js" */
/** @import { VNode } from "./vendor/preact.js" */
/** @import { Desk } from "./views/desk.js" */

/** After these somebody has to sign in again. */
const SIGNED_OUT = [SESSION_ENDED, ACCOUNT_DISABLED];
/** Who is signed in, for every tab: the key of the browser's memory. */
const SIGNED_IN = "signed-in";
/** Somebody signed out and the server could not be told: the key of the browser's memory. */
const OWES_SIGN_OUT = "owes-sign-out";
/** What the address of an invite link ends with, before its code. */
const INVITE = "#invite=";

/** Of this browser: language, appearance, and who is signed in (never a token). */
const kept = browserMemory();
/** Of this tab: who one is in debug, which thread is open. */
const tab = tabMemory();
const told = factsInPage();
const page = createPage({
  kept,
  tab,
  api: (language) => new Api({ fetch: (...request) => fetch(...request), language }),
  server: told ?? { mode: "release", registration: "invite", version: "" },
  languages: navigator.languages,
});
/** @type {Desk | null} */
let desk = null;

void start();
void registerWorker();
// A link that is pasted where the way in is open already loads nothing.
addEventListener("hashchange", () => {
  if (desk === null && location.hash.startsWith(INVITE)) showSignIn(null);
});

/** Finds out what the server is, unless the page came with it, then shows what fits. */
async function start() {
  if (told === null) {
    const facts = await page.api.server();
    if (facts.ok) page.server.value = facts.data;
    // An older server does not know the question; one that is away cannot answer any.
    else if (facts.status === 0 || facts.status >= 500) return showUnreachable();
  }
  const identity = page.server.value.mode === "debug" ? readIdentity(tab.get("debug")) : null;
  if (identity !== null) return showDebug(identity);
  const userId = kept.get(SIGNED_IN);
  if (typeof userId === "number") return showAccount(userId);
  showSignIn(null);
  if (kept.get(OWES_SIGN_OUT) === true) await endSession();
}

/**
 * Ends the session of the cookie: at once, or, where the server is away, when the page is opened again.
 *
 * @returns {Promise<boolean>} Whether it is ended.
 */
async function endSession() {
  kept.set(OWES_SIGN_OUT, true);
  const ended = await page.api.signOut();
  const isEnded = ended.ok || ended.status === 401;
  if (isEnded) kept.set(OWES_SIGN_OUT, null);
  return isEnded;
}

/** Takes up the session of the cookie. Asked only where one was signed in, so that nobody meets a 401 for nothing. */
async function resume() {
  const me = await page.api.me();
  if (me.ok) return showAccount(me.data.id);
  if (me.status === 0 || me.status >= 500) return showUnreachable();
  kept.set(SIGNED_IN, null);
  showSignIn("sign_in.ended");
}

/** @param {string | null} notice Why one is here again: the name of a sentence. */
function showSignIn(notice) {
  show(html`
    <${SignIn}
      key=${location.hash}
      page=${page}
      invite=${location.hash.startsWith(INVITE) ? inviteCode(location.hash) : ""}
      notice=${notice}
      onSignedIn=${(/** @type {number} */ userId) => {
        history.replaceState(null, "", location.pathname);
        return showAccount(userId);
      }}
      onDebug=${(/** @type {DebugIdentity} */ identity) => {
        tab.set("debug", identity);
        tab.set("debug.last", identity);
        return showDebug(identity);
      }}
    />
  `);
  // The way on is fetched while somebody types, and is no part of the first view.
  addEventListener("input", () => void loadMessenger(), { once: true });
}

/** @param {DebugIdentity} identity */
async function showDebug({ userId, username }) {
  const messenger = await loadMessenger();
  if (messenger === null) return showUnreachable();
  const { openDesk, messengerOver } = messenger;
  const query = new URLSearchParams({ user_id: `${userId}`, username });
  const here = openDesk({
    page,
    userId,
    debug: true,
    path: `/ws?${query}`,
    onLeave() {
      tab.set("debug", null);
      showSignIn(null);
    },
    onOther() {},
  });
  show(messengerOver(here), here);
}

/** @param {number} userId */
async function showAccount(userId) {
  kept.set(SIGNED_IN, userId);
  // Its session took the place of the one that was to be ended.
  kept.set(OWES_SIGN_OUT, null);
  const messenger = await loadMessenger();
  if (messenger === null) return showUnreachable();
  const { openDesk, messengerOver } = messenger;
  const here = openDesk({
    page,
    userId,
    debug: false,
    path: "/ws",
    refused: async () => {
      const me = await page.api.me();
      return !me.ok && me.status === 401;
    },
    onLeave: signOut,
    onOther: (other) => leave(other, { isReplaced: true }),
  });
  // Another tab signed out, which this one's socket may not hear of, or in as somebody else.
  here.onEnd(kept.watch(SIGNED_IN, ({ key, value }) => {
    if (key === SIGNED_IN && value !== userId) leave(here, { isReplaced: typeof value === "number" });
  }));
  here.connection.on("ended", ({ code, reason }) => {
    if (!SIGNED_OUT.includes(code)) return;
    const since = kept.get(SIGNED_IN);
    const isReplaced = reason === "another account" || typeof since === "number" && since !== userId;
    if (!isReplaced) kept.set(SIGNED_IN, null);
    leave(here, { isReplaced });
  });
  show(messengerOver(here), here);
}

/**
 * Leaves the messenger of somebody who is signed in here no more.
 *
 * @param {Desk} here
 * @param {{ isReplaced: boolean }} options Whether somebody else is signed in by another tab: they are shown.
 */
function leave(here, { isReplaced }) {
  here.end();
  void here.connection.forget({ keepUnsent: true });
  if (!isReplaced) return showSignIn("sign_in.ended");
  showBusy();
  void resume();
}

/** @param {Desk} here */
async function signOut(here) {
  here.end();
  // The answer may take long, and what is written meanwhile would be kept again.
  showBusy();
  await here.connection.forget();
  kept.set(SIGNED_IN, null);
  // Without an answer the session may live on, and that should be known.
  showSignIn(await endSession() ? null : "sign_in.not_ended");
}

/** What comes after the way in, or null: the server is away, or a newer one has other files. */
async function loadMessenger() {
  try {
    return await import("./chatting.js");
  } catch {
    return null;
  }
}

/** In the place of what may be seen no more, until it is known what comes. */
function showBusy() {
  show(html`<p class="note" role="status">${page.texts.peek().t("sign_in.busy")}</p>`);
}

/** Trying again is loading again: a server that was renewed meanwhile has another page. */
function showUnreachable() {
  show(html`<${Unreachable} page=${page} onAgain=${() => location.reload()} />`);
}

/**
 * @param {VNode} view
 * @param {Desk | null} [next] The desk it shows.
 */
function show(view, next = null) {
  desk?.end();
  desk = next;
  const root = document.getElementById("app");
  if (root !== null) render(view, root);
}
