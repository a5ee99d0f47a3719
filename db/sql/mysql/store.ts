/**
 * The store on a MySQL or MariaDB server.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { StoreRefusedError } from "../../errors.ts";
import type { MysqlPlace } from "../../places.ts";
import type { Store } from "../../store.ts";

/** What the store is opened with. */
export interface MysqlOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  readonly newId: () => string;
  /** How long a server that cannot be reached is tried, in ms. */
  readonly startTimeoutMs: number;
  /** Whether other instances may write to the same database. */
  readonly shared: boolean;
}

/** Every store on one MySQL database. */
export const MysqlStore = {
  open(options: MysqlOptions): Promise<Store> {
    return Promise.reject(new StoreRefusedError(`Cannot start: no way to ${options.place.host} yet`));
  },
};
