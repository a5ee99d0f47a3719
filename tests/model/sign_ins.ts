/**
 * The sessions of devices.
 *
 * @module
 */
import type { Store } from "../../db/store.ts";
import type { Device } from "./device.ts";
import type { Known } from "./known.ts";
import { isRefusing } from "./refusals.ts";

/** Longer than a run. */
const LIFETIME_MS = 90 * 86_400_000;

/** Signs devices in that have to be. */
export class SignIns {
  readonly #known: Known;
  #count = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  /** Gives a device a session where it needs one and has none that lives; false: it could not be stored. */
  async signIn(device: Device, store: Pick<Store, "sessions">): Promise<boolean> {
    const { user, kind } = device;
    if (this.#known.setting.mode === "debug" && !kind.signedIn) return true;
    if (device.session !== null && !device.session.isEnded) return true;
    if (isRefusing(this.#known)) return false;
    const now = this.#known.now();
    const session = {
      id: `session${++this.#count}`,
      userId: user,
      device: "test",
      address: "127.0.0.1",
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + LIFETIME_MS,
    };
    await store.sessions.create(session);
    device.session = { session, isEnded: false };
    return true;
  }
}
