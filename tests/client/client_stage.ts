/**
 * A client of the library on a stage: its sockets, its clock and its memory are the test's.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation, MessageFrame, ServerFrame } from "../../realtime/frames.ts";
import { Client, type ClientMemory, type ClientOptions } from "../../static/core/client.js";
import { message, SELF, syncAnswer, welcome } from "../browser/core/stage.ts";
import { StagedSocket } from "../browser/core/staged_socket.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";

type SyncData = Extract<ServerFrame, { type: "sync" }>["data"];

/** Memory that a test looks into; the same one for each run of a program. */
export class KeptMemory implements ClientMemory {
  readonly values = new Map<string, unknown>();
  /** Whether it takes anything. */
  isFull = false;

  get = (key: string): unknown => structuredClone(this.values.get(key) ?? null);

  set = (key: string, value: unknown): void => {
    if (this.isFull) throw new Error("The disk is full");
    if (value === null) this.values.delete(key);
    else this.values.set(key, structuredClone(value));
  };

  keys = (prefix: string): string[] => [...this.values.keys()].filter((key) => key.startsWith(prefix));
}

/** One run of a program. */
export class ClientStage {
  readonly fake = new FakeClock();
  readonly sockets: StagedSocket[] = [];
  readonly memory: KeptMemory;
  readonly client: Client;
  #ids = 0;

  constructor(
    { memory = new KeptMemory(), refused, ...options }:
      & { readonly memory?: KeptMemory; readonly refused?: () => Promise<boolean> }
      & Partial<Omit<ClientOptions, "memory">> = {},
  ) {
    this.memory = memory;
    this.client = new Client({ url: "http://chat.test/", token: "t", memory, ...options }, {
      open: (url, protocols, events) => {
        const socket = new StagedSocket(url, protocols, events);
        this.sockets.push(socket);
        return socket;
      },
      clock: {
        now: () => this.fake.now(),
        after: (ms, run) => {
          const timer = this.fake.after(ms, run);
          return () => timer.cancel();
        },
      },
      random: () => 0.5,
      newId: () => `id-${++this.#ids}`,
      ...(refused === undefined ? {} : { refused }),
    });
  }

  /** The newest socket. */
  get socket(): StagedSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket !== undefined, "nothing was dialled");
    return socket;
  }

  /** Dials where nothing was, and is welcomed. */
  async online(options: { readonly userId?: number; readonly epoch?: string } = {}): Promise<void> {
    if (this.sockets.length === 0) this.client.start();
    await this.say(welcome({ userId: SELF, ...options }));
  }

  /** The server says something. */
  async say(frame: ServerFrame): Promise<void> {
    this.socket.say(frame);
    await settle();
  }

  /** Answers the newest `sync`. */
  async synced(data: Partial<SyncData> = {}): Promise<void> {
    await this.say(syncAnswer(this.socket, data));
  }

  /** Welcomed, and told of one conversation. */
  async told(info: Conversation, messages: readonly MessageFrame[] = []): Promise<void> {
    await this.online();
    await this.synced({ conversations: [info], messages: { [info.conversation_id]: [...messages] } });
  }

  /** Answers the newest `history`, of which it checks where it begins. */
  async history(after: number, messages: readonly MessageFrame[]): Promise<void> {
    const { id, data } = this.socket.last("history");
    assert.equal(data?.["after_seq"], after);
    await this.say({
      type: "history",
      ...(id === undefined ? {} : { id }),
      timestamp: "2026-01-01T00:00:00.000Z",
      data: { conversation_id: String(data?.["conversation_id"]), messages: [...messages], has_more: false },
    });
  }

  /** The connection breaks, and the next one is welcomed. */
  async reconnect(options: { readonly epoch?: string } = {}): Promise<void> {
    this.socket.drop(1006);
    await this.fake.advance(5_000);
    await this.online(options);
  }

  /** What the server was told of one conversation: how far it was received, in order. */
  get delivered(): readonly unknown[] {
    return this.socket.of("delivered").map(({ data }) => data?.["seq"]);
  }
}

/** A program's handler of messages: notes what it was handed, and ends each when the test says so. */
export class Handler {
  readonly texts: string[] = [];
  readonly #open: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  /** The listener. */
  readonly handle = ({ text }: { readonly text: string }): Promise<void> => {
    this.texts.push(text);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#open.push({ resolve, reject });
    return promise;
  };

  /** How many are being handled. */
  get running(): number {
    return this.#open.length;
  }

  /** The oldest that is under way is handled. */
  async done(): Promise<void> {
    this.#open.shift()?.resolve();
    await settle();
  }

  /** The oldest that is under way fails. */
  async fail(error: Error): Promise<void> {
    this.#open.shift()?.reject(error);
    await settle();
  }
}

/** Catches what a listener throws, which a runtime would call uncaught. */
export class Uncaught implements Disposable {
  readonly messages: string[] = [];
  readonly #hear = (event: ErrorEvent): void => {
    event.preventDefault();
    this.messages.push(event.error instanceof Error ? event.error.message : String(event.error));
  };

  constructor() {
    globalThis.addEventListener("error", this.#hear);
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("error", this.#hear);
  }
}

/** What a client told of one kind of event. */
export function heard<Event>(on: (listener: (event: Event) => void) => unknown): Event[] {
  const events: Event[] = [];
  on((event) => void events.push(event));
  return events;
}

/** A run of a program whose handler ends when the test says so. */
export function listening(memory?: KeptMemory): { readonly stage: ClientStage; readonly handler: Handler } {
  const stage = new ClientStage(memory === undefined ? {} : { memory });
  const handler = new Handler();
  stage.client.on("message", handler.handle);
  return { stage, handler };
}

/** A message of another conversation. */
export function elsewhere(seq: number): MessageFrame {
  const { data, ...rest } = message(seq, { from: 3 });
  return { ...rest, content: `elsewhere ${seq}`, data: { ...data, "conversation_id": "1-3" } };
}

/** A run whose handler is done at once. */
export function noting(memory?: KeptMemory): { readonly stage: ClientStage; readonly texts: string[] } {
  const stage = new ClientStage(memory === undefined ? {} : { memory });
  const texts: string[] = [];
  stage.client.on("message", ({ text }) => void texts.push(text));
  return { stage, texts };
}
