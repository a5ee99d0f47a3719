/**
 * What comes in on one socket: decoded, counted, refused or passed on, in order and within bounds.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../db/clock.ts";
import { InvalidCursorError, StoreUnavailableError } from "../db/errors.ts";
import { CLOSE } from "./close.ts";
import { decode, encode, isTooBig } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { ChatError, ERRORS } from "./errors.ts";
import type { ClientFrame } from "./frames.ts";
import {
  MAX_BAD_FRAMES,
  MAX_EARLY_FRAMES,
  MAX_EARLY_LENGTH,
  MAX_FRAME_BYTES,
  MAX_TOO_FAST,
  MAX_WAITING_READS,
  type Rate,
  TOO_FAST_WINDOW_MS,
} from "./limits.ts";
import { TokenBucket } from "./rate.ts";
import type { ReadTurns } from "./read_turns.ts";
import type { Traffic } from "./traffic.ts";
import { errorFrame } from "./wire.ts";

const log = getLogger(["chat", "realtime"]);

/** When to try again after the store could not answer, in ms. */
const RETRY_MS = 1_000;

/** Shared, as there are thousands of intakes. */
const READY = Promise.resolve();

/** Works one frame; what it throws becomes the frame's `error`. */
export type Handle = (connection: Connection, frame: ClientFrame) => void | Promise<void>;

/** What all intakes of an instance share. */
export interface IntakeDeps {
  readonly handle: Handle;
  readonly clock: Clock;
  readonly rate: Rate;
  /** Gives the reads of a user's connections their turns. */
  readonly turns: ReadTurns;
  /** Counts what comes and what is refused. */
  readonly traffic: Traffic;
}

/** The inbound half of a connection. */
export class Intake {
  readonly #connection: Connection;
  readonly #deps: IntakeDeps;
  /** Full until the first frame, as nearly everybody is idle; null: there was none. */
  #bucket: TokenBucket | null = null;
  /** Frames before `welcome`; null once it was sent. */
  #early: string[] | null = [];
  #earlyLength = 0;
  #refusedEarly = 0;
  #badInARow = 0;
  /** When the frames refused by 429 came, the newest last; null until there is one. */
  #tooFast: number[] | null = null;
  /** Whether it asked for a conversation of others: told once for each connection. */
  #hasStrayed = false;
  /** Ends when the last `sync` or `history` is answered; they are worked one at a time. */
  #reading: Promise<void> = READY;
  #reads = 0;

