/**
 * What the steps do that move marks.
 *
 * @module
 */
import type { Device } from "./device.ts";
import type { StepOf } from "./scenario.ts";
import { conversationOf } from "./truth.ts";
import type { Visit } from "./visit.ts";

/** A seq above any that a conversation has. */
export const BEYOND = 1_000;

/** Reads up to something, perhaps in private. */
export function read(device: Device, visit: Visit, step: StepOf<"read">): boolean {
  const peer = device.other(step.with);
  const held = [...device.holdings.of(conversationOf(device.user, peer))];
  const [seq = 0, message] = held[step.seq % held.length] ?? [];
  if (step.to === "message" && message === undefined) return false;
  const [target, data] = {
    newest: [Infinity, {}] as const,
    seq: [step.seq + 1, { seq: step.seq + 1 }] as const,
    message: [seq, { message_id: message?.messageId }] as const,
    beyond: [BEYOND, { seq: BEYOND }] as const,
  }[step.to];
  device.read(visit, { peer, target, data, isPrivate: step.private });
  return true;
}

/** Marks that name no message. */
export function nonsense(device: Device, visit: Visit, step: StepOf<"nonsense">): boolean {
  const mark = { target: 0, data: { "message_id": "nowhere" }, isPrivate: false };
  for (let n = 0; n < step.count; n++) device.read(visit, { peer: device.other(step.with), ...mark });
  return true;
}

/** Confirms that messages arrived. */
export function confirm(device: Device, visit: Visit, step: StepOf<"confirm">): boolean {
  const conversation = conversationOf(device.user, device.other(step.with));
  device.confirm(
    visit,
    conversation,
    { whole: device.holdings.whole(conversation), seq: step.seq, beyond: BEYOND }[step.to],
  );
  return true;
}
