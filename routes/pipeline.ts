/**
 * The way of a request: facts, the host it was meant for, the socket's door or Hono, the form of what went wrong.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Clock } from "../db/clock.ts";
import { ChatError } from "../realtime/errors.ts";
import { Assets } from "./assets.ts";
import { discardBody } from "./body.ts";
import { asChatError, failure, refusedHandshake } from "./envelope.ts";
import type { Facts, FactsReader } from "./facts.ts";
import type { ErrorTally, RequestTally } from "./metrics.ts";
import { notAllowed, type RouteEnv, type Routes, type Seen } from "./route.ts";
import { isUnsafe } from "./session_cookie.ts";
import type { SocketDoor } from "./socket.ts";
import { Turnstile } from "./turnstile.ts";

const log = getLogger(["chat", "http"]);

const SOCKET_PATH = "/ws";
/** Every address whose path is the socket's once it is read, and few others: a handshake may not wait. */
const MAYBE_SOCKET = /[/\\]ws(?:[?#]|$)/;
/** Whoever asks whether the server is well is not kept waiting by a crowd. */
const MAYBE_HEALTH = /\/(?:healthz|readyz)(?:[?#]|$)/;
/** A request that took longer is told, in ms: a sign-in takes a fifth of it. */
const SLOW_MS = 2_000;
/** Between two lines about requests for conversations of others, in ms. */
const STRAYED_EVERY_MS = 1_000;
const YEAR_S = 365 * 86_400;

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
const SECURE_HEADERS = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    objectSrc: ["'none'"],
  },
  referrerPolicy: "no-referrer",
  xFrameOptions: "DENY",
  // Told only where it holds: see withTransportSecurity.
  strictTransportSecurity: false,
});

/** What the way of a request passes by. */
export interface PipelineDeps {
  readonly facts: FactsReader;
  readonly routes: Routes;
  readonly door: SocketDoor;
  readonly assets: Assets;
  readonly tally: RequestTally;
  readonly refusals: ErrorTally;
  readonly clock: Clock;
  /** Whether the page's files are read again with each view of the page. */
  readonly isReloading: boolean;
}

/** Who asks, and since when. */
interface Arrival {
  readonly peer: string;
  readonly startedAt: number;
}

/** Answers requests; never throws. */
export class Pipeline {
  readonly #deps: PipelineDeps;
  readonly #turnstile: Turnstile;
  #strayedUntil = 0;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    this.#turnstile = new Turnstile(deps);
    const { routes, facts } = deps;
    // Guards come before the calls; so this is made before they are mounted.
    routes.hono.use(SECURE_HEADERS);
    routes.hono.use(async (context, next) => {
      const { env } = context;
      facts.origins.checkHost(env.facts.host);
      if (isUnsafe(context.req.method)) facts.origins.checkOrigin(env.facts.origin, env.facts);
      await next();
    });
    routes.hono.onError((error, context) => this.#refuse(error, context));
    routes.hono.notFound((context) => this.#asset(context));
  }

  /** Answers one request of a peer; a socket's in the same turn. */
  answer(request: Request, peer: string): Response | Promise<Response> {
    const arrival = { peer, startedAt: this.#deps.clock.now() };
    const { url } = request;
    if (MAYBE_SOCKET.test(url) || MAYBE_HEALTH.test(url)) return this.#answer(request, arrival);
    try {
      return this.#turnstile.pass(() => this.#answer(request, arrival));
    } catch (error) {
      return this.#turnAway(error, request, arrival);
    }
  }

  /** Requests that wait to be let in. */
  get waiting(): number {
    return this.#turnstile.waiting;
  }

  /** Answers somebody who came when too many were waiting. */
  #turnAway(error: unknown, request: Request, { peer, startedAt }: Arrival): Response {
    try {
      const facts = this.#deps.facts.read(request, peer);
      const response = failure(this.#asRefusal(error, facts), facts.language);
      response.headers.set("x-request-id", facts.id);
      this.#note(facts, { route: "other", status: response.status, startedAt });
      return response;
    } catch {
      return failure(new ChatError("bad_request"), "en");
    }
  }

  #answer(request: Request, { peer, startedAt }: Arrival): Response | Promise<Response> {
    let facts: Facts;
    try {
      facts = this.#deps.facts.read(request, peer);
    } catch {
      return failure(new ChatError("bad_request"), "en");
    }
    if (facts.url.pathname === SOCKET_PATH) {
      const response = this.#handshake(facts);
      this.#note(facts, { route: SOCKET_PATH, status: response.status, startedAt });
      return response;
    }
    return this.#call(facts, startedAt);
  }

  /** Synchronous; once upgraded, only the upgrade's own response may be returned. */
  #handshake(facts: Facts): Response {
    try {
      this.#deps.facts.origins.checkHost(facts.host);
      if (facts.request.method !== "GET") return notAllowed(facts, "GET");
      return this.#deps.door.open(facts);
    } catch (error) {
      const response = refusedHandshake(this.#asRefusal(error, facts), facts.language);
      response.headers.set("x-request-id", facts.id);
      return response;
    }
  }

  async #call(facts: Facts, startedAt: number): Promise<Response> {
    const seen: Seen = { route: "other" };
    try {
      const response = await this.#deps.routes.hono.fetch(facts.request, { facts, seen });
      await discardBody(facts.request, this.#deps.clock);
      response.headers.set("x-request-id", facts.id);
      withTransportSecurity(response, facts);
      this.#note(facts, { route: seen.route, status: response.status, startedAt });
      return response;
    } catch (error) {
      return failure(this.#asRefusal(error, facts), facts.language);
    }
  }

  #refuse(error: Error, { env }: Context<RouteEnv>): Response {
    return failure(this.#asRefusal(error, env.facts), env.facts.language);
  }

  /** What no call took is a file, or nothing. */
  #asset({ env, req }: Context<RouteEnv>): Response {
    const { assets, isReloading } = this.#deps;
    const { facts, seen } = env;
    if (isReloading && Assets.isBeginning(facts.url.pathname)) assets.reload();
    if (!assets.has(facts.url.pathname)) return failure(new ChatError("not_found"), facts.language);
    seen.route = "static";
    if (req.method !== "GET" && req.method !== "HEAD") return notAllowed(facts, "GET, HEAD");
    return assets.answer(facts) ?? failure(new ChatError("not_found"), facts.language);
  }

  #asRefusal(error: unknown, facts: Facts): ChatError {
    const refusal = asChatError(error) ?? this.#failed(error, facts);
    this.#deps.refusals.note(refusal.code);
    if (refusal.code === "not_a_member") this.#strayed(facts);
    return refusal;
  }

  /** Nobody comes upon an id of others by using a client; told once a second, however many there are. */
  #strayed({ id }: Facts): void {
    const now = this.#deps.clock.now();
    if (now < this.#strayedUntil) return;
    this.#strayedUntil = now + STRAYED_EVERY_MS;
    log.warning("Request {request} asks for a conversation of others", { request: id });
  }

  /** Somebody has to look at it. */
  #failed(error: unknown, { id, request }: Facts): ChatError {
    log.error("Request {request} failed: {method}: {error}", {
      request: id,
      method: request.method,
      error: error instanceof Error ? error.stack ?? error.message : String(error),
    });
    return new ChatError("internal");
  }

  #note(
    facts: Facts,
    { route, status, startedAt }: {
      readonly route: string;
      readonly status: number;
      readonly startedAt: number;
    },
  ): void {
    const { tally, clock } = this.#deps;
    const ms = clock.now() - startedAt;
    const { method } = facts.request;
    tally.note({ method, route, status }, ms);
    const told = { request: facts.id, method, route, status, ms };
    if (ms >= SLOW_MS) log.warn("Slow: {method} {route} {status} {ms} ms, request {request}", told);
    else if (status >= 500) log.info("{method} {route} {status} {ms} ms, request {request}", told);
    else log.debug("{method} {route} {status} {ms} ms, request {request}", told);
  }
}

function withTransportSecurity(response: Response, { scheme }: Facts): void {
  if (scheme === "https") response.headers.set("strict-transport-security", `max-age=${YEAR_S}`);
}
