/**
 * HTTP: the API under `/api/v1`, the socket's front door, the page and the health calls.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import type { ServingStore } from "../db/store.ts";
import type { Realtime } from "../realtime/mod.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { mountAbout } from "./about.ts";
import { mountAdmin } from "./admin.ts";
import { Pipeline } from "./pipeline.ts";
import type { AppSettings } from "./app_settings.ts";
import { createAskers } from "./askers.ts";
import { Assets } from "./assets.ts";
import { mountAuth } from "./auth.ts";
import { mountConversations } from "./conversations.ts";
import { mountDocs } from "./docs.ts";
import { mountFigures } from "./figures.ts";
import { FiguresHistory } from "./figures_history.ts";
import { createFactsReader } from "./facts.ts";
import { mountHealth } from "./health.ts";
import { mountInvites } from "./invites.ts";
import { mountMessages } from "./messages.ts";
import { ErrorTally, type Figures, RequestTally } from "./metrics.ts";
import { mountProbe } from "./probe.ts";
import { Routes } from "./route.ts";
import { SocketDoor } from "./socket.ts";
import { mountUser } from "./user.ts";

export { type Accounts, type AccountsDeps, createAccounts } from "./accounts/accounts.ts";
export type { OwnerInvite } from "./accounts/invites.ts";
export { LocalTally } from "./accounts/local_tally.ts";
export { createHashPool, type Hasher, type HashPoolOptions } from "./accounts/hash_pool.ts";
export type { AppSettings, Registration } from "./app_settings.ts";
export { type Figures, sumOf } from "./metrics.ts";

/** What the application is made of. */
export interface AppDeps {
  /** What the operator decided. */
  readonly settings: AppSettings;
  /** Where everything is kept. */
  readonly store: ServingStore;
  /** The chat itself; also opens the sockets. */
  readonly realtime: Realtime;
  /** The use cases around accounts, over the same store. */
  readonly accounts: Accounts;
  /** Bounds what is waited for. */
  readonly clock: Clock;
  /** The folder of the page; read once, when the application is created. */
  readonly staticRoot: string;
  /** The version told by /healthz and the documents. */
  readonly version: string;
  /** Why this instance takes no work now (draining, listener down), for /readyz; null: it does. */
  readonly notReady?: () => string | null;
  /** Figures of other parts for /metrics, by Prometheus name without prefix. */
  readonly figures?: () => Figures;
  /** Adds what the other isolates of the process count, for /metrics; absent: there is none. */
  readonly everywhere?: ((own: Figures) => Promise<Figures>) | undefined;
}

/** Who is at the other end of a request's connection. */
export interface Peer {
  readonly remoteAddr: { readonly hostname: string };
}

/** The application: one function from request to response. */
export interface App extends Disposable {
  /** Answers one request. Never throws; a `/ws` upgrade is answered in the same turn of the event loop. */
  readonly fetch: (request: Request, info: Peer) => Response | Promise<Response>;
  /** Makes the page ready beforehand, as small as it can be. Never throws, and nothing needs to wait for it. */
  readonly prepare: () => Promise<void>;
  /** What this isolate counts, by Prometheus name without prefix. */
  readonly figures: () => Figures;
}

/** Puts the application together. Throws when the folder of the page cannot be read. */
export function createApp(deps: AppDeps): App {
  const { settings, store, realtime, accounts, clock, version } = deps;
  const { users } = store;
  const { signIns } = accounts;
  const facts = createFactsReader(settings);
  const { origins } = facts;
  const { mode, registration } = settings;
  const serverFacts = { mode, registration, version };
  const assets = new Assets(deps.staticRoot, serverFacts);
  const tally = new RequestTally();
  const refusals = new ErrorTally();
  const routes = new Routes(createAskers({ settings, origins, signIns, users }), clock);
  const door = new SocketDoor({ settings, origins, signIns, realtime, clock });
  const isReloading = mode === "debug";
  const pipeline = new Pipeline({ facts, routes, door, assets, tally, refusals, clock, isReloading });
  mountAbout(routes, serverFacts);
  mountAuth(routes, accounts, settings);
  mountUser(routes, { accounts, users, settings, hasImage: (path) => assets.hasImage(path) });
  mountConversations(routes, { realtime, settings });
  mountMessages(routes, realtime.chat);
  mountInvites(routes, accounts.invites, origins);
  mountAdmin(routes, accounts.people);
  const figures = (): Figures =>
    new Map([
      ["memory_heap_bytes", Deno.memoryUsage().heapUsed],
      ["memory_rss_bytes", Deno.memoryUsage().rss],
      ["requests_waiting", pipeline.waiting],
      ...realtime.figures(),
      ...accounts.figures(),
      ...deps.figures?.() ?? [],
      ...tally.figures(),
      ...refusals.figures(),
    ]);
  const everywhere = async (): Promise<Figures> => {
    const own = figures();
    return await deps.everywhere?.(own) ?? own;
  };
  const history = new FiguresHistory({ clock, read: everywhere });
  mountFigures(routes, history);
  const notReady = deps.notReady ?? ((): null => null);
  mountHealth(routes, { store, clock, settings, version, everywhere, notReady });
  mountProbe(routes, { secrets: settings.secrets, clock });
  mountDocs(routes, version);
  routes.refuseOtherMethods();
  return {
    fetch: (request, info) => pipeline.answer(request, info.remoteAddr.hostname),
    prepare: () => assets.prepare(),
    figures,
    [Symbol.dispose]: () => history[Symbol.dispose](),
  };
}
