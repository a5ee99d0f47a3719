/** Marks and badges of devices on two instances, over a network that loses, repeats, delays and reorders. */
import assert from "node:assert/strict";
import { ServerFrame } from "../../realtime/frames.ts";
import type { Conversation } from "../../realtime/frames.ts";
import { withMarks, withMessages, withSync } from "../../static/core/chats.js";
import { EMPTY_STATE } from "../../static/core/state.js";
import { startCluster, type TestCluster } from "../support/cluster.ts";
import type { FakeSocket } from "../support/instance.ts";
import { CALM, seeded } from "../support/lossy_bus.ts";

const CONVERSATION = "1-2";
const STEPS = 80;
const limits = { messages: { rate: 0, burst: 0 }, frames: { rate: 0, burst: 0 } };

/** A device that shows what the page would. */
class Device {
  readonly #socket: FakeSocket;
  #state;
  #taken = 0;

  constructor(socket: FakeSocket, userId: number) {
    this.#socket = socket;
    this.#state = { ...EMPTY_STATE, selfId: userId };
  }

  /** What it shows of the conversation; null: it knows of none. */
  get shown(): Conversation | null {
    return this.#state.chats.get(CONVERSATION)?.info ?? null;
  }

  write(frame: object): void {
    void this.#socket.write(frame);
  }

  /** Asks for everything it does not have. */
  sync(): void {
    const chat = this.#state.chats.get(CONVERSATION);
    this.write({
      type: "sync",
      id: "s",
      data: { have: chat === undefined ? {} : { [CONVERSATION]: chat.have } },
    });
  }

  /** Says that it has, and where `isRead` its person has read, everything up to the newest that it knows. */
  mark(isRead: boolean): void {
    const seq = this.shown?.last_seq ?? 0;
    const data = { "conversation_id": CONVERSATION, seq };
    if (seq > 0) this.write({ type: isRead ? "read" : "delivered", data });
  }

  /** Takes what came. Fails where a mark that it shows went back, or a badge is none. */
  take(): void {
    for (const frame of this.#socket.frames.slice(this.#taken)) this.#takeOne(ServerFrame.parse(frame));
    this.#taken = this.#socket.frames.length;
  }

  #takeOne(frame: ServerFrame): void {
    const before = this.shown;
    if (frame.type === "private") this.#state = withMessages(this.#state, CONVERSATION, [frame]);
    else if (frame.type === "sync") this.#state = withSync(this.#state, frame.data);
    else if (frame.type === "receipt") {
      const { delivered_seq: deliveredSeq, read_seq: readSeq } = frame.data;
      const marks = { userId: frame.from_user_id, conversationId: CONVERSATION, deliveredSeq, readSeq };
      this.#state = withMarks(this.#state, marks);
    } else assert.notEqual(frame.type, "error");
    const after = this.shown;
    if (before === null || after === null) return;
    for (const mark of ["read_seq", "peer_read_seq", "peer_delivered_seq"] as const) {
      assert.ok((after[mark] ?? 0) >= (before[mark] ?? 0), `${mark} went back by ${JSON.stringify(frame)}`);
    }
    assert.ok(after.unread >= 0);
  }
}

/** The conversation as an instance lists it for somebody. */
async function listed(
  cluster: TestCluster,
  userId: number,
  index: number,
): Promise<Conversation | undefined> {
  const { conversations } = await cluster.member(index).realtime.chat.conversations(userId, { limit: 10 });
  return conversations[0];
}

/** What a person can see of it. */
function visible(view: Conversation | null | undefined): unknown {
  if (view === null || view === undefined) return view;
  const { last_seq, unread, read_seq, peer_read_seq, peer_delivered_seq } = view;
  return { last_seq, unread, read_seq, peer_read_seq, peer_delivered_seq };
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  Deno.test(`storm ${seed}: badges of two devices on two instances agree once it is over, and no mark went back`, async () => {
    await using cluster = await startCluster(2, { seed, limits });
    const random = seeded(seed);
    const device = async (userId: number, index: number): Promise<Device> =>
      new Device(await cluster.member(index).connect(userId, { confirms: true }), userId);
    const anns = [await device(1, 0), await device(1, 1)];
    const bobs = [await device(2, 0), await device(2, 1)];
    const all = [...anns, ...bobs];
    cluster.network.weather = { lose: 0.3, repeat: 0.3, delayMs: 300 };
    let readOnServer = 0;
    for (let step = 0; step < STEPS; step++) {
      const one = all[Math.floor(random() * all.length)];
      const dice = random();
      if (dice < 0.5) {
        one?.write({
          type: "private",
          "to_user_id": one === anns[0] || one === anns[1] ? 2 : 1,
          content: "x",
        });
      } else if (dice < 0.7) one?.mark(false);
      else if (dice < 0.9) one?.mark(true);
      else one?.sync();
      if (random() < 0.5) await cluster.clock.advance(Math.floor(random() * 200));
      for (const each of all) each.take();
      const read = (await listed(cluster, 2, step % 2))?.read_seq ?? 0;
      assert.ok(read >= readOnServer, "the store's mark went back");
      readOnServer = read;
    }
    cluster.network.weather = CALM;
    await cluster.clock.advance(5_000);
    for (const each of all) each.sync();
    await cluster.clock.advance(1_000);
    for (const each of all) each.take();
    for (const [userId, devices] of [[1, anns], [2, bobs]] as const) {
      const truth = visible(await listed(cluster, userId, 0));
      assert.deepEqual(devices.map(({ shown }) => visible(shown)), [truth, truth], `user ${userId}`);
    }
    bobs[0]?.mark(true);
    await cluster.clock.advance(1_000);
    for (const each of bobs) each.take();
    assert.deepEqual(bobs.map(({ shown }) => shown?.unread), [0, 0], "read here, and so there");
  });
}
