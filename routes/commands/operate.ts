/**
 * Does an operation where it can be done: in the running server, else on the store itself.
 *
 * @module
 */
import { resolve } from "node:path";
import { askServer } from "../control/client.ts";
import type { Input, OperationName, Output } from "../control/operations.ts";
import { createOperate } from "../control/operator.ts";
import { refuseHalfFilled } from "../server/half_filled.ts";
import { existingDataDir, generatedSecret } from "../server/data_dir.ts";
import { gatherSettings, type GivenFlags } from "../server/given_settings.ts";
import { openHashPool } from "../server/hashing.ts";
import { randomBytes } from "../server/instance.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import type { RunParts } from "../server/front.ts";
import { linkBase } from "../server/link_base.ts";

/** Does one operation with the settings that a command was given. */
export type OperateAnywhere = <N extends OperationName>(
  given: GivenFlags,
  name: N,
  input: Input<N>,
) => Promise<Output<N>>;

/** Makes it. Without a running server it takes the store for as long as the operation lasts. */
export function operateAnywhere(
  parts: Pick<RunParts, "clock" | "surroundings" | "openGround">,
): OperateAnywhere {
  const { clock } = parts;
  return async (given, name, input) => {
    const settings = await gatherSettings(given, parts.surroundings);
    configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
    const told = await askServer(resolve(settings.dataDir), { name, input }, clock);
    if (told !== null) return told;
    const { path: dataDir } = await existingDataDir(settings.dataDir, settings.dataDirSource);
    const { store, wires } = await parts.openGround({
      ...settings,
      dataDir,
      startTimeoutMs: settings.startTimeout * 1_000,
      instanceId: crypto.randomUUID(),
    });
    await using _store = store;
    await using _wires = wires;
    refuseHalfFilled(store);
    if (settings.mode === "debug") await store.noteDebugUse();
    const secrets = settings.secrets ?? [await generatedSecret(dataDir, randomBytes)];
    await using hasher = openHashPool(settings.bcryptCost);
    const app = { ...settings, secrets, tls: settings.tls !== null };
    const base = linkBase(settings.publicUrl, `http://${settings.host}:${settings.port}`).origin;
    const operate = createOperate({
      settings: app,
      store,
      news: wires.bus,
      tally: wires.tally,
      hasher,
      clock,
      randomBytes,
      base,
    });
    return await operate(name, input);
  };
}
