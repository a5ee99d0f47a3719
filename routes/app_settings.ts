/**
 * The settings that HTTP needs, already read and checked by the composition root.
 *
 * @module
 */

/** Who may register: everybody, people with an invite, or nobody. */
export type Registration = "open" | "invite" | "closed";

/** What an operator decides about HTTP and accounts (contract §4). */
export interface AppSettings {
  /** In debug anyone may be anyone. */
  readonly mode: "debug" | "release";
  /** CHAT_PUBLIC_URL; null: taken from each request. */
  readonly publicUrl: URL | null;
  /** Whether the listener is bound to a loopback address. */
  readonly loopback: boolean;
  /** Whether the listener itself speaks TLS. */
  readonly tls: boolean;
  /** Addresses or CIDRs of proxies that are believed; empty: none. */
  readonly trustProxy: readonly string[];
  /** The first signs, all verify; at least one. */
  readonly secrets: readonly string[];
  /** Who may make an account. */
  readonly registration: Registration;
  /** Failed logins of one account and address in 15 minutes; 0: off. */
  readonly limitLogin: number;
  /** Registrations of one address in an hour; 0: off. */
  readonly limitRegister: number;
  /** The bearer token of /metrics; null: no /metrics in release. */
  readonly metricsToken: string | null;
}
