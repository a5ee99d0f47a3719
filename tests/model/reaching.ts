/**
 * What must have reached those who are connected while a run goes on, without their asking for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Device } from "./device.ts";
import type { Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** Longer than a hint is late, a skipped one is waited for, and what is missing is read, in ms. */
export const REACHED_WITHIN_MS = 1_000;

/** What there was to reach everybody at one moment. */
export interface Outstanding {
  readonly at: number;
  /** Messages that were acknowledged. */
  readonly messages: readonly { readonly conversation: string; readonly seq: number }[];
  /** Connections that were answered a sync, and whose client counts on what is pushed. */
  readonly visits: readonly Visit[];
}

/** Notes it. */
export function outstanding(world: World): Outstanding {
  return {
    at: world.now(),
    messages: world.truth.acknowledged(),
    visits: world.devices.flatMap(({ visit }) => visit?.isSynced === true ? [visit] : []),
  };
}

/** Throws where an acknowledged message has not come to somebody by now, though the network only carried. */
export function checkReached(world: World, { at, messages, visits }: Outstanding): void {
  // Who was on an instance whose hints were lost is told to sync, and may take a moment for that.
  if (world.wasRough(at - REACHED_WITHIN_MS)) return;
  for (const visit of visits.filter((one) => counts(one) && !one.owesSync)) {
    for (const { conversation, seq } of messages) {
      if (!world.ground.isUntold(conversation, seq)) checkHas(visit.device, conversation, seq);
    }
  }
  world.figures.count("live reached");
}

/** Throws where somebody was pushed a message and has none of those before it. */
export function checkNoHoles(world: World): void {
  for (const { visit } of world.devices) {
    if (visit?.isSynced !== true || !counts(visit)) continue;
    // The first page names what is to be dropped, and a later one may have what comes in its place.
    if (visit.asks.count("sync") > 0) continue;
    const { holdings, index } = visit.device;
    for (const [conversation, last] of visit.pushed) {
      const whole = holdings.whole(conversation, holdings.floor(conversation));
      assert.ok(
        whole >= last,
        `device ${index} was pushed ${conversation} ${last}, and not what follows ${whole}`,
      );
    }
  }
}

/** Whether the client has read all that came. */
function counts(visit: Visit): boolean {
  return visit.isLive && !visit.line.isStalled;
}

function checkHas({ user, index, holdings }: Device, conversation: string, seq: number): void {
  if (!conversation.split("-").includes(String(user)) || seq <= holdings.floor(conversation)) return;
  const has = holdings.of(conversation).has(seq);
  assert.ok(
    has,
    `device ${index} is connected and has not got ${conversation} ${seq}, which was acknowledged`,
  );
}
