/**
 * The rules of the registration form that need no server, so that every fault shows at once.
 *
 * The server has the last word; what only it can know (taken names, much used passwords) it tells.
 *
 * @module
 */
import { byteLength, codePoints } from "./frames.js";

/** @typedef {"username" | "email" | "password" | "invite"} RuledField */

/**
 * What is wrong, by field: names of sentences in i18n.js.
 *
 * @param {{ username: string, email: string, password: string, invite: string }} form
 * @param {{ mode: "debug" | "release", registration: "open" | "invite" | "closed" }} server
 * @returns {Partial<Record<RuledField, string>>}
 */
export function registrationFaults({ username, email, password, invite }, { mode, registration }) {
  /** @type {Partial<Record<RuledField, string>>} */
  const faults = nameFaults({ username, email });
  const fault = passwordFault(password, { mode, username, email });
  if (fault !== null) faults.password = fault;
  if (registration !== "open" && invite === "") faults.invite = "fault.invite";
  return faults;
}

/**
 * What is wrong with a name and an e-mail address: names of sentences.
 *
 * @param {{ username: string, email: string }} names
 * @returns {{ username?: string, email?: string }}
 */
export function nameFaults({ username, email }) {
  const name = username.normalize("NFKC");
  /** @type {{ username?: string, email?: string }} */
  const faults = {};
  if (codePoints(name) < 3 || codePoints(name) > 20) faults.username = "fault.username_length";
  else if (!/^[\p{L}\p{M}\p{Nd}_.-]+$/u.test(name)) faults.username = "fault.username_letters";
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) faults.email = "fault.email";
  return faults;
}

/**
 * What is wrong with a new password: the name of a sentence, or null.
 *
 * @param {string} password
 * @param {{ mode: "debug" | "release", username: string, email: string }} context
 * @returns {string | null}
 */
export function passwordFault(password, { mode, username, email }) {
  const length = codePoints(password);
  if (mode === "debug") return length < 6 || length > 20 ? "fault.password_debug" : null;
  if (length < 8) return "fault.password_short";
  if (byteLength(password) > 72) return "fault.password_long";
  const plain = password.normalize("NFKC").toLowerCase();
  const isOwn = [username, email].some((own) => own !== "" && own.normalize("NFKC").toLowerCase() === plain);
  return isOwn ? "fault.password_own" : null;
}

/**
 * The code in what was typed or pasted: the code itself, or the link it came in.
 *
 * @param {string} text
 * @returns {string}
 */
export function inviteCode(text) {
  const match = /[#?&]invite=([^&#\s]+)/.exec(text);
  return match?.[1] ?? text.trim();
}
