/**
 * What was sent and what became of it, as far as anybody was told: the plain side of the model, which knows nothing
 * of how the server works.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation, MessageFrame } from "../../realtime/frames.ts";
import type { Stored, StoredMessage } from "./stored.ts";

/** A text that somebody tries to send, under an id or without. Every text is written once. */
export interface Body {
  readonly sender: number;
  readonly to: number;
  readonly conversation: string;
  readonly content: string;
  readonly clientId: string | null;
  /** The connections it was tried by. */
  readonly via: Set<object>;
  /** Tries that are not answered yet. */
  open: number;
  /** Tries of which nobody will ever hear: they may have been stored. */
  lost: number;
  /** What it was acknowledged as. */
  acknowledged: Place | null;
}

/** Where a message is. */
export interface Place {
  readonly messageId: string;
  readonly seq: number;
}

/** A message as somebody was told of it. */
interface Fact {
  readonly messageId: string;
  readonly content: string;
  timestamp: string | null;
}

/** A conversation as it was told to a member, to be checked when everything is known. */
interface Told {
  readonly viewer: number;
  readonly view: Conversation;
}

/** The id of the conversation of two people, as the protocol gives it. */
export function conversationOf(one: number, other: number): string {
  return `${Math.min(one, other)}-${Math.max(one, other)}`;
}

/** The two members of a conversation. */
export function membersOf(conversation: string): readonly [number, number] {
  const [low, high] = conversation.split("-").map(Number);
  return [low ?? 0, high ?? 0];
}

/** The other member of a conversation. */
export function peerIn(conversation: string, user: number): number {
  const [low, high] = membersOf(conversation);
  return low === user ? high : low;
}

/** Everything that was sent and told. Every method throws when something told contradicts something else. */
export class Truth {
  readonly #byContent = new Map<string, Body>();
  readonly #byId = new Map<string, Body[]>();
  readonly #facts = new Map<string, Map<number, Fact>>();
  /** Where each text is: nowhere twice. */
  readonly #placeOf = new Map<string, string>();
  readonly #told: Told[] = [];
  /** The conversations that there may be. */
  readonly #acquainted = new Set<string>();

  /** How many texts were written. */
  get written(): number {
    return this.#byContent.size;
  }

  /** Notes a text that will be sent. */
  write(draft: Pick<Body, "sender" | "to" | "content" | "clientId">): Body {
    const conversation = conversationOf(draft.sender, draft.to);
    const body = { ...draft, conversation, via: new Set<object>(), open: 0, lost: 0, acknowledged: null };
    this.#byContent.set(body.content, body);
    this.#acquainted.add(conversation);
    if (body.clientId !== null) {
      const key = `${body.sender}/${body.clientId}`;
      this.#byId.set(key, [...this.#byId.get(key) ?? [], body]);
    }
    return body;
  }

  /** Notes that the text of `body` will be tried under its id to somebody else, which is never stored. */
  misdirect(body: Body, to: number): Body {
    const conversation = conversationOf(body.sender, to);
    const rival = { ...body, to, conversation, via: new Set<object>(), open: 0, lost: 0, acknowledged: null };
    const key = `${body.sender}/${body.clientId}`;
    this.#byId.set(key, [...this.#byId.get(key) ?? [], rival]);
    return rival;
  }

