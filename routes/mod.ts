/**
 * HTTP: the API under `/api/v1`, the socket's front door, the page and the health calls.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import type { Store } from "../db/store.ts";
import type { Realtime } from "../realtime/mod.ts";
import type { Accounts } from "./accounts/accounts.ts";
import type { AppSettings } from "./app_settings.ts";

export { type Accounts, type AccountsDeps, createAccounts, type OwnerInvite } from "./accounts/accounts.ts";
export { createHashPool, type Hasher, type HashPoolOptions } from "./accounts/hash_pool.ts";
export type { AppSettings, Registration } from "./app_settings.ts";

/** What the application is made of. */
export interface AppDeps {
  readonly settings: AppSettings;
  readonly store: Store;
  readonly realtime: Realtime;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** The folder of the page; read once, when the application is created. */
  readonly staticRoot: string;
  /** The version told by /healthz and the documents. */
  readonly version: string;
  /** Why this instance takes no work now (draining, listener down), for /readyz; null: it does. */
  readonly notReady?: () => string | null;
}

/** The application: one function from request to response. */
export interface App {
  /** Answers one request. Never throws; a `/ws` upgrade is answered in the same turn of the event loop. */
  readonly fetch: (
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ) => Response | Promise<Response>;
}

/** Puts the application together. Throws when the folder of the page cannot be read. */
export function createApp(_deps: AppDeps): App {
  return { fetch: () => new Response(null, { status: 503 }) };
}
