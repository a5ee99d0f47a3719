/**
 * Sees when certificate and key were renewed, and has the listener take the new ones.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../db/clock.ts";
import { readTls, tlsFault, type TlsPaths, type TlsTexts } from "./tls.ts";

/** Between two looks at the files, in ms: they are renewed weeks before they end. */
const LOOK_MS = 60_000;

const log = getLogger(["chat", "tls"]);

/** What a watch is made of. */
export interface TlsWatchOptions {
  readonly paths: TlsPaths;
  /** What the listener has. */
  readonly present: TlsTexts;
  readonly clock: Clock;
  /** Has the listener take others; what it throws is logged, and tried again with the next look. */
  readonly renew: (tls: TlsTexts) => Promise<void>;
}

/** Looks each minute, and when asked to. What does not fit together is told once and not taken. */
export class TlsWatch implements AsyncDisposable {
  readonly #options: TlsWatchOptions;
  #present: TlsTexts;
  /** What was refused last. */
  #refused: TlsTexts | null = null;
  #timer: Timer;
  #looking: Promise<void> = Promise.resolve();
  #isEnding = false;

  constructor(options: TlsWatchOptions) {
    this.#options = options;
    this.#present = options.present;
    this.#timer = this.#later();
  }

  /** Looks now; resolves when the listener has what is there, or it was refused. Never throws. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look()).catch((error: unknown) => {
      log.error("The certificate was not renewed, next try in {ms} ms: {error}", { ms: LOOK_MS, error });
    });
    return this.#looking;
  }

  /** Ends the looks and waits for one that is at work. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    this.#timer.cancel();
    await this.#looking;
  }

  #later(): Timer {
    return this.#options.clock.after(LOOK_MS, () => {
      void this.look().then(() => {
        if (!this.#isEnding) this.#timer = this.#later();
      });
    });
  }

  async #look(): Promise<void> {
    if (this.#isEnding) return;
    const { paths, clock, renew } = this.#options;
    const found = await readTls(paths);
    if (found === null || isSame(found, this.#present) || isSame(found, this.#refused)) return;
    const fault = tlsFault(found, clock.now());
    if (fault !== null) {
      this.#refused = found;
      log.warning("The new certificate {path} is not taken, the old one stays: {fault}", {
        path: paths.cert,
        fault,
      });
      return;
    }
    await renew(found);
    this.#present = found;
    this.#refused = null;
    log.info("The listener has the new certificate {path}", { path: paths.cert });
  }
}

function isSame(one: TlsTexts, other: TlsTexts | null): boolean {
  return one.cert === other?.cert && one.key === other.key;
}
