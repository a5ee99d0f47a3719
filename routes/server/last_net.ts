/**
 * The last net under every handler.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";

const log = getLogger(["chat", "server"]);

/** A mistake in one handler ends that handler. What falls through is logged, and the program goes on. */
export function keepRunning(): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("An error was caught by nobody", { error: event.error });
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("A rejection was handled by nobody", { error: event.reason });
  });
}
