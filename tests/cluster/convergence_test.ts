/** Whatever happened on the way: in the end all instances, and all devices, agree on who is online. */
import assert from "node:assert/strict";
import { startCluster, type TestCluster } from "../support/cluster.ts";
import { settle } from "../support/fake_clock.ts";
import type { FakeSocket } from "../support/instance.ts";
import { CALM, seeded } from "../support/lossy_bus.ts";
import type { Member } from "../support/member.ts";

const USERS = 8;
const STEPS = 60;

interface Device {
  readonly userId: number;
  readonly member: Member;
  readonly socket: FakeSocket;
}

/** Who is online, as a device was told: the last list, and what followed. */
function believed(socket: FakeSocket): readonly number[] {
  let online = new Set<number>();
  for (const frame of socket.frames) {
    const { users, user_id: userId } = frame.data ?? {};
    if (frame.type === "user_list" && Array.isArray(users)) {
      online = new Set(users.map((user) => Number(user["user_id"])));
    } else if (frame.type === "join") online.add(Number(userId));
    else if (frame.type === "leave") online.delete(Number(userId));
  }
  return [...online].toSorted((a, b) => a - b);
}

/** People come and go, instances are cut off, lose Redis, are killed, end and start, as the seed says. */
class Play {
  readonly #cluster: TestCluster;
  readonly #random: () => number;
  readonly #alive: Member[];
  devices: Device[] = [];

  constructor(cluster: TestCluster, random: () => number) {
    this.#cluster = cluster;
    this.#random = random;
    this.#alive = [...cluster.members];
  }

  /** The instances that are there. */
  get alive(): readonly Member[] {
    return this.#alive;
  }

  async step(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.45) await this.#come();
    else if (dice < 0.8) await this.#go();
    else if (dice < 0.86) this.#pick(this.#alive)?.bus.cut();
    else if (dice < 0.92) this.heal();
    else if (dice < 0.95) this.#loseStore();
    else if (dice < 0.97) this.#kill();
    else if (dice < 0.985) void this.#stop();
    else if (this.#alive.length < 4) this.#alive.push(await this.#cluster.start());
    await this.#cluster.clock.advance(Math.floor(this.#random() * 4_000));
  }

  /** Everything works again. */
  heal(): void {
    for (const { bus, presence } of this.#alive) {
      presence.isAway = false;
      if (bus.isCut) bus.heal();
    }
  }

  async #come(): Promise<void> {
    const member = this.#pick(this.#alive);
    if (member === undefined) return;
    const userId = 1 + Math.floor(this.#random() * USERS);
    this.devices.push({ userId, member, socket: await member.connect(userId) });
  }

  async #go(): Promise<void> {
    const device = this.#pick(this.devices);
    if (device === undefined) return;
    this.devices = this.devices.filter((one) => one !== device);
    await device.socket.hangUp();
  }

  #loseStore(): void {
    const member = this.#pick(this.#alive);
    if (member !== undefined) member.presence.isAway = true;
  }

  #kill(): void {
    if (this.#alive.length > 1) this.#lose()?.kill();
  }

  #stop(): Promise<void> {
    return this.#alive.length > 1 ? this.#lose()?.stop() ?? Promise.resolve() : Promise.resolve();
  }

  #lose(): Member | undefined {
    const member = this.#pick(this.#alive);
    if (member === undefined) return undefined;
    this.#alive.splice(this.#alive.indexOf(member), 1);
    this.devices = this.devices.filter((one) => one.member !== member);
    return member;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }
}

for (let seed = 1; seed <= 12; seed++) {
  Deno.test(`play ${seed}: all instances and all devices agree in the end on who is online`, async () => {
    await using cluster = await startCluster(3, { seed, limits: { connections: 0 } });
    cluster.network.weather = { lose: 0.2, repeat: 0.2, delayMs: 500 };
    const play = new Play(cluster, seeded(1_000 + seed));
    for (let n = 0; n < STEPS; n++) await play.step();
    cluster.network.weather = CALM;
    play.heal();
    await settle();
    await cluster.clock.advance(90_000);
    const truth = [...new Set(play.devices.map((device) => device.userId))].toSorted((a, b) => a - b);
    for (const { realtime } of play.alive) {
      const online = (await realtime.onlineUsers(null)).map((user) => user.user_id);
      assert.deepEqual(online.toSorted((a, b) => a - b), truth);
    }
    for (const { socket } of play.devices) assert.deepEqual(believed(socket), truth);
  });
}
