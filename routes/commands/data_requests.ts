/**
 * Opens the store that the settings name, for a request about somebody's data.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Clock } from "../../db/clock.ts";
import { askServer } from "../control/client.ts";
import type { Input, OperationName, Output } from "../control/operations.ts";
import { CommandError } from "./command_error.ts";
import { ErasureNews } from "../../realtime/mod.ts";
import { exportAccount } from "../exporting/export.ts";
import { createDataRequests, type DataRequests } from "../accounts/data_requests.ts";
import { requireAccess } from "../server/access.ts";
import type { RunParts } from "../server/front.ts";
import { gatherSettings, type GivenFlags } from "../server/given_settings.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { refuseHalfFilled } from "../server/half_filled.ts";

/** Does something with the requests, while the store is open. */
export type WithDataRequests = <T>(
  given: GivenFlags,
  work: (requests: DataRequests) => Promise<T>,
  /** A file that will be written, as it was given. */
  file?: string,
) => Promise<T>;

/**
 * Asks the server that runs on the directory; without one takes the store's lock. Beside instances that share a
 * database it is one more of them, which tells the others. Throws {@link SettingsError} and {@link StoreRefusedError}.
 */
export function withDataRequests(
  parts: Pick<RunParts, "clock" | "surroundings" | "openGround" | "openReader">,
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
    const running = await requestsOf(resolve(dataDir), clock);
    if (running !== null && file === undefined) return await work(running);
    // What an export brings does not fit a socket for short answers: the store is read beside the server.
    if (running !== null && mysql === null && mongodb === null && redis === null) {
      await using store = parts.openReader(dataDir);
      return await work({
        ...running,
        export: (userId, language, progress) =>
          exportAccount({ store, clock }, { userId, language, progress }),
      });
    }
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
    refuseHalfFilled(store);
    const news = wires.bus.isShared ? new ErasureNews(wires.bus) : null;
    return await work(createDataRequests({ store, news, clock }));
  };
}

/** The requests as the running server does them; null: none runs on this directory. */
async function requestsOf(dataDir: string, clock: Clock): Promise<DataRequests | null> {
  const ask = async <N extends OperationName>(name: N, input: Input<N>): Promise<Output<N>> => {
    const answer = await askServer(dataDir, { name, input }, clock);
    if (answer === null) throw new CommandError("The server ended before it answered");
    return answer;
  };
  const input = { prefix: "", after: 0, limit: 1 };
  if (await askServer(dataDir, { name: "user list", input }, clock) === null) return null;
  return {
    async find(who): ReturnType<DataRequests["find"]> {
      const { user_id: userId, username } = await ask("user find", { who });
      return { userId, username };
    },
    async erase(userId, afterDays): ReturnType<DataRequests["erase"]> {
      const { due_at: dueAt, ...rest } = await ask("user erase", { user_id: userId, after_days: afterDays });
      return { ...rest, userId, dueAt };
    },
    keep: async (userId) => (await ask("user keep", { user_id: userId })).was_asked,
    export: () => {
      throw new CommandError("Cannot export by way of the running server");
    },
  };
}
