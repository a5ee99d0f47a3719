/**
 * The connections that instances know of.
 *
 * @module
 */
import type { Device } from "./device.ts";
import type { Server } from "./ground.ts";
import type { Known } from "./known.ts";
import { Line } from "./line.ts";

/** A connection whose client is gone is noticed after this long, in ms; the protocol allows a minute. */
const NOTICED_AFTER_MS = 45_000;

/** Lines, oldest first. */
export class Lines {
  readonly #known: Known;
  #lines: Line[] = [];
  #sent = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  /** How many frames were sent over them all. */
  get sent(): number {
    return this.#sent;
  }

  /** Adds a connection of a device to an instance, which is not opened yet. */
  add({ user, kind }: Device, at: Server): Line {
    const { marks, presence } = this.#known;
    const line = new Line(user, at, {
      sent: (frame) => {
        this.#sent++;
        if (frame.type !== "private" || kind.confirms !== "never") return;
        marks.handed(user, frame.data.conversation_id, frame.data.seq);
      },
      over: () => {
        this.#lines = this.#lines.filter((one) => one !== line);
        presence.closed(user, this.#known.now());
      },
    });
    this.#lines.push(line);
    presence.opened(user, this.#known.now());
    return line;
  }

  /** The connection that has to go since this one came: each instance counts for itself (docs/decisions/0019). */
  replacedBy({ user, at }: Line): Line | null {
    const own = this.#lines.filter((one) => one.user === user && one.at === at);
    return own.length > this.#known.setting.connections ? own[0] ?? null : null;
  }

  /** Lets instances notice which clients are gone. */
  noticeVanished(): void {
    for (const line of [...this.#lines]) {
      if (line.isVanished && line.vanishedAt + NOTICED_AFTER_MS <= this.#known.now()) line.cut();
    }
  }

  /** An instance is gone, and with it its connections. */
  lose(server: Server): void {
    for (const line of this.#lines.filter(({ at }) => at === server)) {
      line.breakOff();
      this.#known.presence.closed(line.user, this.#known.now());
    }
    this.#lines = this.#lines.filter(({ at }) => at !== server);
  }
}
