/**
 * The rosters of all instances, in Redis.
 *
 * @module
 */
import { z } from "zod";
import {
  type Census,
  CLAIM_MS,
  LEASE_MS,
  type Person,
  type PresenceStore,
  type Roster,
  type RosterChange,
} from "../presence.ts";
import { isUserId } from "../model.ts";
import type { RedisLink } from "./link.ts";
import { CLAIM, LEAVE, READ, REMOVE, RENEW, WRITE } from "./presence_scripts.ts";
import type { Script } from "./script.ts";

const Version = z.string().regex(/^\d{1,15}$/).transform(Number);
const State = z.enum(["alive", "left", "lost"]);
const CensusReply = z.tuple([Version, z.array(z.tuple([z.string(), Version, State]))]);
const RosterReply = z.tuple([Version, z.array(z.string())]).nullable();
const Flag = z.literal([0, 1]).transform((flag) => flag === 1);
/** A person as the text of one entry. */
const Entry = z.object({
  userId: z.number().refine(isUserId),
  username: z.string(),
  avatar: z.string(),
  since: z.number(),
});

/** What the presence of one instance is made of. */
export interface RedisPresenceOptions {
  readonly link: RedisLink;
  /** Before every key. */
  readonly prefix: string;
  readonly instanceId: string;
}

/** One instance's way to the rosters of a Redis. The link belongs to whoever made it. */
export class RedisPresence implements PresenceStore {
  readonly instanceId: string;
  readonly #link: RedisLink;
  readonly #prefix: string;
  #hasLeft = false;

  constructor({ link, prefix, instanceId }: RedisPresenceOptions) {
    this.instanceId = instanceId;
    this.#link = link;
    this.#prefix = `${prefix}:presence`;
  }

  async renew(): Promise<Census> {
    const [version, others] = CensusReply.parse(await this.#run(RENEW, this.#hasLeft ? "" : LEASE_MS));
    return {
      version,
      others: others.map(([instanceId, version, state]) => ({ instanceId, version, state })),
    };
  }

  async write({ version, came, left, isWhole }: RosterChange): Promise<boolean> {
    const people = came.flatMap((person) => [person.userId, JSON.stringify(person)]);
    return Flag.parse(
      await this.#run(WRITE, version, isWhole ? "whole" : "", left.length, ...left, ...people),
    );
  }

  async read(instanceId: string): Promise<Roster | null> {
    const reply = RosterReply.parse(await this.#runFor(instanceId, READ, []));
    if (reply === null) return null;
    const [version, texts] = reply;
    return { version, people: texts.flatMap((text) => toPerson(text) ?? []) };
  }

  async claim(instanceId: string): Promise<boolean> {
    return Flag.parse(await this.#runFor(instanceId, CLAIM, [`${this.#prefix}:claim:`, CLAIM_MS]));
  }

  async remove(instanceId: string): Promise<boolean> {
    return Flag.parse(await this.#runFor(instanceId, REMOVE, [`${this.#prefix}:claim:`]));
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#run(LEAVE);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #run(script: Script, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#runFor(this.instanceId, script, args);
  }

  #runFor(instanceId: string, script: Script, args: readonly (string | number)[]): Promise<unknown> {
    const keys = [`${this.#prefix}:instances`, `${this.#prefix}:gone`];
    return script.run(this.#link, keys, [
      `${this.#prefix}:lease:`,
      `${this.#prefix}:roster:`,
      instanceId,
      ...args,
    ]);
  }
}

function toPerson(text: string): Person | null {
  try {
    return Entry.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
