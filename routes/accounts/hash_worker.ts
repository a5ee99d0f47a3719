/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * The worker of the hash pool: one bcrypt job at a time, where stalling hurts nobody.
 *
 * Imports nothing of ours: where the program's files may not be read, this text is all there is.
 *
 * @module
 */
import bcrypt from "bcryptjs";

/** What the pool asks for. */
export type HashJob =
  | { readonly kind: "hash"; readonly password: string; readonly cost: number }
  | { readonly kind: "verify"; readonly password: string; readonly digest: string };

/** What it gets: the digest, whether it matched, or why neither. */
export type HashAnswer =
  | { readonly digest: string }
  | { readonly matches: boolean }
  | { readonly error: string };

/** Has no answer. From here on the worker gives way to the event loop whose beats these are. */
export interface GiveWay {
  readonly kind: "give way";
  readonly beats: Int32Array;
}

/**
 * Rounds of bcrypt before the worker looks whether the event loop has turned meanwhile: 3 ms, in which an idle loop
 * beats. With 2 ms it often waits for one, and sign-ins are a tenth slower; with 4 it takes too much from a busy loop.
 */
const ROUNDS_A_LOOK = 48;
/** Longer it does not wait for the event loop, ms: under full load people sign in slowly, but they do. */
const PATIENCE_MS = 20;

self.onmessage = ({ data }: MessageEvent<HashJob | GiveWay>): void => {
  if (data.kind === "give way") giveWay(data.beats);
  else self.postMessage(work(data));
};

function work(job: HashJob): HashAnswer {
  try {
    if (job.kind === "hash") return { digest: bcrypt.hashSync(job.password, job.cost) };
    return { matches: bcrypt.compareSync(job.password, job.digest) };
  } catch (error) {
    return { error: error instanceof Error ? error.name : "Error" };
  }
}

/** bcryptjs offers no pause in a job, but it asks for the time after every round: that is where this one pauses. */
function giveWay(beats: Int32Array): void {
  const now = Date.now;
  let rounds = 0;
  let seen = 0;
  Date.now = () => {
    if (++rounds % ROUNDS_A_LOOK === 0) {
      if (Atomics.load(beats, 0) === seen) Atomics.wait(beats, 0, seen, PATIENCE_MS);
      seen = Atomics.load(beats, 0);
    }
    return now();
  };
}
