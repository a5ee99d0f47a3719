/**
 * The form of bcrypt digests.
 *
 * @module
 */

const DIGEST = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** A digest that costs more than this was not made by a chat server and would hold a worker for minutes. */
const MAX_COST = 16;

/** The bcrypt cost of a digest, or null when it is none that may be checked. */
export function digestCost(digest: string): number | null {
  const match = DIGEST.exec(digest);
  const cost = Number(match?.[1]);
  return match !== null && cost >= 4 && cost <= MAX_COST ? cost : null;
}

/** A digest of this cost that no known password has, so that checking against it takes as long as any other. */
export function blankDigest(cost: number): string {
  return `$2b$${
    String(cost).padStart(2, "0")
  }$${"C6UzMDM.H6dfI/f/IKcEeO"}${"7ZHvMZq4BEA3VHzU1UkGCGuXJD.QXGO"}`;
}
