/**
 * What each step does. A step that nobody can do now does nothing.
 *
 * @module
 */
import { connect, resend, tops } from "./coming.ts";
import { crowd } from "./crowd.ts";
import type { Device } from "./device.ts";
import { checkList } from "./lists.ts";
import { comeBack, GROUND_ACTS } from "./ground_acts.ts";
import { BEYOND, confirm, nonsense, read } from "./mark_acts.ts";
import { isRefusing } from "./refusals.ts";
import { checkReached, outstanding, REACHED_WITHIN_MS } from "./reaching.ts";
import { type Act, SETTLED, type Step, type StepOf } from "./scenario.ts";
import { type Body, conversationOf } from "./truth.ts";
import type { Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** Whether it was done. */
type Done = boolean | Promise<boolean>;
type Acts = { readonly [Name in Act]: (world: World, step: StepOf<Name>) => Done };
/** A text that is six times as long in JSON, so that a few of them fill an answer. */
const LONG = "\u0001".repeat(9_900);

const ACTS: Acts = {
  ...GROUND_ACTS,
  send: (world, step) => withDevice(world, step, (device) => send(world, device, step)),
  retry: (world, step) =>
    withVisit(world, step, (device, visit) => {
      const bodies = step.from === "waiting" ? [...device.outbox] : acknowledgedOf(world, device);
      return resend(device, visit, bodies[step.which % bodies.length]);
    }),
  reuse: (world, step) =>
    withVisit(world, step, (device, visit) => {
      const bodies = acknowledgedOf(world, device);
      const first = bodies[step.which % bodies.length];
      return first !== undefined && resend(device, visit, rivalOf(world, first, step.change));
    }),
  twice: (world, step) => withVisit(world, step, (device, visit) => twice(world, device, visit, step)),
  cut: (world, step) =>
    withVisit(world, step, async (_, visit) => {
      await world.turns(step.turns);
      visit.line.cut();
      visit.end();
      return true;
    }),
  vanish: (world, step) =>
    withVisit(world, step, (_, visit) => {
      visit.line.vanish(world.now());
      return true;
    }),
  connect: (world, step) => withDevice(world, step, (device) => connect(world, device, step)),
  sync: (world, step) => withVisit(world, step, (device, visit) => sync(world, device, visit, step)),
  history: (world, step) => withVisit(world, step, history),
  read: (world, step) => withVisit(world, step, read),
  confirm: (world, step) => withVisit(world, step, confirm),
  typing: (world, step) =>
    withVisit(world, step, (device, visit) => {
      const to = device.other(step.to);
      world.typing.tell(device.user, to, step.active);
      const frame = { type: "typing", id: device.newId(), "to_user_id": to, data: { active: step.active } };
      visit.write(frame, { kind: "typing" });
      return true;
    }),
  watch: (world, step) => withVisit(world, step, (device, visit) => watch(world, device, visit, step)),
  heartbeat: (world, step) =>
    withVisit(world, step, (device, visit) => {
      for (let n = 0; n < step.count; n++) {
        visit.write({ type: "heartbeat", id: device.newId(), content: "ping" }, { kind: "heartbeat" });
      }
      return true;
    }),
  nonsense: (world, step) => withVisit(world, step, nonsense),
  stall: (world, step) => withVisit(world, step, (_, visit) => visit.stall(true)),
  unstall: (world, step) => withVisit(world, step, (_, visit) => visit.stall(false)),
  tick: async (world, { ms }) => {
    const before = outstanding(world);
    await world.tick(ms);
    if (ms < REACHED_WITHIN_MS) return true;
    await world.pass(SETTLED);
    checkReached(world, before);
    return true;
  },
  refuse: (world, { how }) => {
    if (isRefusing(world)) return false;
    world.refuse(how);
    world.figures.count(`refuse ${how}`);
    return true;
  },
  recover: (world) => {
    if (!isRefusing(world)) return false;
    world.refuse(null);
    return true;
  },
  crowd: async (world, step) => {
    await crowd(world, deviceOf(world, step));
    return true;
  },
  endSession: (world, step) => withDevice(world, step, (device) => endSession(world, device, step.isTold)),
  list: (world, step) =>
    withDevice(world, step, async (device) => {
      await checkList(world, world.near(device), { user: device.user, limit: step.limit });
      return true;
    }),
  wipe: (world, step) =>
    withDevice(world, step, (device) => {
      if (device.visit !== null) return false;
      device.wipe();
      return true;
    }),
};

/** Does a step and waits as it says. */
export async function perform(world: World, step: Step): Promise<void> {
  const isDone = await call(world, step);
  world.figures.count(isDone ? `step ${step.act}` : "idle");
  await world.pass(step.wait);
  await comeBack(world, world.stranded.splice(0));
}

function call<Name extends Act>(world: World, step: StepOf<Name> & { readonly act: Name }): Done {
  const acts: { readonly [K in Name]: (world: World, step: StepOf<K>) => Done } = ACTS;
  return acts[step.act](world, step);
}

function deviceOf(world: World, { by }: Step): Device {
  const device = world.devices[by % world.devices.length];
  if (device === undefined) throw new RangeError(`There is no device ${by}`);
  return device;
}

function withDevice(world: World, step: Step, work: (device: Device) => Done): Done {
  return work(deviceOf(world, step));
}

/** For a device that believes itself connected. */
function withVisit<S extends Step>(
  world: World,
  step: S,
  work: (device: Device, visit: Visit, step: S) => Done,
): Done {
  const device = deviceOf(world, step);
  return device.visit !== null && work(device, device.visit, step);
}

function write(world: World, device: Device, to: number, clientId: string | null): Body {
  const content = `m${world.truth.written + 1}${world.setting.isBig ? LONG : ""}`;
  return world.truth.write({ sender: device.user, to, content, clientId });
}

function send(world: World, device: Device, { to, count, how }: StepOf<"send">): boolean {
  const { visit } = device;
  const peer = device.other(to);
  const isAnonymous = how === "anonymous";
  if (how !== "post" && visit === null) return false;
  for (let n = 0; n < (isAnonymous ? 1 : count); n++) {
    const body = write(world, device, peer, isAnonymous ? null : device.newId());
    if (how === "post" || visit === null) world.posts.send(world.near(device), device, body);
    else if (device.canSend(visit, body)) device.send(visit, body, how === "conversation" ? how : "frame");
  }
  return true;
}

/** What any device of the user was told of: each may repeat it. */
function acknowledgedOf(world: World, device: Device): readonly Body[] {
  return world.devices.filter((one) => one.user === device.user).flatMap((one) => one.acknowledgedBodies);
}

/** The same id for something else. */
function rivalOf(world: World, body: Body, change: "content" | "recipient"): Body {
  const other = body.to % world.setting.users + 1;
  const isSomebody = other !== body.sender && other !== body.to;
  if (change === "recipient" && isSomebody) return world.truth.misdirect(body, other);
  const content = `m${world.truth.written + 1} under the id of another`;
  return world.truth.write({ sender: body.sender, to: body.to, content, clientId: body.clientId });
}

/** Two devices of a user send under one id at once. */
function twice(world: World, device: Device, visit: Visit, { to, same }: StepOf<"twice">): boolean {
  const other = world.devices.find((one) => one !== device && one.user === device.user && one.visit !== null);
  if (other === undefined || other.visit === null) return false;
  const body = write(world, device, device.other(to), device.newId());
  device.send(visit, body, "frame");
  other.send(other.visit, same ? body : rivalOf(world, body, "content"), "frame");
  return true;
}

function sync(world: World, device: Device, visit: Visit, step: StepOf<"sync">): boolean {
  const have = step.have === "none" ? new Map<string, number>() : tops(device);
  if (step.have === "whole") { for (const id of have.keys()) have.set(id, device.holdings.whole(id)); }
  const [first] = device.holdings.conversations;
  if (step.have === "ahead" && first !== undefined) have.set(first, BEYOND);
  if (step.have === "foreign" && world.setting.users > 2) {
    have.set(conversationOf(device.other(0), device.other(1)), 1);
  }
  device.sync(visit, { have, since: step.since ? device.since : null, limit: step.limit });
  return true;
}

function history(device: Device, visit: Visit, step: StepOf<"history">): boolean {
  const conversation = conversationOf(device.user, device.other(step.with));
  for (let n = 0; n < step.count; n++) {
    device.history(visit, {
      conversation,
      before: step.way === "before" ? step.seq + n : null,
      after: step.way === "after" ? step.seq + n : null,
      limit: step.limit,
    });
  }
  return true;
}

function watch(world: World, device: Device, visit: Visit, { who, add }: StepOf<"watch">): boolean {
  const other = device.other(who);
  if (add) world.watched.add(`${device.user} ${other}`);
  const data = add ? { add: [other] } : { remove: [other] };
  visit.write({ type: "watch", id: device.newId(), data }, { kind: "watch", added: add ? [other] : [] });
  return true;
}

async function endSession(world: World, device: Device, isTold: boolean): Promise<boolean> {
  const { session, user } = device;
  if (session === null || session.isEnded || isRefusing(world)) return false;
  const { realtime } = world.near(device);
  await world.ground.store.sessions.end(user, { ids: [session.session.id] });
  session.isEnded = true;
  if (isTold) realtime.sessionsEnded(user, [session.session.id]);
  return true;
}
