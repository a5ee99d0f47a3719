/**
 * What may be refused, and for what a connection may be closed.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Ask } from "./asks.ts";
import type { Known } from "./known.ts";
import type { Visit } from "./visit.ts";

/**
 * Reads of a connection of which one is worked and the rest wait, before more are refused; one less, as the one that was
 * just answered may still count.
 */
const MAX_READS = 5 - 1;
/** Errors of a kind that close a connection. */
const MAX_BAD_FRAMES = 10;
const MAX_TOO_FAST = 20;

/** Throws when nothing justifies an error with this number. */
export function checkRefusal(
  code: number,
  ask: Ask,
  context: { readonly visit: Visit; readonly known: Known },
): void {
  const { question } = ask;
  const { visit, known } = context;
  const problem = `${question.kind} of user ${visit.device.user} was refused with ${code}`;
  switch (code) {
    case 400:
      return assert.ok(question.kind === "mark" && question.isBad, problem);
    case 409:
      return assert.ok(question.kind === "send" && known.truth.hasRival(question.body), problem);
    case 429:
      return assert.ok(isTooMuch(ask, visit, known), problem);
    case 503:
      return assert.ok(mayBeRefused(known, ask.refusals), problem);
    default:
      assert.fail(problem);
  }
}

/** Whether the store refuses now. */
export function isRefusing(known: Known): boolean {
  return known.refusals % 2 === 1;
}

/** What is to be remembered of a question, to know whether the store may have refused it. */
export function refusalMark(known: Known): number {
  return known.isEchoing ? -1 : known.refusals;
}

/** Whether the store refused at some time since a question was asked. */
export function mayBeRefused(known: Known, mark: number): boolean {
  return isRefusing(known) || known.refusals !== mark;
}

function isTooMuch({ question, reads }: Ask, visit: Visit, known: Known): boolean {
  const { frames, messages } = known.setting;
  if (visit.written >= frames.burst) return true;
  if (question.kind === "send") {
    return known.quotas.of(visit.line.at).triesOf(visit.device.user) >= messages.burst;
  }
  return (question.kind === "sync" || question.kind === "history") && reads >= MAX_READS;
}

/** Throws when nothing justifies closing a connection with this number. */
export function checkClose(code: number, visit: Visit, known: Known): void {
  const { device } = visit;
  const problem = `a connection of user ${device.user} was closed with ${code}`;
  switch (code) {
    case 1012:
      return assert.ok(known.ending.has(visit.line.at), problem);
    case 4400:
      return assert.ok(visit.errors(400) >= MAX_BAD_FRAMES, problem);
    case 4408:
      return assert.ok(visit.wasStalled, problem);
    case 4413:
      // While a sync is answered what waits behind it counts, too.
      return assert.ok(visit.wasStalled || known.setting.delays.length > 0, problem);
    case 4429:
      return assert.ok(visit.errors(429) > MAX_TOO_FAST, problem);
    case 4501:
      return assert.ok(visit.session?.isEnded === true, problem);
    case 4509:
      return assert.ok(known.replaced.has(visit.line), problem);
    default:
      assert.fail(problem);
  }
}
