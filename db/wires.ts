/**
 * The contract of what instances tell each other by.
 *
 * @module
 */
import type { Bus } from "./bus.ts";
import type { PresenceStore } from "./presence.ts";
import type { Tally } from "./tally.ts";

/** What instances tell each other by. Disposing it ends the connections it came by. */
export interface Wires<E> extends AsyncDisposable {
  readonly bus: Bus<E>;
  readonly presence: PresenceStore;
  /** Counts tries for all instances; absent: this one counts for itself. */
  readonly tally?: Tally;
  /** Throws {@link StoreRefusedError} where other instances run and know none of these secrets. */
  requireCommon(secrets: readonly string[]): Promise<void>;
  /** Figures for /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number>;
}
