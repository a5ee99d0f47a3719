/**
 * Finding conversations and people in what this client knows.
 *
 * Pure, as state.js.
 *
 * @module
 */
import { lastLine } from "./list_rows.js";

/** @import { Found } from "./api.js" */
/** @import { ListRow } from "./list_rows.js" */

/**
 * A text as it is compared: without regard to case and width.
 *
 * @param {string} text
 * @returns {string}
 */
export function searchKey(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

/**
 * Conversations with a name that begins or goes on like the query, then those that say so in their last line.
 *
 * @param {readonly ListRow[]} rows
 * @param {string} query
 * @param {{ nameOf: (row: ListRow) => string, selfId: number }} options
 * @returns {ListRow[]}
 */
export function findRows(rows, query, { nameOf, selfId }) {
  const wanted = searchKey(query);
  /** @param {ListRow} row */
  const rankOf = (row) => {
    const rank = nameRank(nameOf(row), wanted);
    if (rank !== null) return rank;
    return searchKey(lastLine(row, selfId)?.text ?? "").includes(wanted) ? 2 : null;
  };
  return ranked(rows, rankOf);
}

/**
 * People by name, everybody once.
 *
 * @param {Iterable<Found>} people
 * @param {string} query
 * @param {(userId: number) => boolean} leftOut Those who are shown already.
 * @returns {Found[]}
 */
export function findPeople(people, query, leftOut) {
  const wanted = searchKey(query);
  const once = new Map([...people].map((person) => [person.user_id, person]));
  const others = [...once.values()].filter(({ user_id: id }) => !leftOut(id));
  return ranked(
    others.toSorted((one, other) => one.username.localeCompare(other.username)),
    ({ username }) => nameRank(username, wanted),
  );
}

/**
 * @param {string} name
 * @param {string} wanted
 * @returns {number | null} 0: it begins so; 1: it contains it; null: it does not.
 */
function nameRank(name, wanted) {
  const at = searchKey(name).indexOf(wanted);
  return at < 0 ? null : Math.min(at, 1);
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => number | null} rankOf Null leaves out.
 * @returns {Item[]} In rising rank, else in the order they came.
 */
function ranked(items, rankOf) {
  return items
    .flatMap((item) => {
      const rank = rankOf(item);
      return rank === null ? [] : [{ item, rank }];
    })
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}