  /** Whether the sender used the id of this text for another one too. */
  hasRival(body: Body): boolean {
    return (this.#byId.get(`${body.sender}/${body.clientId}`) ?? []).length > 1;
  }

  /** Notes an acknowledgement; every one of the same text names the same message. */
  acknowledge(body: Body, answer: Place & { readonly conversation: string }): void {
    const { messageId, seq, conversation } = answer;
    assert.equal(conversation, body.conversation, "acknowledged in another conversation");
    if (body.acknowledged !== null) {
      assert.deepEqual(
        { messageId, seq },
        body.acknowledged,
        `"${name(body)}" was acknowledged as another before`,
      );
    }
    body.acknowledged = { messageId, seq };
    this.#place(conversation, seq, { messageId, content: body.content, timestamp: null });
  }

  /** Notes a message that `viewer` was told of. */
  learn(message: MessageFrame, viewer: number): Body {
    const { conversation_id: conversation, seq, message_id: messageId, change, kind } = message.data;
    const body = this.#byContent.get(message.content);
    assert.ok(body !== undefined, `nobody wrote the message ${conversation} ${seq}`);
    assert.ok(membersOf(conversation).includes(viewer), `${conversation} is not of user ${viewer}`);
    assert.deepEqual(
      [message.from_user_id, message.to_user_id, conversation],
      [body.sender, body.to, body.conversation],
      `"${name(body)}" came from somebody else or to somebody else`,
    );
    const clientId = viewer === body.sender && body.clientId !== null ? body.clientId : undefined;
    assert.equal(message.data.client_id, clientId, "the client's id is for the sender's devices");
    assert.deepEqual([message.id, change, kind], [messageId, seq, "text"]);
    this.#place(conversation, seq, { messageId, content: message.content, timestamp: message.timestamp });
    return body;
  }

  /** Every message that was acknowledged. */
  acknowledged(): { readonly conversation: string; readonly seq: number }[] {
    return [...this.#byContent.values()].flatMap(({ conversation, acknowledged }) =>
      acknowledged === null ? [] : [{ conversation, seq: acknowledged.seq }]
    );
  }

  /** The highest seq that anybody was told of. */
  last(conversation: string): number {
    return Math.max(0, ...this.#facts.get(conversation)?.keys() ?? []);
  }

  /** The conversations of `user` that there may be. */
  possibleConversations(user: number): string[] {
    return [...this.#acquainted].filter((id) => membersOf(id).includes(user));
  }

  /** The conversations of `user` that anybody was told of. */
  conversations(user: number): string[] {
    return [...this.#facts.keys()].filter((id) => membersOf(id).includes(user));
  }

  /** Whether one of two people ever wrote to the other. */
  areAcquainted(one: number, other: number): boolean {
    return this.#acquainted.has(conversationOf(one, other));
  }

  /** Notes a conversation as it was told to a member. */
  tell(viewer: number, view: Conversation): void {
    assert.ok(
      membersOf(view.conversation_id).includes(viewer),
      `${view.conversation_id} is not of ${viewer}`,
    );
    assert.equal(view.last_change, view.last_seq);
    assert.equal(view.first_seq, 1);
    assert.equal(view.last_message?.data.seq, view.last_seq);
    this.#told.push({ viewer, view });
  }

  /** Compares all that was told with what is stored in the end. */
  verify(stored: Stored): void {
    const byText = new Map(stored.messages.map((message) => [message.content, message]));
    assert.equal(byText.size, stored.messages.length, "a text is stored twice");
    for (const message of stored.messages) this.#verifyStored(message);
    for (const body of this.#byContent.values()) verifyBody(body, byText.get(body.content));
    for (const [conversation, facts] of this.#facts) {
      for (const [seq, fact] of facts) {
        const message = stored.at(conversation, seq);
        assert.equal(
          message?.messageId,
          fact.messageId,
          `what was told of ${conversation} ${seq} is not stored`,
        );
        assert.equal(message?.content, fact.content);
      }
    }
    for (const told of this.#told) verifyTold(told, stored);
  }

  #verifyStored(message: StoredMessage): void {
    const body = this.#byContent.get(message.content);
    assert.ok(body !== undefined, `nobody wrote what is stored as ${message.conversation} ${message.seq}`);
    assert.deepEqual(
      [message.senderId, message.conversation, message.clientId],
      [body.sender, body.conversation, body.clientId],
    );
  }

  #place(conversation: string, seq: number, fact: Fact): void {
    const place = `${conversation} ${seq}`;
    assert.ok(seq >= 1, `seq ${seq}`);
    const facts = this.#facts.get(conversation) ?? new Map<number, Fact>();
    this.#facts.set(conversation, facts);
    const known = facts.get(seq);
    if (known === undefined) {
      const elsewhere = this.#placeOf.get(fact.content);
      assert.equal(elsewhere, undefined, `one text is both ${elsewhere} and ${place}`);
      facts.set(seq, fact);
      this.#placeOf.set(fact.content, place);
      return;
    }
    assert.equal(known.messageId, fact.messageId, `${place} has two ids`);
    assert.equal(known.content, fact.content, `${place} has two texts`);
    known.timestamp ??= fact.timestamp;
    if (fact.timestamp !== null) assert.equal(fact.timestamp, known.timestamp, `${place} has two times`);
  }
}

/** A text by something short. */
function name(body: Body): string {
  return body.content.slice(0, 12);
}

function verifyBody(body: Body, message: StoredMessage | undefined): void {
  if (body.acknowledged !== null) {
    assert.ok(message !== undefined, `"${name(body)}" was acknowledged and is gone`);
    assert.deepEqual({ messageId: message.messageId, seq: message.seq }, body.acknowledged);
  } else if (body.lost === 0 && message !== undefined) {
    assert.fail(
      `"${name(body)}" was refused each time, and is stored as ${message.conversation} ${message.seq}`,
    );
  }
}

/** Recounts what a list or a sync said. */
function verifyTold({ viewer, view }: Told, stored: Stored): void {
  const { conversation_id: id, last_seq: lastSeq, read_seq: readSeq, last_message: shown } = view;
  const unread = stored.of(id).filter((message) =>
    message.seq > readSeq && message.seq <= lastSeq && message.senderId !== viewer
  );
  assert.equal(
    view.unread,
    unread.length,
    `unread of user ${viewer} in ${id}, read to ${readSeq} of ${lastSeq}`,
  );
  const last = stored.at(id, lastSeq);
  assert.ok(last !== undefined && shown !== null, `${id} ended at ${lastSeq} for user ${viewer}`);
  assert.equal(shown.id, last.messageId);
  assert.ok(last.content.startsWith(shown.content), "the preview is of another text");
  assert.equal(Date.parse(view.updated_at), last.createdAt);
}
