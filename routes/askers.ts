/**
 * Who asks: a session, or in debug mode anybody who says a number.
 *
 * @module
 */
import { parse } from "hono/utils/cookie";
import type { Session, User, UserId } from "../db/model.ts";
import type { UserStore } from "../db/users.ts";
import { ChatError } from "../realtime/errors.ts";
import type { SignedIn, SignIns } from "./accounts/sign_ins.ts";
import type { Origins } from "./accounts/origin.ts";
import type { AppSettings } from "./app_settings.ts";
import type { Facts } from "./facts.ts";
import { isUnsafe, sessionCookieName } from "./session_cookie.ts";
import { UserIdText } from "./shapes.ts";

/** Somebody who asks. */
export interface Asker {
  readonly userId: UserId;
  /** Null in debug mode, for a number without an account. */
  readonly user: User | null;
  /** Null in debug mode, for a number that was only said. */
  readonly session: Session | null;
}

/** An owner who asks. */
export interface OwnerAsker extends Asker {
  readonly user: User;
}

/** Who may make a call, and so who its handler is told of. */
export interface AskerOf {
  /** Everybody; nobody is looked up. */
  readonly anyone: null;
  /** In debug mode everybody, in release a session. */
  readonly reader: Asker | null;
  /** A session, or in debug mode `?user_id=`. */
  readonly person: Asker;
  /** A session in every mode. */
  readonly session: SignedIn;
  /** A person whose account is an owner's. */
  readonly owner: OwnerAsker;
}

/** A word of {@link AskerOf}. */
export type Access = keyof AskerOf;

/** Finds out who asks. Each throws `unauthenticated`, `forbidden` or `origin_refused`. */
export type Askers = { readonly [A in Access]: (facts: Facts) => Promise<AskerOf[A]> };

/** What finding out takes. */
export interface AskersDeps {
  readonly settings: Pick<AppSettings, "mode">;
  readonly origins: Origins;
  readonly signIns: SignIns;
  readonly users: Pick<UserStore, "find">;
}

/** A session's token in a request, and whether a cookie brought it. */
export interface Credential {
  readonly token: string;
  readonly isCookie: boolean;
}

/** The credential of a request: the header wins, for it is there on purpose. */
export function credentialOf({ request, scheme }: Facts): Credential | null {
  const header = request.headers.get("authorization");
  if (header !== null) return { token: /^Bearer +(\S+)$/i.exec(header)?.[1] ?? "", isCookie: false };
  const name = sessionCookieName(scheme);
  const token = parse(request.headers.get("cookie") ?? "", name)[name];
  return token === undefined || token === "" ? null : { token, isCookie: true };
}

/** Askers of one application. */
export function createAskers({ settings, origins, signIns, users }: AskersDeps): Askers {
  const isDebug = settings.mode === "debug";

  async function session(facts: Facts): Promise<SignedIn> {
    const credential = credentialOf(facts);
    if (credential === null) throw new ChatError("unauthenticated");
    if (credential.isCookie && isUnsafe(facts.request.method)) origins.requireOrigin(facts.origin, facts);
    const signedIn = await signIns.recognise(credential.token);
    if (signedIn === null) throw new ChatError("unauthenticated");
    return signedIn;
  }

  async function person(facts: Facts): Promise<Asker> {
    const said = isDebug ? saidUserId(facts) : null;
    if (said !== null) return { userId: said, user: await users.find({ id: said }), session: null };
    const signedIn = await session(facts);
    return { userId: signedIn.user.id, ...signedIn };
  }

  /** In debug mode an old cookie is no reason to refuse what needs none. */
  async function guest(facts: Facts): Promise<Asker | null> {
    const credential = credentialOf(facts);
    const signedIn = credential === null ? null : await signIns.recognise(credential.token);
    return signedIn === null ? null : { userId: signedIn.user.id, ...signedIn };
  }

  return {
    anyone: () => Promise.resolve(null),
    reader: (facts) => isDebug && !isSaid(facts) ? guest(facts) : person(facts),
    person,
    session,
    async owner(facts): Promise<OwnerAsker> {
      const asker = await person(facts);
      const { user } = asker;
      if (user?.role !== "owner" || user.status !== "active") throw new ChatError("forbidden");
      return { ...asker, user };
    },
  };
}

/** Whether the request says on purpose who asks. */
function isSaid({ url, request }: Facts): boolean {
  return url.searchParams.has("user_id") || request.headers.has("authorization");
}

/** An explicit `?user_id=` wins in debug mode, as it does for a socket. */
function saidUserId({ url }: Facts): UserId | null {
  const text = url.searchParams.get("user_id");
  if (text === null) return null;
  const parsed = UserIdText.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ChatError("invalid_fields", {
    fields: { user_id: { en: "Must be a user id", zh: "必须是用户 id" } },
  });
}
