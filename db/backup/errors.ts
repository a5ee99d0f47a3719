/**
 * Why a backup cannot be made or used.
 *
 * @module
 */

/** The file is not a backup, was cut or altered, or is of a newer version: a sentence that says what is wrong where. */
export class BackupDamagedError extends Error {
  override readonly name = "BackupDamagedError";
}

/** Messages were removed while they were read, where the store cannot be held still: made again, a backup may be whole. */
export class BackupTornError extends Error {
  override readonly name = "BackupTornError";
}
