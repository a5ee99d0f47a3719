/**
 * The connection on which batches are committed, one at a time.
 *
 * @module
 */
import type { MysqlPlace } from "../../places.ts";
import { MysqlConnection } from "./connection.ts";

/** A connection that takes several statements at once, opened again after it was lost. */
export class Writer implements AsyncDisposable {
  readonly #place: MysqlPlace;
  #connection: MysqlConnection | null = null;

  constructor(place: MysqlPlace) {
    this.#place = place;
  }

  /** The connection. Throws {@link MysqlError} when it cannot be opened. */
  async connection(): Promise<MysqlConnection> {
    if (this.#connection?.isUsable !== true) {
      this.#connection = await MysqlConnection.open({ place: this.#place, multipleStatements: true });
    }
    return this.#connection;
  }

  /** Undoes what is not committed. */
  async undo(): Promise<void> {
    await this.#connection?.undo();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection?.end();
  }
}
