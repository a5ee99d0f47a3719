/**
 * Opens the store that the settings name, for a request about somebody's data.
 *
 * @module
 */
import { ErasureNews } from "../../realtime/mod.ts";
import { createDataRequests, type DataRequests } from "../accounts/data_requests.ts";
import { requireAccess } from "../server/access.ts";
import type { RunParts } from "../server/front.ts";
import { gatherSettings, type GivenFlags } from "../server/given_settings.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { refuseHalfCopy } from "./copying.ts";

/** Does something with the requests, while the store is open. */
export type WithDataRequests = <T>(
  given: GivenFlags,
  work: (requests: DataRequests) => Promise<T>,
  /** A file that will be written, as it was given. */
  file?: string,
) => Promise<T>;

/**
 * Takes the store's lock, so no server may run on it; beside instances that share a database it is one more of them,
 * which tells the others. Throws {@link SettingsError} and {@link StoreRefusedError}.
 */
export function withDataRequests(
  parts: Pick<RunParts, "clock" | "surroundings" | "openGround">,
): WithDataRequests {
  const { clock, surroundings } = parts;
  return async (given, work, file) => {
    const settings = await gatherSettings(given, surroundings);
    if (file !== undefined) {
      const paths = [file, `${file}.partial`].map((path) => ({ path, write: true, setting: "FILE" }));
      requireAccess(paths, surroundings);
    }
    configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
    const { dataDir, mysql, mongodb, redis } = settings;
    const startTimeoutMs = settings.startTimeout * 1_000;
    const instanceId = crypto.randomUUID();
    const { store, wires } = await parts.openGround({
      dataDir,
      startTimeoutMs,
      mysql,
      mongodb,
      redis,
      instanceId,
    });
    await using _store = store;
    await using _wires = wires;
    refuseHalfCopy(store);
    const news = wires.bus.isShared ? new ErasureNews(wires.bus) : null;
    return await work(createDataRequests({ store, news, clock }));
  };
}
