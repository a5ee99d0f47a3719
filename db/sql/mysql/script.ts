/**
 * Several statements in few round trips.
 *
 * @module
 */
import type { MysqlConnection, Value } from "./connection.ts";

/** Bytes sent at once; the least that servers are set to take (max_allowed_packet) is mostly 1 MiB. */
const MAX_PACKET = 512 * 1024;
/** Rows or ids in one statement. */
export const MAX_ROWS = 1_000;

interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
  readonly bytes: number;
}

/** Statements that are sent together, in order. The connection must take several in one text. */
export class Script {
  readonly #statements: Statement[] = [];

  /** Adds a statement; answers where its result will be. `bytes` estimates what its values take, upwards. */
  add(text: string, values: readonly Value[] = [], bytes = 64 * values.length): number {
    return this.#statements.push({ text, values, bytes: bytes + text.length }) - 1;
  }

  /** Adds `text`, in which one `?` stands for a list, for each piece of a long list. */
  addList(text: string, list: readonly Value[]): readonly number[] {
    const places: number[] = [];
    for (let from = 0; from < list.length; from += MAX_ROWS) {
      const piece = list.slice(from, from + MAX_ROWS);
      places.push(this.add(text, [piece], 48 * piece.length));
    }
    return places;
  }

  /**
   * Runs everything and answers the results in order. Throws {@link MysqlError} with the first that fails; those
   * after it are not run. Each round trip takes at most `ms`.
   */
  async run(connection: MysqlConnection, ms: number): Promise<readonly unknown[]> {
    const results: unknown[] = [];
    for (let from = 0; from < this.#statements.length;) {
      const packet = this.#packet(from);
      const text = packet.map((statement) => statement.text).join(";");
      const answer = await connection.run(text, packet.flatMap((statement) => statement.values), ms);
      if (packet.length === 1) results.push(answer);
      else if (Array.isArray(answer)) results.push(...answer);
      from += packet.length;
    }
    return results;
  }

  #packet(from: number): readonly Statement[] {
    let bytes = 0;
    let to = from;
    for (const statement of this.#statements.slice(from)) {
      bytes += statement.bytes;
      if (to > from && bytes > MAX_PACKET) break;
      to++;
    }
    return this.#statements.slice(from, to);
  }
}
