/**
 * The name of the newest form that this program gives a database.
 *
 * @module
 */

/** The last of the migrations. */
export const NEWEST_SCHEMA = "0002_erasing";
