/**
 * What of a request arrives here, for whoever knows the secret: so an operator sees what a proxy makes of it.
 *
 * @module
 */
import { z } from "zod";
import type { Clock } from "../db/clock.ts";
import { ChatError } from "../realtime/errors.ts";
import { failure } from "./envelope.ts";
import { answerProbe, PROBE_HEADER } from "./probe_proof.ts";
import type { Routes } from "./route.ts";

/** Where it is asked. */
export const PROBE_PATH = "/api/v1/probe";

/** What is answered. */
export const ProbeAnswer = z.object({
  /** Proves that the same secret is known here. */
  proof: z.string().max(100),
  /** Names this run of the server. */
  run: z.string().max(100),
  /** The other end of the connection, and who is taken for the client. */
  peer: z.string().max(100),
  client: z.string().max(100),
  host: z.string().max(1_000),
  forwardedFor: z.string().max(10_000).nullable(),
  forwardedProto: z.string().max(1_000).nullable(),
});

/** What of a request arrived. */
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;

/** What answering takes. */
export interface ProbeDeps {
  readonly secrets: readonly string[];
  readonly clock: Clock;
}

/** Mounts `/api/v1/probe`, which for everybody else is not there. */
export function mountProbe(routes: Routes, { secrets, clock }: ProbeDeps): void {
  const run = crypto.randomUUID();
  routes.own(PROBE_PATH, ({ request: { headers }, peer, address, host, language }) => {
    const proof = answerProbe(headers.get(PROBE_HEADER) ?? "", secrets, clock.now());
    if (proof === null) return failure(new ChatError("not_found"), language);
    const answer: ProbeAnswer = {
      proof,
      run,
      peer,
      client: address,
      host,
      forwardedFor: headers.get("x-forwarded-for"),
      forwardedProto: headers.get("x-forwarded-proto"),
    };
    return Response.json(answer, { headers: { "cache-control": "no-store" } });
  });
}
