/**
 * What comes and goes over the sockets of this instance, counted: plain numbers, as it happens for every frame.
 *
 * @module
 */
import type { ErrorCode } from "./errors.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";

/** Every frame we write begins with its type; three letters of it are enough to tell it. */
const TYPE_AT = '{"type":"'.length;
const TYPE_LETTERS = 3;

const SENT: readonly ServerFrame["type"][] = [
  "welcome",
  "user_list",
  "join",
  "leave",
  "private",
  "read",
  "receipt",
  "resync",
  "typing",
  "heartbeat",
  "sync",
  "history",
  "presence",
  "error",
];

/** Counts frames, acknowledgements and refusals. */
export class Traffic {
  /** Frames that were understood, by type. */
  readonly #received: Record<ClientFrame["type"], number> = {
    hello: 0,
    private: 0,
    heartbeat: 0,
    typing: 0,
    read: 0,
    delivered: 0,
    sync: 0,
    history: 0,
    watch: 0,
  };
  readonly #sent = new Map(SENT.map((type) => [type.slice(0, TYPE_LETTERS), { type, count: 0 }]));
  readonly #errors = new Map<ErrorCode, number>();
  #unreadable = 0;
  #stored = 0;
  #delivered = 0;

  /** A frame came and was understood. */
  received(type: ClientFrame["type"]): void {
    this.#received[type]++;
  }

  /** A frame came that was not understood. */
  unreadable(): void {
    this.#unreadable++;
  }

  /** A frame was handed to a socket, as it is on the wire. */
  sent(text: string): void {
    const counted = this.#sent.get(text.slice(TYPE_AT, TYPE_AT + TYPE_LETTERS));
    if (counted !== undefined) counted.count++;
  }

  /** A message was acknowledged. */
  acknowledged(isDelivered: boolean): void {
    if (isDelivered) this.#delivered++;
    else this.#stored++;
  }

  /** A frame was answered by an error. */
  refused(code: ErrorCode): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /** For /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number> {
    const figures = new Map<string, number>();
    for (const [type, count] of Object.entries(this.#received)) {
      figures.set(`frames_received_total{type="${type}"}`, count);
    }
    figures.set(`frames_received_total{type="unreadable"}`, this.#unreadable);
    for (const { type, count } of this.#sent.values()) {
      figures.set(`frames_sent_total{type="${type}"}`, count);
    }
    figures.set(`acks_total{status="stored"}`, this.#stored);
    figures.set(`acks_total{status="delivered"}`, this.#delivered);
    for (const [code, count] of this.#errors) {
      figures.set(`errors_total{where="socket",error="${code}"}`, count);
    }
    return figures;
  }
}
