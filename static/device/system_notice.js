/**
 * One notice of the system: by the service worker where there is one - phones know no other way, and it outlives the
 * page - else by the page itself.
 *
 * @module
 */
import { readyWorker } from "./worker.js";

/** The page's picture beside a notice. */
const ICON = "/icons/app-192.png";

/**
 * @typedef {object} SystemNotice
 * @property {string} title
 * @property {string} body
 * @property {string} tag A notice takes the place of the one with the same tag, and is heard again.
 * @property {unknown} data For the service worker, when it is tapped.
 * @property {() => void} onTap Where there is no service worker.
 */

/** Those that this page shows by itself, by their tag. @type {Map<string, Notification>} */
const own = new Map();

/**
 * Shows it. Never rejects.
 *
 * @param {SystemNotice} notice
 * @returns {Promise<boolean>} Whether it is shown.
 */
export async function showNotice({ title, body, tag, data, onTap }) {
  const options = { body, tag, data, renotify: true, icon: ICON };
  try {
    const registration = await readyWorker();
    if (registration !== null) {
      await registration.showNotification(title, options);
      return true;
    }
    const notice = new Notification(title, options);
    notice.onclick = () => {
      notice.close();
      focus();
      onTap();
    };
    notice.onclose = () => own.delete(tag);
    own.set(tag, notice);
    return true;
  } catch {
    // The permission may be gone by now; the title of the page counts what is unread.
    return false;
  }
}

/**
 * Takes away those that are meant, whichever page showed them. Never rejects.
 *
 * @param {(tag: string) => boolean} isMeant
 */
export async function closeNotices(isMeant) {
  for (const [tag, notice] of own) if (isMeant(tag)) notice.close();
  try {
    const registration = await readyWorker();
    for (const notice of await registration?.getNotifications() ?? []) {
      if (isMeant(notice.tag)) notice.close();
    }
  } catch {
    // The worker is gone, and its notices with it.
  }
}
