/**
 * The end of a run: what holds once nothing is on its way any more, and once everybody came back and caught up.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resendAll, tops } from "./coming.ts";
import { dismiss } from "./crowd.ts";
import type { Ground } from "./ground.ts";
import type { Device } from "./device.ts";
import { checkList } from "./lists.ts";
import { further } from "./observer.ts";
import { SETTLED } from "./scenario.ts";
import { Stored, type StoredMessage } from "./stored.ts";
import { conversationOf, peerIn } from "./truth.ts";
import type { Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** Longer than anything waits: a lock of another program, a leave, the notice of a lost client or of a session's end. */
const QUIET_MS = [3_000, 61_000, 7_000, 2_000] as const;
/** The same where an instance may be gone, whose people leave last of all. */
const SHARED_QUIET_MS = [3_000, 30_000, 61_000, 7_000, 2_000] as const;
/** What a device sends again before it waits for its limits to refill, and how long it waits, in ms. */
const AT_ONCE = 4;
const REFILL_MS = 4_000;
/** What happened this long ago is no news, in ms. */
const LATE_MS = 400_000;
/** More rounds than anybody needs. */
const MAX_ROUNDS = 200;

/** Lets everything come to rest and holds it against what is stored. */
export async function endRun(world: World): Promise<void> {
  await comeToRest(world);
  checkLive(world, new Stored(world.ground.store.database.raw));
  await checkOnline(world);
  for (const device of world.devices) await sendEverything(world, device);
  for (const device of world.devices) await catchUp(world, device);
  if (world.setting.endsLate) await readLate(world);
  await rest(world);
  const stored = new Stored(world.ground.store.database.raw);
  stored.verify();
  world.truth.verify(stored);
  for (const member of stored.members) world.marks.verify(member);
  for (let user = 1; user <= world.setting.users; user++) await checkListed(world, user, stored);
  world.figures.count("messages", stored.messages.length);
}

async function comeToRest(world: World): Promise<void> {
  const { ground } = world;
  world.refuse(null);
  ground.disarm();
  ground.weather("calm");
  ground.heal();
  for (const { visit } of world.devices) visit?.stall(false);
  await world.pass(SETTLED);
  dismiss(world);
  for (const ms of ground.isShared ? SHARED_QUIET_MS : QUIET_MS) {
    await world.tick(ms);
    await world.pass(SETTLED);
  }
}

async function rest(world: World): Promise<void> {
  await world.tick(REFILL_MS);
  await world.pass(SETTLED);
}

/** Who stayed connected was told everything, without asking again. */
function checkLive(world: World, stored: Stored): void {
  assert.equal(world.posts.size, 0, "a post was never answered");
  for (const device of world.devices) {
    const { visit } = device;
    if (visit === null || !visit.isLive) continue;
    assert.equal(visit.asks.describe(), "", `device ${device.index} waits for ever`);
    assert.ok(visit.isWelcome, `device ${device.index} was never welcome`);
    assert.ok(!visit.owesSync, `device ${device.index} never got to sync again`);
    assert.ok(visit.session?.isEnded !== true, `device ${device.index} outlives its session`);
    if (!visit.isSynced) continue;
    world.figures.count("live checked");
    for (const conversation of stored.conversations(device.user)) {
      checkPushed(device, stored.of(conversation), (seq) => world.ground.isUntold(conversation, seq));
      checkLiveMarks(visit, conversation, { stored, ground: world.ground });
    }
  }
}

/** Once it was answered a sync there are no holes but those that it was told of, or had before. */
function checkPushed(
  { index, holdings }: Device,
  messages: readonly StoredMessage[],
  isUntold: (seq: number) => boolean,
): void {
  for (const { conversation, seq, messageId } of messages) {
    if (seq <= holdings.floor(conversation) || isUntold(seq)) continue;
    const kept = holdings.of(conversation).get(seq);
    assert.equal(
      kept?.messageId,
      messageId,
      `device ${index} was connected and never got ${conversation} ${seq}`,
    );
  }
}

function checkLiveMarks(
  visit: Visit,
  conversation: string,
  { stored, ground }: { readonly stored: Stored; readonly ground: Ground },
): void {
  const { device, observer } = visit;
  const own = stored.member(conversation, device.user);
  const peer = stored.member(conversation, peerIn(conversation, device.user));
  // A sync that asks for news since the last one tells nothing of what stayed.
  const view = device.views.get(conversation);
  const problem = `device ${device.index} was told of ${conversation}`;
  if (!ground.isMarkUntold(conversation, device.user)) {
    const told = further(observer.marks(conversation, device.user), view?.own);
    assert.equal(told.read, own.read, `${problem}: its own read`);
    // Who leaves confirming to the server is not told what the server did.
    if (device.kind.confirms !== "never") {
      assert.equal(told.delivered, own.delivered, `${problem}: its own delivered`);
    }
  }
  if (ground.isMarkUntold(conversation, peer.userId)) return;
  const { read, delivered } = further(observer.marks(conversation, peer.userId), view?.peer);
  assert.equal(read, peer.shown, `${problem}: read by the peer`);
  // The acknowledgement told the device that sent; where the store refused, the mark itself comes with the next one.
  const isKnown = delivered === peer.delivered ||
    (delivered < peer.delivered && peer.delivered <= visit.delivered(conversation));
  assert.ok(isKnown, `${problem}: delivered to the peer ${delivered}, stored ${peer.delivered}`);
}

