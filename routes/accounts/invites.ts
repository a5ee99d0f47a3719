/**
 * Invites: links that let people register where not everybody may.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../db/clock.ts";
import type { Invite, UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { ChatError, type Sentence } from "../../realtime/errors.ts";
import type { Registration } from "../app_settings.ts";

const ID_BYTES = 12;
const MAC_BYTES = 16;
const DAY_MS = 86_400_000;
/** How long the link of the first owner lasts; every start renews it. */
const OWNER_INVITE_MS = 7 * DAY_MS;

/** The one-time link by which the first account becomes the owner. */
export interface OwnerInvite {
  /** To be opened in a browser; whoever has it owns the server. */
  readonly link: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What invites are made of. */
export interface InvitesDeps {
  readonly registration: Registration;
  /** The first makes codes, all are accepted. */
  readonly secrets: readonly string[];
  readonly store: Pick<Store, "users" | "invites">;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/** Makes, lists and judges invites. A code is derived from its id, so that the store holds none. */
export class Invites {
  readonly #deps: InvitesDeps;

  constructor(deps: InvitesDeps) {
    this.#deps = deps;
  }

  /** A new invite for `uses` people, made by somebody with an account; null: by nobody. */
  async create(
    { uses, lifetimeMs, createdBy }: {
      readonly uses: number;
      readonly lifetimeMs: number;
      readonly createdBy: UserId | null;
    },
  ): Promise<Invite> {
    return await this.#add({ role: "member", usesLeft: uses, createdBy }, lifetimeMs);
  }

  /** The invites that may still be used, newest first. */
  list(): Promise<readonly Invite[]> {
    return this.#deps.store.invites.list(this.#deps.clock.now());
  }

  /** Ends an invite. Throws `not_found`. */
  async remove(id: string): Promise<void> {
    if (!await this.#deps.store.invites.remove(id)) throw new ChatError("not_found");
  }

  /** Where an invite leads: in the fragment, which no server log sees. */
  link(invite: Invite, base: string): string {
    const [secret = ""] = this.#deps.secrets;
    return `${base}/#invite=${invite.id}.${mac(invite.id, secret).toString("base64url")}`;
  }

  /**
   * The invite that pays for a registration with this code, undefined where none is needed. Throws
   * `registration_closed` or `invite_invalid`. The store redeems it, and has the last word.
   */
  async admit(code: string): Promise<string | undefined> {
    const { registration, store, clock } = this.#deps;
    if (code === "") {
      if (registration === "open") return undefined;
      if (registration === "closed") throw new ChatError("registration_closed");
      throw invalid({ en: "You need an invite to register", zh: "注册需要邀请" });
    }
    const id = this.#idOf(code);
    const invite = id === null ? null : await store.invites.find(id, clock.now());
    // The first owner comes in even where registration is closed to everybody else.
    if (registration === "closed" && (invite?.role !== "owner" || await this.#hasAccount())) {
      throw new ChatError("registration_closed");
    }
    if (invite === null) throw invalid();
    return invite.id;
  }

  /** The owner's link while there is no account; asking again answers the same one while it lasts. */
  async firstOwner(base: string): Promise<OwnerInvite | null> {
    if (this.#deps.registration === "open" || await this.#hasAccount()) return null;
    const earlier = (await this.list()).find((invite) => invite.role === "owner");
    const invite = earlier ??
      await this.#add({ role: "owner", usesLeft: 1, createdBy: null }, OWNER_INVITE_MS);
    return { link: this.link(invite, base), expiresAt: invite.expiresAt };
  }

  async #add(
    what: Pick<Invite, "role" | "usesLeft" | "createdBy">,
    lifetimeMs: number,
  ): Promise<Invite> {
    const { store, clock, randomBytes } = this.#deps;
    const now = clock.now();
    const id = Buffer.from(randomBytes(ID_BYTES)).toString("base64url");
    const invite: Invite = { ...what, id, createdAt: now, expiresAt: now + lifetimeMs };
    await store.invites.create(invite);
    return invite;
  }

  async #hasAccount(): Promise<boolean> {
    const query = { prefix: "", afterId: 0, limit: 1, activeOnly: false };
    return (await this.#deps.store.users.search(query)).users.length > 0;
  }

  #idOf(code: string): string | null {
    const [id = "", told = ""] = code.split(".");
    const given = Buffer.from(told, "base64url");
    if (given.length !== MAC_BYTES) return null;
    return this.#deps.secrets.some((secret) => timingSafeEqual(mac(id, secret), given)) ? id : null;
  }
}

function mac(id: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(`go-chat invite ${id}`).digest().subarray(0, MAC_BYTES);
}

function invalid(text?: Sentence): ChatError {
  const sentence = text ??
    { en: "This invite is unknown, used up or expired", zh: "邀请无效、已用完或已过期" };
  return new ChatError("invite_invalid", { fields: { invite: sentence }, ...(text && { text }) });
}
