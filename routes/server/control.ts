/**
 * Lets commands reach this server.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import { createOperate } from "../control/operator.ts";
import { ControlServer } from "../control/server.ts";
import { noControlBecause } from "../control/socket_path.ts";
import type { Front, Made } from "./front.ts";
import { randomBytes } from "./instance.ts";
import { linkBase } from "./link_base.ts";

const log = getLogger(["chat", "control"]);

/** Opens the socket; null, and a line in the log, where there can be none: people chat all the same. */
export function openControl(
  made: Made,
  { origin, news }: Pick<Front, "origin" | "news">,
  clock: Clock,
): ControlServer | null {
  const { settings, secrets, store, wires, hasher, dataDir, tls } = made;
  const reason = noControlBecause(dataDir);
  if (reason !== null) {
    log.warning("{reason}", { reason });
    return null;
  }
  const base = linkBase(settings.publicUrl, origin).origin;
  const app = { ...settings, secrets, tls: tls !== null };
  const operate = createOperate({
    settings: app,
    store,
    news,
    tally: wires.tally,
    hasher,
    clock,
    randomBytes,
    base,
  });
  try {
    return new ControlServer(dataDir, operate, clock);
  } catch (error) {
    log.warning("Commands cannot reach this server while it runs: {error}", { error: String(error) });
    return null;
  }
}
