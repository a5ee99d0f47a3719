/**
 * Puts the parts of a client together, and takes what the server says to the one that it is for.
 *
 * @module
 */
import { socketAddress } from "./address.js";
import { toMessage, toReceipt, Typers } from "./client_events.js";
import { asMemory, runMemory } from "./client_memory.js";
import { Inbox } from "./inbox.js";
import { Link } from "./link.js";
import { Presence } from "./presence.js";
import { Requests } from "./requests.js";
import { Sending } from "./sending.js";
import { TypingTeller } from "./typing.js";

/** @import { MessageFrame, ServerFrame } from "../../realtime/frames.ts" */
/** @import { ClientEvents, ClientOptions, Outside } from "./client.js" */

/**
 * @typedef {object} Whole What the parts belong to.
 * @property {<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]) => void} emit
 * @property {(event: ClientEvents["message"]) => Promise<void>} hand Resolves once the message was handled.
 */

/** @typedef {ReturnType<typeof assembleClient>} Parts */

/**
 * @param {Pick<ClientOptions, "url" | "token" | "debug" | "memory">} options
 * @param {Outside} outside
 * @param {Whole} whole
 */
export function assembleClient({ url, token, debug, memory: given = runMemory() }, outside, { emit, hand }) {
  const { clock, random, newId } = outside;
  const memory = asMemory(given);
  const isDebug = debug !== undefined;
  const link = new Link({
    ...outside,
    url: socketAddress(url, isDebug ? { debug } : {}),
    ...(token === undefined || isDebug ? {} : { token }),
  });
  const send = link.send.bind(link);
  const requests = new Requests({ send, clock, newId });
  const sending = new Sending({ send, clock, random, newId, memory });
  const inbox = new Inbox({
    requests,
    send,
    memory,
    clock,
    random,
    hand: (message) => hand(toMessage(message)),
  });
  const presence = new Presence({ requests, clock, onChange: (person) => emit("presence", person) });
  const typing = new TypingTeller({ send, clock });
  const typers = new Typers({ clock, tell: (news) => emit("typing", news) });
  sending.on("failed", (failed) => emit("failed", failed));
  return { link, requests, sending, inbox, presence, typing, typers };
}

/**
 * Takes one frame to where it belongs.
 *
 * @param {Parts} parts
 * @param {ServerFrame} frame
 * @param {{ selfId: number, emit: Whole["emit"] }} whole
 */
export function takeFrame(parts, frame, { selfId, emit }) {
  const { requests, sending, inbox, presence, typers } = parts;
  if (requests.take(frame)) return;
  switch (frame.type) {
    case "private":
      return takeMessage(parts, frame);
    case "read":
      sending.acknowledge(frame.data);
      return inbox.own(frame.data.conversation_id, frame.data.seq);
    case "error":
      return sending.refuse(frame);
    case "resync":
      return inbox.resync(frame.data.within_ms);
    case "typing":
      return typers.hear(frame);
    case "receipt": {
      const receipt = toReceipt(frame);
      const { conversationId, deliveredSeq, readSeq } = receipt;
      if (receipt.from === selfId) inbox.note(conversationId, { delivered: deliveredSeq, read: readSeq });
      return emit("receipt", receipt);
    }
    case "user_list":
    case "join":
    case "leave":
      return presence.take(frame);
  }
}

/**
 * @param {Parts} parts
 * @param {MessageFrame} message
 */
function takeMessage({ inbox, typers }, message) {
  typers.wrote(message.data.conversation_id, message.from_user_id);
  inbox.take(message);
}

/**
 * The connection is gone: what was under way goes again with the next one.
 *
 * @param {Parts} parts
 * @param {{ tooBig: boolean }} options
 */
export function silence({ requests, sending, inbox, presence, typing, typers }, options) {
  requests.fail();
  inbox.close();
  presence.close();
  typing.reset();
  typers.clear();
  sending.close(options);
}
