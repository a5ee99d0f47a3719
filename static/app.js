/**
 * The page: finds out who is here, and shows the way in or the messenger.
 *
 * @module
 */
import { Api } from "./core/api.js";
import { Connection } from "./core/connection.js";
import { pickLanguage, Texts } from "./core/i18n.js";
import { createMemory, newUuid, systemClock } from "./core/platform.js";
import { inviteCode } from "./core/registration.js";
import { h, View } from "./views/dom.js";
import { Messenger } from "./views/messenger.js";
import { signInView } from "./views/sign_in.js";

/** @import { ServerFacts } from "./core/api.js" */
/** @import { Socket, SocketEvents } from "./core/platform.js" */
/** @import { DebugIdentity } from "./views/debug_connect.js" */
/** @import { Preferences, Theme } from "./views/preferences.js" */

/** The session ended; the account was disabled. */
const SIGNED_OUT = [4501, 4503];

/** Of this browser: language, appearance, and that somebody is signed in (never who, never a token). */
const kept = createMemory(() => localStorage);
/** Of this tab: who one is in debug, what waits to be sent, which thread is open. */
const tab = createMemory(() => sessionStorage);
const texts = new Texts(pickLanguage(kept.get("language"), navigator.languages));
const api = new Api({ fetch: (...request) => fetch(...request), language: () => texts.language });
/** @type {ServerFacts} */
let server = { mode: "release", registration: "invite", version: "" };
/** @type {View} */
let shown = new View(h("div"));
/** @type {() => void} */
let leaveShown = () => {};

/** @type {Preferences} */
const preferences = {
  texts,
  theme: readTheme,
  setLanguage(language) {
    kept.set("language", language);
    texts.language = language;
    applyLanguage();
    shown.update();
  },
  setTheme(theme) {
    kept.set("theme", theme === "system" ? null : theme);
    applyTheme();
    shown.update();
  },
};

applyTheme();
applyLanguage();
await start();

/** Asks the server what it is, then shows what fits. */
async function start() {
  const facts = await api.server();
  if (facts.ok) server = facts.data;
  // An older server does not know the question; one that is away cannot answer any.
  else if (facts.status === 0 || facts.status >= 500) return showUnreachable();
  const identity = server.mode === "debug" ? readIdentity(tab.get("debug")) : null;
  if (identity !== null) return showDebug(identity);
  if (kept.get("signed-in") === true) await resume();
  else showSignIn(null);
}

/** Takes up the session of the cookie. Asked only where one was signed in, so that nobody meets a 401 for nothing. */
async function resume() {
  const me = await api.me();
  if (me.ok) return showMessenger(me.data.id);
  if (me.status === 0 || me.status >= 500) return showUnreachable();
  kept.set("signed-in", null);
  showSignIn("sign_in.ended");
}

/** @param {string | null} notice */
function showSignIn(notice) {
  const { protocol, hostname } = location;
  const isLocal = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  const last = tab.get("debug.last");
  show(signInView({
    preferences,
    api,
    server,
    invite: location.hash.startsWith("#invite=") ? inviteCode(location.hash) : "",
    insecure: protocol === "https:" ? null : isLocal ? "local" : "network",
    notice,
    lastDebug: readIdentity(last) ?? {},
    async onSignedIn() {
      kept.set("signed-in", true);
      history.replaceState(null, "", location.pathname);
      await resume();
    },
    onDebug(identity) {
      tab.set("debug", identity);
      tab.set("debug.last", identity);
      showDebug(identity);
    },
  }));
}

/** @param {DebugIdentity} identity */
function showDebug({ userId, username }) {
  const query = new URLSearchParams({ user_id: `${userId}`, username });
  const connection = connect({ userId, path: `/ws?${query}` });
  showConnected(connection, {
    debug: true,
    onLeave() {
      tab.set("debug", null);
      connection.stop();
      showSignIn(null);
    },
  });
}

/** @param {number} userId */
function showMessenger(userId) {
  const connection = connect({
    userId,
    path: "/ws",
    refused: async () => {
      const me = await api.me();
      return !me.ok && me.status === 401;
    },
  });
  connection.on("ended", ({ code, reason }) => {
    if (!SIGNED_OUT.includes(code)) return;
    // Somebody else signed in by another tab: that is who is here now.
    if (reason === "another account") return void resume();
    kept.set("signed-in", null);
    showSignIn("sign_in.ended");
  });
  showConnected(connection, {
    debug: false,
    async onLeave() {
      connection.stop();
      connection.forget();
      kept.set("signed-in", null);
      const ended = await api.signOut();
      // Without an answer the session may live on, and that should be known.
      showSignIn(!ended.ok && ended.status !== 401 ? "sign_in.not_ended" : null);
    },
  });
}

/**
 * @param {{ userId: number, path: string, refused?: () => Promise<boolean> }} options
 * @returns {Connection}
 */
function connect({ userId, path, refused }) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new Connection({
    userId,
    url: url.href,
    open: openSocket,
    clock: systemClock,
    random: Math.random,
    newId: newUuid,
    memory: tab,
    ...(refused === undefined ? {} : { refused }),
  });
}

/**
 * @param {string} url
 * @param {string[]} protocols
 * @param {SocketEvents} events
 * @returns {Socket}
 */
function openSocket(url, protocols, events) {
  const socket = new WebSocket(url, protocols);
  socket.addEventListener("message", ({ data }) => events.message(data));
  socket.addEventListener("close", ({ code, reason }) => events.close(code, reason));
  return socket;
}

/**
 * @param {Connection} connection
 * @param {{ debug: boolean, onLeave: () => void }} options
 */
function showConnected(connection, { debug, onLeave }) {
  const messenger = new Messenger({ preferences, connection, debug, memory: tab, now: Date.now, onLeave });
  const nudge = () => connection.nudge();
  addEventListener("online", nudge);
  show(messenger);
  leaveShown = () => {
    removeEventListener("online", nudge);
    messenger.end();
    connection.stop();
  };
  connection.start();
}

function showUnreachable() {
  const again = h("button", { type: "button", class: "button primary", "data-testid": "try-again" });
  const main = h("main", { class: "welcome" });
  const view = new View(h("div", { class: "entrance" }, main));
  const text = view.text(h("p", { role: "alert" }), () => texts.t("app.unreachable"));
  view.text(again, () => texts.t("app.try_again"));
  main.append(h("div", { class: "card centered" }, text, again));
  again.addEventListener("click", () => void start());
  show(view);
}

/** @param {View} view */
function show(view) {
  leaveShown();
  leaveShown = () => {};
  shown = view;
  document.getElementById("app")?.replaceChildren(view.element);
}

function applyLanguage() {
  document.documentElement.lang = texts.language === "zh" ? "zh-CN" : "en";
  document.title = texts.t("app.name");
}

function applyTheme() {
  document.documentElement.dataset["theme"] = readTheme();
}

/** @returns {Theme} */
function readTheme() {
  const theme = kept.get("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/**
 * @param {unknown} value
 * @returns {DebugIdentity | null}
 */
function readIdentity(value) {
  if (typeof value !== "object" || value === null || !("userId" in value) || !("username" in value)) {
    return null;
  }
  const { userId, username } = value;
  return typeof userId === "number" && typeof username === "string" ? { userId, username } : null;
}
