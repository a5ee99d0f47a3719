/**
 * Asks at an address whether our own server is there, and what of the request arrives at it.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { PROBE_PATH, ProbeAnswer } from "../probe.ts";
import { askProbe, isAnswer, PROBE_HEADER } from "../probe_proof.ts";
import type { Settings } from "../server/settings.ts";
import { reasonOf } from "./check.ts";
import { type RawAnswer, rawRequest } from "./raw_request.ts";

const ASK_MS = 5_000;

/** What was seen at an address. */
export interface Seen {
  /** Why there was no HTTP answer; null: there was one. */
  readonly failure: string | null;
  readonly status: number;
  /** The Date header less our clock, in ms; null: there was none. */
  readonly drift: number | null;
  /** What our own server saw; null: another one answered, or nobody. */
  readonly own: ProbeAnswer | null;
}

interface Asked {
  readonly url: URL;
  readonly secrets: readonly string[] | null;
  readonly clock: Clock;
  readonly address?: string;
  readonly isVerified?: boolean;
}

/** Asks. Never throws; answers within 5 s. */
export async function ask({ url, secrets, clock, ...way }: Asked): Promise<Seen> {
  // Whatever the secret, an answer says that somebody listens.
  const secret = secrets?.[0] ?? "";
  const asked = askProbe(secret, clock.now());
  try {
    const headers = { [PROBE_HEADER]: asked, connection: "close" };
    const answer = await rawRequest({ url: new URL(PROBE_PATH, url), headers, timeoutMs: ASK_MS, ...way });
    return {
      failure: null,
      status: answer.status,
      drift: driftOf(answer, clock.now()),
      own: secrets === null ? null : ownOf(answer, { secret, asked }),
    };
  } catch (error) {
    return { failure: reasonOf(error), status: 0, drift: null, own: null };
  }
}

/** Asks at the port that the settings name, on this machine. */
export function askHere(
  { host, port, tls, publicUrl }: Settings,
  { secrets, clock }: { readonly secrets: readonly string[] | null; readonly clock: Clock },
): Promise<Seen> {
  const address = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const url = new URL(`${tls === null ? "http" : "https"}://localhost:${port}/`);
  if (publicUrl !== null && tls !== null) url.hostname = publicUrl.hostname;
  // The certificate is for the public name, and is looked at by a check of its own.
  return ask({ url, secrets, clock, address, isVerified: false });
}

function ownOf(
  answer: RawAnswer,
  proof: { readonly secret: string; readonly asked: string },
): ProbeAnswer | null {
  if (answer.status !== 200) return null;
  const parsed = ProbeAnswer.safeParse(asJson(answer.body));
  return parsed.success && isAnswer(parsed.data.proof, proof) ? parsed.data : null;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The header tells whole seconds: half of one is added. */
function driftOf({ headers }: RawAnswer, now: number): number | null {
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? null : time + 500 - now;
}
