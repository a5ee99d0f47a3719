/**
 * Profiles, one's own account, and people to write to.
 *
 * @module
 */
import { z } from "zod";
import { ChatError } from "../realtime/errors.ts";
import type { UserStore } from "../db/users.ts";
import { StorableText } from "../realtime/frames.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { ProfileForm } from "./accounts/forms.ts";
import type { Asker } from "./askers.ts";
import type { AppSettings } from "./app_settings.ts";
import type { Routes } from "./route.ts";
import { limitText, PersonShape, presentStranger, presentUser, UserIdText, UserShape } from "./shapes.ts";

const TAG = "user";

/** What the calls about people need. */
export interface UserDeps {
  readonly accounts: Accounts;
  readonly users: UserStore;
  readonly settings: Pick<AppSettings, "mode">;
  /** Whether this server serves an image at a path. */
  readonly hasImage: (path: string) => boolean;
}

/** Mounts `/api/v1/user` and `/api/v1/users`. */
export function mountUser(routes: Routes, deps: UserDeps): void {
  mountProfile(routes, deps);
  mountMe(routes, deps);
  mountSearch(routes, deps);
}

function mountProfile(routes: Routes, { users, settings }: UserDeps): void {
  routes.call({
    method: "GET",
    path: "/api/v1/user/profile",
    tag: TAG,
    summary: "An account by its id",
    access: "reader",
    input: z.object({ query: z.object({ id: UserIdText }) }),
    data: UserShape,
    done: { en: "Profile", zh: "用户信息" },
    errors: ["no_such_user"],
  }, async ({ asker, input }) => {
    const user = await users.find({ id: input.query.id });
    if (user === null) throw new ChatError("no_such_user");
    const mayKnowAll = settings.mode === "debug" || asker?.userId === user.id;
    return mayKnowAll ? presentUser(user) : presentStranger(user);
  });
}

function mountMe(routes: Routes, { accounts, hasImage }: UserDeps): void {
  const common = { path: "/api/v1/user/me", tag: TAG, access: "person", data: UserShape } as const;
  routes.call({
    ...common,
    method: "GET",
    summary: "My account",
    input: z.object({}),
    done: { en: "Profile", zh: "用户信息" },
    errors: ["no_such_user"],
  }, ({ asker }) => Promise.resolve(presentUser(registered(asker))));
  routes.call({
    ...common,
    method: "PATCH",
    summary: "Change my account; a new username or e-mail address needs the password",
    input: z.object({ body: ProfileForm }),
    example: { username: "newname", phone: "13800138000", password: "123456" },
    done: { en: "Saved", zh: "已保存" },
    errors: ["wrong_password", "username_taken", "email_taken", "no_such_user", "rate_limited", "overloaded"],
  }, async ({ asker, input, facts }) => {
    const { avatar } = input.body;
    if (avatar !== undefined && avatar !== "" && !hasImage(avatar)) {
      const text = { en: "Must be the path of an image on this server", zh: "必须是本服务器上的图片路径" };
      throw new ChatError("invalid_fields", { fields: { avatar: text } });
    }
    return presentUser(await accounts.profiles.update(registered(asker).id, input.body, facts.address));
  });
}

function mountSearch(routes: Routes, { users }: UserDeps): void {
  routes.call({
    method: "GET",
    path: "/api/v1/users",
    tag: TAG,
    summary: "People to write to, by the beginning of their usernames",
    access: "reader",
    input: z.object({
      query: z.object({ q: StorableText.max(100).default(""), limit: limitText(100, 20) }),
    }),
    data: z.object({ users: z.array(PersonShape), has_more: z.boolean() }),
    done: { en: "People", zh: "用户列表" },
    errors: [],
  }, async ({ asker, input }) => {
    const { q, limit } = input.query;
    // One more, because the asker may be among them.
    const page = await users.search({ prefix: q, afterId: 0, limit: limit + 1, activeOnly: true });
    const others = page.users.filter((user) => user.id !== asker?.userId);
    const shown = others.slice(0, limit).map(({ id, username, avatar }) => ({ id, username, avatar }));
    return { users: shown, has_more: page.hasMore || others.length > limit };
  });
}

function registered({ user }: Asker): NonNullable<Asker["user"]> {
  if (user === null) throw new ChatError("no_such_user");
  return user;
}
