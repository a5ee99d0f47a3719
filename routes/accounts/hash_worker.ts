/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * The worker of the hash pool: one bcrypt job at a time, where stalling hurts nobody.
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

self.onmessage = (event: MessageEvent<HashJob>): void => self.postMessage(work(event.data));

function work(job: HashJob): HashAnswer {
  try {
    if (job.kind === "hash") return { digest: bcrypt.hashSync(job.password, job.cost) };
    return { matches: bcrypt.compareSync(job.password, job.digest) };
  } catch (error) {
    return { error: error instanceof Error ? error.name : "Error" };
  }
}
