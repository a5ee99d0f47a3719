/**
 * Puts the parts of a connection together: each knows of the others only what it needs.
 *
 * @module
 */
import { Acquaintances } from "./acquaintances.js";
import { CatchUp } from "./catch_up.js";
import { DraftStore } from "./draft_store.js";
import { Keeper } from "./keeper.js";
import { Link } from "./link.js";
import { Marks, marksOf } from "./marks.js";
import { Outbox } from "./outbox.js";
import { Reception } from "./reception.js";
import { Requests } from "./requests.js";
import { Slowness } from "./slowness.js";
import { TypingTeller } from "./typing.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { ConnectionOptions } from "./connection.js" */
/** @import { ChatState } from "./state.js" */

/**
 * @typedef {object} Whole What the parts belong to.
 * @property {() => ChatState} state
 * @property {(state: ChatState) => void} update
 * @property {() => string | null} epoch
 * @property {(message: MessageFrame) => void} onArrival
 * @property {(isSlow: boolean) => void} onSlow
 */

/** @typedef {ReturnType<typeof assemble>} Parts */

/**
 * @param {ConnectionOptions} options
 * @param {Whole} whole
 */
export function assemble(options, { state, update, epoch, onArrival, onSlow }) {
  const { clock, random, newId, memory, userId, cache } = options;
  const link = new Link(options);
  const send = link.send.bind(link);
  const requests = new Requests({ send, clock, newId });
  const marks = new Marks({ send, wanted: () => marksOf(state()), clock });
  const typing = new TypingTeller({ send, clock });
  const outbox = new Outbox({ send, clock, random, newId, store: new DraftStore({ memory, userId }) });
  const acquaintances = new Acquaintances({ requests, state, update });
  link.on("welcome", () => acquaintances.renew());
  /** @type {CatchUp} */
  const catchUp = new CatchUp({
    requests,
    state,
    update: (change) => update(change(state())),
    onPage: (page) => reception.notePage(page),
    onSynced() {
      marks.open();
      outbox.synced();
      acquaintances.open();
    },
    clock,
    random,
  });
  const reception = new Reception({ clock, state, update, requests, outbox, marks, catchUp, onArrival });
  const isWaiting = () => outbox.isWaiting || requests.isWaiting || link.isProbing;
  const slowness = new Slowness({ clock, isWaiting, onChange: onSlow });
  const told = marks.known.bind(marks);
  const keeper = cache === undefined ? null : new Keeper({ cache, clock, state, epoch, told });
  return { link, requests, acquaintances, marks, typing, outbox, catchUp, reception, slowness, keeper };
}
