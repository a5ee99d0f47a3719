/**
 * Conversations kept in IndexedDB, for reading while there is no connection.
 *
 * Messages are kept as text, one value a conversation: that is read and written several times as fast as objects.
 *
 * @module
 */

import { pause } from "./pause.js";

/** @import { ChatCache, Saved, SavedChange, SavedChat, SavedHead, SaveResult } from "../core/cache.js" */

const DATABASE = "go-chat";
/** Another shape of what is kept has another version; nothing is taken over, it is a cache. */
const VERSION = 1;
const STORES = /** @type {const} */ (["heads", "chats", "messages"]);
/** Conversations read without letting the page do something else. */
const AT_ONCE = 10;

/** @typedef {Record<typeof STORES[number], IDBObjectStore>} Stores */

/** @implements {ChatCache} */
export class IndexedChatCache {
  #userId;
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;
  /** Something of this person was here: when it is gone, they have signed out. */
  #wasThere = false;

  /** @param {number} userId */
  constructor(userId) {
    this.#userId = userId;
  }

  /** @returns {Promise<Saved | null>} */
  async load() {
    const { heads, chats, messages } = await this.#stores("readonly");
    const range = rangeOf(this.#userId);
    const [head, infos, texts] = await Promise.all([
      result(heads.get(this.#userId)),
      result(chats.getAll(range)),
      result(messages.getAll(range)),
    ]);
    if (head === undefined) return null;
    this.#wasThere = true;
    /** @type {SavedChat[]} */
    const saved = [];
    for (const [at, chat] of infos.entries()) {
      if (at % AT_ONCE === AT_ONCE - 1) await pause(0);
      saved.push({ ...chat, messages: JSON.parse(texts[at]) });
    }
    return { ...head, chats: saved };
  }

  /**
   * @param {SavedChange} change
   * @returns {Promise<SaveResult>}
   */
  async save({ replaces, chats: changed, gone, ...head }) {
    const stores = await this.#stores("readwrite");
    /** @type {SavedHead | undefined} */
    const kept = await result(stores.heads.get(this.#userId));
    if (kept === undefined && this.#wasThere) return "wiped";
    if (kept !== undefined && kept.epoch !== head.epoch) {
      if (!replaces) return "stale";
      clear(stores, this.#userId);
    }
    for (const id of gone) {
      stores.chats.delete([this.#userId, id]);
      stores.messages.delete([this.#userId, id]);
    }
    stores.heads.put(head, this.#userId);
    await Promise.all(changed.map((chat) => put(stores, { userId: this.#userId, chat })));
    await committed(stores.heads.transaction);
    this.#wasThere = true;
    return "saved";
  }

  async clear() {
    const stores = await this.#stores("readwrite");
    clear(stores, this.#userId);
    await committed(stores.heads.transaction);
  }

  /**
   * @param {IDBTransactionMode} mode
   * @returns {Promise<Stores>}
   */
  async #stores(mode) {
    // A moment in which it could not be opened is not for ever.
    this.#database ??= open().catch((error) => {
      this.#database = null;
      throw error;
    });
    const transaction = (await this.#database).transaction(STORES, mode, { durability: "relaxed" });
    return {
      heads: transaction.objectStore("heads"),
      chats: transaction.objectStore("chats"),
      messages: transaction.objectStore("messages"),
    };
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
      for (const name of STORES) database.createObjectStore(name);
    };
    request.onsuccess = () => {
      // A newer page wants another shape: this one does without from here on.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("Cannot open the cache: an older page holds it"));
  });
}

/**
 * Puts one conversation where it belongs, unless another tab knew more of it.
 *
 * @param {Stores} stores
 * @param {{ userId: number, chat: SavedChat }} options
 */
async function put({ chats, messages }, { userId, chat: { messages: held, ...chat } }) {
  const key = [userId, chat.info.conversation_id];
  /** @type {Omit<SavedChat, "messages"> | undefined} */
  const kept = await result(chats.get(key));
  if (kept !== undefined && kept.have > chat.have) return;
  chats.put(chat, key);
  messages.put(JSON.stringify(held), key);
}

/**
 * @param {Stores} stores
 * @param {number} userId
 */
function clear({ heads, chats, messages }, userId) {
  heads.delete(userId);
  chats.delete(rangeOf(userId));
  messages.delete(rangeOf(userId));
}

/**
 * Every conversation of a person.
 *
 * @param {number} userId
 * @returns {IDBKeyRange}
 */
function rangeOf(userId) {
  // An array sorts after every string.
  return IDBKeyRange.bound([userId], [userId, []]);
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