  constructor(connection: Connection, deps: IntakeDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  /** Takes one text message. Never throws. */
  receive(text: string): void {
    if (this.#connection.isClosed) return;
    this.#connection.heard();
    // Before all else: what is too big is neither kept nor parsed.
    if (isTooBig(text)) return this.#connection.close(CLOSE.tooBig);
    if (this.#early === null) return this.#take(text);
    this.#earlyLength += text.length;
    if (this.#early.length < MAX_EARLY_FRAMES && this.#earlyLength <= MAX_EARLY_LENGTH) {
      this.#early.push(text);
    } else this.#refusedEarly++;
  }

  /** Binary messages are not part of the protocol; they count as frames all the same. */
  receiveBinary(bytes: number): void {
    const connection = this.#connection;
    if (connection.isClosed) return;
    if (bytes > MAX_FRAME_BYTES) return connection.close(CLOSE.tooBig);
    const retryAfterMs = this.#takeToken();
    if (retryAfterMs > 0) return this.#refuse(new ChatError("rate_limited", { retryAfterMs }), undefined);
    this.#bad("Binary frames are refused", undefined);
  }

  /** Works the frames that came before `welcome`, now that it was sent. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const text of early) this.#take(text);
    for (let n = 0; n < this.#refusedEarly; n++) this.#answer(new ChatError("rate_limited"), undefined);
    this.#refusedEarly = 0;
  }

  #take(text: string): void {
    const connection = this.#connection;
    const { traffic } = this.#deps;
    if (connection.isClosed) return;
    const retryAfterMs = this.#takeToken();
    const decoded = decode(text);
    if ("frame" in decoded) traffic.received(decoded.frame.type);
    else traffic.unreadable();
    if (retryAfterMs > 0) {
      const id = "frame" in decoded ? decoded.frame.id : decoded.id;
      return this.#refuse(new ChatError("rate_limited", { retryAfterMs }), id);
    }
    if ("problem" in decoded) return this.#bad(decoded.problem, decoded.id);
    const { frame } = decoded;
    if (frame.type === "sync" || frame.type === "history") return this.#queueRead(frame);
    this.#work(frame);
  }

  /** A synchronous handler ends here; the rest of an asynchronous one is watched for its refusal. */
  #work(frame: ClientFrame): Promise<void> | void {
    try {
      const working = this.#deps.handle(this.#connection, frame);
      if (working === undefined) this.#badInARow = 0;
      else {return working.then(() => {
          this.#badInARow = 0;
        }, (error) => this.#refuse(error, frame.id));}
    } catch (error) {
      this.#refuse(error, frame.id);
    }
  }

  /** Messages wait behind the answer, so that they reach the client in rising seq. */
  #queueRead(frame: ClientFrame): void {
    if (this.#reads > MAX_WAITING_READS) return void this.#answer(new ChatError("rate_limited"), frame.id);
    this.#reads++;
    const connection = this.#connection;
    const { turns } = this.#deps;
    this.#reading = this.#reading
      .then(() => turns.take(connection.userId, () => this.#read(frame)))
      .finally(() => this.#reads--);
  }

  async #read(frame: ClientFrame): Promise<void> {
    const connection = this.#connection;
    if (connection.isClosed) return;
    connection.hold();
    try {
      await this.#work(frame);
    } finally {
      connection.release();
    }
  }

  /** Answers 0, or the ms until the next frame may come. */
  #takeToken(): number {
    const now = this.#deps.clock.now();
    this.#bucket ??= new TokenBucket(this.#deps.rate, now);
    return this.#bucket.take(now);
  }

  #bad(en: string, id: string | undefined): void {
    this.#refuse(new ChatError("bad_request", { text: { en, zh: `帧格式不正确：${en}` } }), id);
  }

  /** Answers an error frame, and closes a client that goes on making them. */
  #refuse(error: unknown, id: string | undefined): void {
    const connection = this.#connection;
    const { status } = ERRORS[this.#answer(error, id).code];
    if (status === 429) return this.#countTooFast();
    if (status !== 400) return;
    this.#badInARow++;
    if (this.#badInARow >= MAX_BAD_FRAMES) connection.close(CLOSE.protocol);
  }

  #answer(error: unknown, id: string | undefined): ChatError {
    const connection = this.#connection;
    const { clock, traffic } = this.#deps;
    const refusal = this.#asChatError(error, id);
    traffic.refused(refusal.code);
    if (refusal.code === "not_a_member") this.#strayed();
    const context = { id, language: connection.identity.language, now: clock.now() };
    connection.push(encode(errorFrame(refusal, context)), "answer");
    return refusal;
  }

  /** Nobody comes upon an id of others by using a client: an operator may want to look. */
  #strayed(): void {
    if (this.#hasStrayed) return;
    this.#hasStrayed = true;
    const { id, userId } = this.#connection;
    log.warn("Connection {connection} of user {userId} asks for a conversation of others", {
      connection: id,
      userId,
    });
  }

  #asChatError(error: unknown, id: string | undefined): ChatError {
    if (error instanceof ChatError) return error;
    if (error instanceof StoreUnavailableError) {
      return new ChatError("unavailable", { retryAfterMs: RETRY_MS });
    }
    if (error instanceof InvalidCursorError) {
      return new ChatError("bad_request", {
        text: { en: "page must be the next of an earlier answer", zh: "page 必须是之前响应的 next" },
      });
    }
    log.error("Frame {id} of connection {connection} failed: {error}", {
      id,
      connection: this.#connection.id,
      error: error instanceof Error ? error.stack ?? error.message : String(error),
    });
    return new ChatError("internal");
  }

  #countTooFast(): void {
    const now = this.#deps.clock.now();
    const lately = this.#tooFast?.filter((at) => now - at < TOO_FAST_WINDOW_MS) ?? [];
    lately.push(now);
    this.#tooFast = lately;
    if (lately.length > MAX_TOO_FAST) this.#connection.close(CLOSE.tooFast);
  }
}
