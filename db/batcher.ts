/**
 * Collects writes into commits: one in flight, everything that came meanwhile in the next.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Clock } from "./clock.ts";
import { StoreUnavailableError } from "./errors.ts";
import { BATCH, Histogram, SECONDS } from "./histogram.ts";
import type { Appended, MarkDraft, Marked, MessageDraft, MessageStore } from "./messages.ts";

/** A commit of so many writes says that there is no end of them … */
const CROWDED_FROM = 64;
/**
 * … and then the next one waits for so long, in ms: while there is work, the runtime goes on reading the sockets it
 * read last and leaves others for seconds; it comes to all of them when it may wait.
 */
const BREATH_MS = 1;
/** Breaths that marks wait for messages to share their commit with. */
const MAX_BREATHS = 5;
/** Commits after a big one that are taken for those of a crowd: between two big ones there are some of marks alone. */
const CROWDED_FOR = 4;

/** The bounds of a batcher. */
export interface BatcherOptions {
  readonly clock: Clock;
  /** Writes of one commit; the longest that everybody else may have to wait for one. */
  readonly maxBatch: number;
  /** Writes that may wait; each more is refused at once. */
  readonly maxWaiting: number;
  /** Length of the texts that may wait, in UTF-16 units. */
  readonly maxWaitingLength: number;
}

/** What a batcher has done since it was made. */
export interface BatcherFigures {
  readonly commits: number;
  readonly failedCommits: number;
  readonly drafts: number;
  readonly marks: number;
  /** Writes in the biggest commit. */
  readonly biggest: number;
  /** Time spent in commits, and in the longest of them, in ms. */
  readonly totalMs: number;
  readonly longestMs: number;
  readonly waiting: number;
  /** Commits by their writes, and by the seconds they took. */
  readonly sizes: Histogram;
  readonly times: Histogram;
}

/** A write with the caller who waits for it. */
type Waiting = WaitingFor<"draft", MessageDraft, Appended> | WaitingFor<"mark", MarkDraft, Marked | null>;

