/**
 * The status of an answer whose body does not matter.
 *
 * @module
 */

/** Asks once and answers the status; the body is thrown away. */
export async function statusOf(url: URL, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000), ...init });
  await answer.body?.cancel();
  return answer.status;
}
