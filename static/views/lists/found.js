/**
 * What a search finds: conversations at once, people when the server has answered.
 *
 * @module
 */
import { readUserId } from "../../core/debug_identity.js";
import { findPeople, findRows } from "../../core/find.js";
import { listRows } from "../../core/list_rows.js";
import { useEffect, useState } from "../../vendor/preact.js";
import { nameOfRow, personOfRow, threadOfRow } from "./conversation_row.js";

/** @import { Found, People } from "../../core/api.js" */
/** @import { Refused } from "../../core/http.js" */
/** @import { ListRow } from "../../core/list_rows.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** Typing goes on faster than this, ms. */
const DEBOUNCE_MS = 150;
/** Conversations shown, and people who are known here. */
const MAX_SHOWN = 20;

/**
 * Something found. A `row`: a conversation; `isNew`: a number that nobody is known by, in debug.
 *
 * @typedef {{ key: string, thread: OpenThread, userId: number, row: ListRow | null, username: string, isNew: boolean }} Hit
 */

/**
 * @typedef {object} FoundPeople
 * @property {readonly Found[]} people Of the newest answer, which may be one to fewer letters.
 * @property {boolean} asking
 * @property {boolean} hasMore
 * @property {boolean} offline Nobody can be asked.
 * @property {Refused | null} refused
 * @property {() => void} again Asks again.
 */

/** @type {People} */
const NOBODY = { people: [], hasMore: false };

/**
 * Asks the server for people, a moment after the last key; late answers to earlier letters are dropped.
 *
 * @param {Desk} desk
 * @param {string} query
 * @returns {FoundPeople}
 */
export function useFound(desk, query) {
  const [answer, setAnswer] = useState({ query: "", ...NOBODY });
  const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
  const [tries, setTries] = useState(0);
  const offline = desk.link.value !== "online";
  useEffect(() => {
    setRefused(null);
    if (query === "" || offline) return setAnswer({ query: "", ...NOBODY });
    let isStale = false;
    const timer = setTimeout(async () => {
      const asker = desk.debug ? { debugUserId: desk.connection.userId } : {};
      const result = await desk.page.api.people(query, asker);
      if (isStale) return;
      setAnswer({ query, ...(result.ok ? result.data : NOBODY) });
      setRefused(result.ok ? null : result);
    }, DEBOUNCE_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [desk, query, offline, tries]);
  return {
    people: answer.people,
    hasMore: answer.hasMore,
    asking: !offline && query !== "" && answer.query !== query,
    offline,
    refused,
    again: () => {
      setAnswer({ query: "", ...NOBODY });
      setTries(tries + 1);
    },
  };
}

/**
 * Everything found: conversations first, then people one has none with, each once.
 *
 * @param {Desk} desk
 * @param {string} query Not empty.
 * @param {readonly Found[]} people
 * @returns {Hit[]}
 */
export function hitsOf(desk, query, people) {
  const state = desk.state.value;
  const texts = desk.page.texts.value;
  const selfId = desk.connection.userId;
  const rows = findRows(listRows(state), query, {
    nameOf: (row) => nameOfRow(personOfRow(row, state.people), texts),
    selfId,
  }).slice(0, MAX_SHOWN);
  const shown = new Set(rows.map(({ peerId }) => peerId));
  const known = findPeople(
    [...state.people.values(), ...people],
    query,
    (id) => id === selfId || shown.has(id),
  ).slice(0, MAX_SHOWN);
  const hits = [
    ...rows.map((row) => hitOf({ userId: row.peerId, row })),
    ...known.map(({ user_id: userId, username }) => hitOf({ userId, username })),
  ];
  const id = desk.debug ? readUserId(query) : null;
  if (id === null || id === selfId || hits.some(({ userId }) => userId === id)) return hits;
  const username = desk.personOf(id).username;
  return [...hits, hitOf({ userId: id, username, isNew: username === "" })];
}

/**
 * @param {{ userId: number, row?: ListRow | null, username?: string, isNew?: boolean }} found
 * @returns {Hit}
 */
function hitOf({ userId, row = null, username = "", isNew = false }) {
  const thread = row === null ? { peerId: userId, conversationId: null, unreadFrom: null } : threadOfRow(row);
  return { key: row?.key ?? `person ${userId}`, thread, userId, row, username, isNew };
}
