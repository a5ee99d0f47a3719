/**
 * The commits of several isolates, joined where they meet.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Batch, MessageStore, Outcome } from "../messages.ts";

interface Waiting {
  readonly batch: Batch;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One commit at a time, with everything that came meanwhile in the next: several isolates wait for one sync together.
 * What waits is bounded by those who ask, of whom each has a few under way.
 */
export class MergedCommits implements Pick<MessageStore, "commit"> {
  readonly #store: Pick<MessageStore, "commit">;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(store: Pick<MessageStore, "commit">) {
    this.#store = store;
  }

  /** Resolves once the batch is synced; where it fails, so do those that shared its commit. */
  commit(batch: Batch): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // After everything that came in this turn.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      const taken = this.#waiting;
      this.#waiting = [];
      await this.#commit(taken);
    }
    this.#isRunning = false;
  }

  async #commit(taken: readonly Waiting[]): Promise<void> {
    try {
      const { appended, marked } = await this.#store.commit({
        drafts: taken.flatMap(({ batch }) => batch.drafts),
        marks: taken.flatMap(({ batch }) => batch.marks),
      });
      let [draft, mark] = [0, 0];
      for (const { batch, resolve } of taken) {
        resolve({
          appended: appended.slice(draft, draft += batch.drafts.length),
          marked: marked.slice(mark, mark += batch.marks.length),
        });
      }
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }
}