/** The list of who is online is who is connected, for those who may see them, and so is what each was told. */
async function checkOnline(world: World): Promise<void> {
  const connected = world.presence.connected();
  for (const { realtime } of world.ground.alive) {
    const all = (await realtime.onlineUsers(null)).map((user) => user.user_id);
    assert.deepEqual(all.toSorted(), connected, "who is online");
  }
  if (world.setting.everyoneBelow === 0) return;
  for (const { visit, user, index } of world.devices) {
    for (const { realtime } of world.ground.alive) {
      const seen = (await realtime.onlineUsers(user)).map((one) => one.user_id);
      assert.deepEqual(seen.toSorted(), connected, `who is online for user ${user}`);
    }
    // Who was too slow may have missed news of presence.
    if (visit?.isLive !== true || visit.wasStalled) continue;
    assert.deepEqual(visit.roster.online, connected, `who is online for device ${index}`);
  }
}

/** The device connected, as a client does; its user may have too many. */
async function present(world: World, device: Device): Promise<Visit> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { visit } = device;
    if (visit !== null && visit.isLive) return visit;
    assert.ok(await world.connect(device));
    await world.pass(SETTLED);
  }
  assert.fail(`device ${device.index} cannot connect`);
}

async function sendEverything(world: World, device: Device): Promise<void> {
  for (let round = 0; device.outbox.size > 0; round++) {
    assert.ok(round < MAX_ROUNDS, `device ${device.index} can never send what it has`);
    resendAll(device, await present(world, device), AT_ONCE);
    await rest(world);
  }
}

/** Long after anything else, one device of each user reads, and the others ask for news alone. */
async function readLate(world: World): Promise<void> {
  await world.tick(LATE_MS);
  await world.pass(SETTLED);
  for (const device of world.devices) await catchUp(world, device);
  await world.tick(LATE_MS);
  await world.pass(SETTLED);
  for (const device of world.devices.slice(0, world.setting.users)) {
    for (let number = 0; number < world.setting.users - 1; number++) {
      const peer = device.other(number);
      const isPrivate = device.user < peer;
      device.read(await present(world, device), { peer, target: Infinity, data: {}, isPrivate });
    }
    await world.pass(SETTLED);
  }
  for (const device of world.devices) await catchUp(world, device);
}

/** Syncs a device and fills its holes; then it holds what is stored. */
async function catchUp(world: World, device: Device): Promise<void> {
  const visit = await present(world, device);
  await rest(world);
  device.sync(visit, { have: tops(device), since: device.since, limit: 50 });
  for (let page = 0; visit.asks.count("sync") > 0; page++) {
    assert.ok(page < MAX_ROUNDS, `the sync of device ${device.index} has no end`);
    await world.pass(SETTLED);
  }
  const stored = new Stored(world.ground.store.database.raw);
  for (const conversation of stored.conversations(device.user)) {
    await fillHoles(world, device, conversation);
    checkHeld(device, conversation, stored);
  }
  assert.deepEqual(device.holdings.conversations.toSorted(), stored.conversations(device.user).toSorted());
}

async function fillHoles(world: World, device: Device, conversation: string): Promise<void> {
  const last = Math.max(device.holdings.top(conversation), device.syncedTo(conversation));
  for (let round = 0; device.holdings.whole(conversation) < last; round++) {
    assert.ok(round < MAX_ROUNDS, `device ${device.index} cannot fill the holes of ${conversation}`);
    const limit = round % 2 === 0 ? 50 : 3;
    const after = device.holdings.whole(conversation);
    device.history(await present(world, device), { conversation, before: null, after, limit });
    await rest(world);
  }
}

function checkHeld(device: Device, conversation: string, stored: Stored): void {
  const held = [...device.holdings.of(conversation)].sort(([one], [other]) => one - other)
    .map(([seq, { messageId, content }]) => ({ seq, messageId, text: content.slice(0, 12) }));
  const kept = stored.of(conversation)
    .map(({ seq, messageId, content }) => ({ seq, messageId, text: content.slice(0, 12) }));
  assert.deepEqual(held, kept, `device ${device.index} and the store differ in ${conversation}`);
  const view = device.views.get(conversation);
  const own = stored.member(conversation, device.user);
  const peer = stored.member(conversation, peerIn(conversation, device.user));
  assert.deepEqual(view, {
    lastSeq: kept.length,
    own: { delivered: own.delivered, read: own.read },
    peer: { delivered: peer.delivered, read: peer.shown },
  }, `what device ${device.index} shows of ${conversation}`);
}

async function checkListed(world: World, user: number, stored: Stored): Promise<void> {
  const listed = await checkList(world, world.server(user), { user, limit: 2 });
  const ids = listed.map((view) => view.conversation_id);
  assert.deepEqual(ids.toSorted(), stored.conversations(user).toSorted(), `the list of user ${user}`);
  const peers = listed.map((view) => conversationOf(user, view.peer?.user_id ?? 0));
  assert.deepEqual(peers, ids);
  world.truth.verify(stored);
}
