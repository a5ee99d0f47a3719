/**
 * How a client connects, and what it does then.
 *
 * @module
 */
import type { Device } from "./device.ts";
import { SETTLED, type StepOf } from "./scenario.ts";
import type { Body } from "./truth.ts";
import type { Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** Connects a device that is not connected, or whose connection is lost without its knowing. */
export async function connect(
  world: World,
  device: Device,
  step: Pick<StepOf<"connect">, "early" | "sync" | "at">,
): Promise<boolean> {
  if (device.visit !== null && !device.visit.line.isVanished) return false;
  if (!await world.connect(device, world.server(step.at))) return false;
  if (!step.early) await world.pass(SETTLED);
  const { visit } = device;
  if (visit === null) return true;
  resendAll(device, visit);
  if (step.sync === "none") return true;
  const since = step.sync === "since" ? device.since : null;
  device.sync(visit, { have: tops(device), since, limit: 50 });
  return true;
}

/** The newest that a device keeps, of each conversation. */
export function tops({ holdings }: Device): Map<string, number> {
  return new Map(holdings.conversations.map((id) => [id, holdings.top(id)]));
}

/** Sends again all that a device was never told of. */
export function resendAll(device: Device, visit: Visit, most: number = Infinity): void {
  let left = most;
  for (const body of device.outbox) {
    if (left > 0 && resend(device, visit, body)) left--;
  }
}

/** Sends a text again, unless it waits for its answer here; false where there is none. */
export function resend(device: Device, visit: Visit, body: Body | undefined): boolean {
  if (body === undefined || !device.canSend(visit, body)) return false;
  device.send(visit, body, "frame");
  return true;
}
