/**
 * The highest seq of some kind by conversation, for one user, within bounds.
 *
 * @module
 */

/** Conversations of a user that are remembered; past this the one unused for longest is forgotten. */
const MAX_CONVERSATIONS = 500;

/** Notes the seq of a conversation; made when the first one comes, as most sockets are idle. */
export function noteSeq(seqs: Map<string, number> | null, id: string, seq: number): Map<string, number> {
  const noted = seqs ?? new Map<string, number>();
  // Moved to the end once it matters: the first is then the one unused for longest.
  if (noted.size > MAX_CONVERSATIONS / 2) noted.delete(id);
  noted.set(id, seq);
  if (noted.size > MAX_CONVERSATIONS) {
    const oldest = noted.keys().next();
    if (!oldest.done) noted.delete(oldest.value);
  }
  return noted;
}
