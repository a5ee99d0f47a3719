/**
 * The page: finds out who is here, and shows the way in or the messenger.
 *
 * @module
 */
import { Api } from "./core/api.js";
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

/** The session ended; the account was disabled. */
const SIGNED_OUT = [4501, 4503];

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
  const userId = kept.get("signed-in");
  if (typeof userId === "number") return showAccount(userId);
  if (userId === true) return resume();
  showSignIn(null);
}

/** Takes up the session of the cookie. Asked only where one was signed in, so that nobody meets a 401 for nothing. */
async function resume() {
  const me = await page.api.me();
  if (me.ok) return showAccount(me.data.id);
  if (me.status === 0 || me.status >= 500) return showUnreachable();
  kept.set("signed-in", null);
  showSignIn("sign_in.ended");
}

/** @param {string | null} notice Why one is here again: the name of a sentence. */
function showSignIn(notice) {
  show(html`
    <${SignIn}
      page=${page}
      invite=${location.hash.startsWith("#invite=") ? inviteCode(location.hash) : ""}
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
  });
  show(messengerOver(here), here);
}

/** @param {number} userId */
async function showAccount(userId) {
  kept.set("signed-in", userId);
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
  });
  here.connection.on("ended", ({ code, reason }) => {
    if (!SIGNED_OUT.includes(code)) return;
    // Somebody else signed in by another tab: that is who is here now.
    if (reason === "another account") return void resume();
    void here.connection.forget({ keepUnsent: true });
    kept.set("signed-in", null);
    showSignIn("sign_in.ended");
  });
  show(messengerOver(here), here);
}

/** @param {Desk} here */
async function signOut(here) {
  here.end();
  await here.connection.forget();
  kept.set("signed-in", null);
  const ended = await page.api.signOut();
  // Without an answer the session may live on, and that should be known.
  showSignIn(!ended.ok && ended.status !== 401 ? "sign_in.not_ended" : null);
}

/** What comes after the way in, or null: the server is away, or a newer one has other files. */
async function loadMessenger() {
  try {
    return await import("./chatting.js");
  } catch {
    return null;
  }
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
