/**
 * One store whose parts live in several backends.
 *
 * @module
 */
import { type Checked, timed } from "./checked.ts";
import type { Clock } from "./clock.ts";
import type { Archive, MessageArchive } from "./archive.ts";
import type { ErasureStore } from "./erasures.ts";
import type { InviteStore } from "./invites.ts";
import type { MessageStore } from "./messages.ts";
import type { SessionStore } from "./sessions.ts";
import type { Store, StoreFacts, Witness } from "./store.ts";
import type { UserStore } from "./users.ts";

/** Another backend of a store. Disposing it ends its connections. */
export interface Backend extends AsyncDisposable {
  /** As {@link Checked} has it. */
  readonly name: string;
  /** Resolves when it answers; rejects with a sentence that names it, within 2 s. */
  check(): Promise<void>;
}

/** What is not in the base store. */
export interface Elsewhere {
  readonly messages?: MessageStore & {
    readonly archive: MessageArchive;
    /** Changes when these messages were restored or replaced. */
    readonly epoch: string;
  };
  readonly sessions?: SessionStore;
  /** The backends of these; they belong to the store from here on. */
  readonly backends: readonly Backend[];
  readonly clock: Clock;
}

/** A store with some of its parts elsewhere. The facts are those of the base; the epoch is that of both. */
export class CombinedStore implements Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invites: InviteStore;
  readonly messages: MessageStore;
  readonly erasures: ErasureStore;
  readonly archive: Archive;
  readonly witness: Witness;
  readonly #base: Store;
  readonly #messagesEpoch: string | null;
  readonly #backends: readonly Backend[];
  readonly #clock: Clock;

  constructor(base: Store, { messages, sessions, backends, clock }: Elsewhere) {
    this.users = base.users;
    this.invites = base.invites;
    this.erasures = base.erasures;
    this.messages = messages ?? base.messages;
    this.sessions = sessions ?? base.sessions;
    this.archive = messages === undefined ? base.archive : { ...base.archive, messages: messages.archive };
    this.witness = base.witness;
    this.#base = base;
    this.#messagesEpoch = messages?.epoch ?? null;
    this.#backends = backends;
    this.#clock = clock;
  }

  get facts(): StoreFacts {
    const { epoch, usedInDebug, copiedFrom } = this.#base.facts;
    const both = this.#messagesEpoch === null ? epoch : `${epoch}+${this.#messagesEpoch}`;
    return { epoch: both, usedInDebug, copiedFrom };
  }

  noteCopy(from: string | null): Promise<void> {
    return this.#base.noteCopy(from);
  }

  noteDebugUse(): Promise<void> {
    return this.#base.noteDebugUse();
  }

  sizeBytes(): number {
    return this.#base.sizeBytes?.() ?? Number.NaN;
  }

  async check(): Promise<readonly Checked[]> {
    const [base, ...others] = await Promise.all([
      this.#base.check(),
      ...this.#backends.map((backend) => timed(this.#clock, backend.name, () => backend.check())),
    ]);
    return [...base, ...others];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#backends.map((backend) => backend[Symbol.asyncDispose]()));
    await this.#base[Symbol.asyncDispose]();
  }
}
