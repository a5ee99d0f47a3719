/**
 * The one error that ends a start with exit code 2.
 *
 * @module
 */

/** A setting that cannot be used. The message is one line, names the setting and its source, holds no secret. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
