/**
 * A command that could not do what it was asked.
 *
 * @module
 */

/** Ends a command with exit code 1; the message is one sentence for the person who ran it, and holds no secret. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
