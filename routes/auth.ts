/**
 * Registering, signing in and out, sessions, the password.
 *
 * @module
 */
import { z } from "zod";
import type { Session } from "../db/model.ts";
import { SESSION_IDLE_MS } from "../db/sessions.ts";
import { ChatError } from "../realtime/errors.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { LoginForm, passwordForm, registrationForm } from "./accounts/forms.ts";
import type { AppSettings } from "./app_settings.ts";
import type { Routes } from "./route.ts";
import { endedCookie, sessionCookie } from "./session_cookie.ts";
import { IdText, presentUser, UserShape } from "./shapes.ts";

const Time = z.iso.datetime();
const NOTHING = z.object({});
const NO_DATA = z.undefined();
const TAG = "auth";

const SessionShape = z.object({
  session_id: z.string(),
  device: z.string(),
  address: z.string(),
  created_at: Time,
  last_used_at: Time,
  expires_at: Time,
  current: z.boolean(),
}).meta({ id: "Session" });

const SignInShape = z.object({
  ...UserShape.shape,
  token: z.string(),
  expires_at: Time,
  session_id: z.string(),
}).meta({ id: "SignIn" });

/** Mounts `/api/v1/auth`. */
export function mountAuth(routes: Routes, accounts: Accounts, { mode }: Pick<AppSettings, "mode">): void {
  mountRegister(routes, accounts, mode);
  mountLogin(routes, accounts);
  mountSessions(routes, accounts);
  mountPassword(routes, accounts, mode);
}

function mountRegister(routes: Routes, { registrar }: Accounts, mode: AppSettings["mode"]): void {
  routes.call({
    method: "POST",
    path: "/api/v1/auth/register",
    tag: TAG,
    summary: "Register an account",
    access: "anyone",
    input: z.object({ body: registrationForm(mode) }),
    example: { username: "testuser", email: "test@example.com", password: "123456", phone: "13800138000" },
    data: UserShape,
    done: { en: "Registered", zh: "注册成功" },
    errors: [
      "registration_closed",
      "invite_invalid",
      "username_taken",
      "email_taken",
      "rate_limited",
      "overloaded",
      "unavailable",
    ],
  }, async ({ input, facts }) => presentUser(await registrar.register(input.body, facts.address)));
}

function mountLogin(routes: Routes, { signIns }: Accounts): void {
  routes.call({
    method: "POST",
    path: "/api/v1/auth/login",
    tag: TAG,
    summary: "Sign in by username or e-mail address",
    access: "anyone",
    input: z.object({ body: LoginForm }),
    example: { username: "testuser", password: "123456" },
    data: SignInShape,
    done: { en: "Signed in", zh: "登录成功" },
    errors: ["login_failed", "account_disabled", "rate_limited", "overloaded", "unavailable"],
  }, async ({ input, facts, headers }) => {
    const userAgent = facts.request.headers.get("user-agent") ?? "";
    const { user, session, token } = await signIns.logIn(input.body, { address: facts.address, userAgent });
    headers.append("set-cookie", sessionCookie(token, facts.scheme));
    return {
      ...presentUser(user),
      token,
      expires_at: new Date(session.expiresAt).toISOString(),
      session_id: session.id,
    };
  });
  routes.call({
    method: "POST",
    path: "/api/v1/auth/logout",
    tag: TAG,
    summary: "End this session and close its sockets",
    access: "session",
    input: NOTHING,
    data: NO_DATA,
    done: { en: "Signed out", zh: "已退出登录" },
    errors: [],
  }, async ({ asker, facts, headers }) => {
    await signIns.end(asker.user.id, [asker.session.id]);
    headers.append("set-cookie", endedCookie(facts.scheme));
    return undefined;
  });
}

function mountSessions(routes: Routes, { signIns }: Accounts): void {
  const path = "/api/v1/auth/sessions";
  const common = { tag: TAG, access: "session", data: NO_DATA, errors: [] } as const;
  routes.call({
    ...common,
    method: "GET",
    path,
    summary: "My sessions, last used first",
    input: NOTHING,
    data: z.object({ sessions: z.array(SessionShape) }),
    done: { en: "Sessions", zh: "登录设备" },
  }, async ({ asker }) => {
    const sessions = await signIns.list(asker.user.id);
    return { sessions: sessions.map((session) => present(session, asker.session.id)) };
  });
  routes.call({
    ...common,
    method: "DELETE",
    path: `${path}/:id`,
    summary: "End one of my sessions",
    input: z.object({ params: z.object({ id: IdText }) }),
    done: { en: "The session has ended", zh: "会话已结束" },
    errors: ["not_found"],
  }, async ({ asker, input, facts, headers }) => {
    const { id } = input.params;
    if (await signIns.end(asker.user.id, [id]) === 0) throw new ChatError("not_found");
    if (id === asker.session.id) headers.append("set-cookie", endedCookie(facts.scheme));
    return undefined;
  });
  routes.call({
    ...common,
    method: "DELETE",
    path,
    summary: "End all my sessions but this one",
    input: NOTHING,
    done: { en: "All other sessions have ended", zh: "其他会话已全部结束" },
  }, async ({ asker }) => {
    await signIns.endOthers(asker.user.id, asker.session.id);
    return undefined;
  });
}

function mountPassword(routes: Routes, { profiles }: Accounts, mode: AppSettings["mode"]): void {
  routes.call({
    method: "PUT",
    path: "/api/v1/auth/password",
    tag: TAG,
    summary: "Change my password; all other sessions end",
    access: "session",
    input: z.object({ body: passwordForm(mode) }),
    example: { old_password: "123456", new_password: "654321 and more" },
    data: NO_DATA,
    done: { en: "The password was changed", zh: "密码已修改" },
    errors: ["wrong_password", "rate_limited", "overloaded"],
  }, async ({ asker, input, facts }) => {
    await profiles.changePassword(asker, input.body, facts.address);
    return undefined;
  });
}

function present(session: Session, currentId: string): z.output<typeof SessionShape> {
  const endsAt = Math.min(session.expiresAt, session.lastUsedAt + SESSION_IDLE_MS);
  return {
    session_id: session.id,
    device: session.device,
    address: session.address,
    created_at: new Date(session.createdAt).toISOString(),
    last_used_at: new Date(session.lastUsedAt).toISOString(),
    expires_at: new Date(endsAt).toISOString(),
    current: session.id === currentId,
  };
}