interface WaitingFor<Kind, Draft, Result> {
  readonly kind: Kind;
  readonly draft: Draft;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Turns single writes into batches. All writes of one turn of the event loop share a commit; while one runs, the
 * next batch grows, so the busier the server, the cheaper a write. Callers hear in the order of their writes.
 *
 * A commit that fails fails everything that waited at that moment: nobody waits for a second failure.
 */
export class Batcher implements AsyncDisposable {
  readonly #store: Pick<MessageStore, "commit" | "commitsAtOnce">;
  readonly #options: BatcherOptions;
  /** What waits for the next commits, in the order it came. */
  #queue: Waiting[] = [];
  /** Length of the texts in the queue. */
  #length = 0;
  /** How many more commits are taken for those of a crowd. */
  #crowded = 0;
  #running: Promise<void> | null = null;
  /** Commits that are not waited for by the loop, where the store takes several at once. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #atOnce: number;
  #closed = false;
  readonly #sizes = new Histogram(BATCH);
  readonly #times = new Histogram(SECONDS);
  #figures: Omit<BatcherFigures, "waiting" | "sizes" | "times"> = {
    commits: 0,
    failedCommits: 0,
    drafts: 0,
    marks: 0,
    biggest: 0,
    totalMs: 0,
    longestMs: 0,
  };

  constructor(store: Pick<MessageStore, "commit" | "commitsAtOnce">, options: BatcherOptions) {
    this.#store = store;
    this.#atOnce = store.commitsAtOnce ?? 1;
    this.#options = options;
  }

  /** Writes that wait for a commit; those in the running one do not count. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** What it has done so far. */
  get figures(): BatcherFigures {
    return { ...this.#figures, waiting: this.waiting, sizes: this.#sizes, times: this.#times };
  }

  /** Resolves once the message is synced. Throws {@link StoreUnavailableError}. */
  append(draft: MessageDraft): Promise<Appended> {
    return new Promise((resolve, reject) => this.#enqueue({ kind: "draft", draft, resolve, reject }));
  }

  /** Resolves once the mark is synced. Throws {@link StoreUnavailableError}. */
  mark(draft: MarkDraft): Promise<Marked | null> {
    return new Promise((resolve, reject) => this.#enqueue({ kind: "mark", draft, resolve, reject }));
  }

  /** Refuses what comes from now on, and resolves when everything that waited is answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#running;
    await Promise.all(this.#underWay);
  }

  #enqueue(waiting: Waiting): void {
    const refusal = this.#refusal();
    if (refusal !== null) return waiting.reject(new StoreUnavailableError(refusal));
    this.#queue.push(waiting);
    this.#length += lengthOf(waiting);
    this.#running ??= this.#run();
  }

  #refusal(): string | null {
    if (this.#closed) return "Cannot write to the store: it is closing";
    const { maxWaiting, maxWaitingLength } = this.#options;
    if (this.waiting >= maxWaiting || this.#length >= maxWaitingLength) {
      return "Cannot write to the store: too many writes wait";
    }
    return null;
  }

  /** Waits for everything that came in this turn: sockets are read one by one, and each may bring a write. */
  async #gather(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (this.#crowded === 0 || this.#closed) return;
    this.#crowded--;
    for (let breaths = 0; breaths < MAX_BREATHS; breaths++) {
      await new Promise<void>((resolve) => void this.#options.clock.after(BREATH_MS, resolve));
      if (this.#queue.some(({ kind }) => kind === "draft")) return;
    }
  }

  #take(count: number): readonly Waiting[] {
    const taken = this.#queue.splice(0, count);
    for (const waiting of taken) this.#length -= lengthOf(waiting);
    return taken;
  }

  async #run(): Promise<void> {
    while (this.waiting > 0) {
      if (this.#underWay.size >= this.#atOnce) await Promise.race(this.#underWay);
      await this.#gather();
      const taken = this.#take(this.#options.maxBatch);
      // The failure of a commit beside this one may have taken everything.
      if (taken.length === 0) continue;
      const commit = this.#commit(taken);
      if (this.#atOnce === 1) await commit;
      else this.#letRun(commit);
    }
    this.#running = null;
  }

  #letRun(commit: Promise<void>): void {
    this.#underWay.add(commit);
    void commit.then(() => this.#underWay.delete(commit));
  }

  async #commit(taken: readonly Waiting[]): Promise<void> {
    const drafts = taken.filter((waiting) => waiting.kind === "draft");
    const marks = taken.filter((waiting) => waiting.kind === "mark");
    const startedAt = performance.now();
    if (taken.length >= CROWDED_FROM) this.#crowded = CROWDED_FOR;
    try {
      const outcome = await this.#store.commit({
        drafts: drafts.map((waiting) => waiting.draft),
        marks: marks.map((waiting) => waiting.draft),
      });
      for (const [at, result] of outcome.appended.entries()) drafts[at]?.resolve(result);
      for (const [at, result] of outcome.marked.entries()) marks[at]?.resolve(result);
    } catch (error) {
      this.#figures = { ...this.#figures, failedCommits: this.#figures.failedCommits + 1 };
      for (const waiting of [...taken, ...this.#take(this.waiting)]) waiting.reject(error);
    }
    this.#count(drafts.length, marks.length, performance.now() - startedAt);
  }

  #count(drafts: number, marks: number, ms: number): void {
    const figures = this.#figures;
    this.#sizes.note(drafts + marks);
    this.#times.note(ms / 1_000);
    this.#figures = {
      ...figures,
      commits: figures.commits + 1,
      drafts: figures.drafts + drafts,
      marks: figures.marks + marks,
      biggest: Math.max(figures.biggest, drafts + marks),
      totalMs: figures.totalMs + ms,
      longestMs: Math.max(figures.longestMs, ms),
    };
  }
}

function lengthOf(waiting: Waiting): number {
  return waiting.kind === "draft" ? waiting.draft.content.length : 0;
}
