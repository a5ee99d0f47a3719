/**
 * Does what an administrator asks, on the accounts of a store that is open here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import type { Clock } from "../../db/clock.ts";
import { type Account, type Invite, isUserId, type Session, type User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Wires } from "../../db/wires.ts";
import { createDataRequests } from "../accounts/data_requests.ts";
import { AccountNews, type ChatEvent, ErasureNews } from "../../realtime/mod.ts";
import { ChatError } from "../../realtime/errors.ts";
import { registrationForm } from "../accounts/forms.ts";
import { refuseTaken } from "../accounts/taken.ts";
import { type Accounts, type AppSettings, createAccounts, type Hasher } from "../mod.ts";
import type { Input, Operate, OperationName, Output, ShownInvite, ShownUser } from "./operations.ts";

const log = getLogger(["chat", "control"]);
/** As base64url 20 characters, which debug mode takes too. */
const PASSWORD_BYTES = 15;
/** How the rules of a form tell their fault. */
const Sentenced = z.object({ sentence: z.object({ en: z.string() }) });

/** What operations work on. */
export interface OperatorDeps {
  readonly settings: AppSettings;
  readonly store: Pick<Store, "users" | "sessions" | "invites" | "messages" | "erasures">;
  /** Reaches whoever takes connections. */
  readonly news: Pick<Wires<ChatEvent>["bus"], "publish">;
  readonly tally: Wires<ChatEvent>["tally"];
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  /** Where invites lead. */
  readonly base: string;
}

type Handlers = { readonly [N in OperationName]: (input: Input<N>) => Promise<Output<N>> };

/** Makes the operations. Whatever changes something is logged. */
export function createOperate(deps: OperatorDeps): Operate {
  const { store } = deps;
  const news = new AccountNews(deps.news);
  const accounts = createAccounts({ ...deps, realtime: news });
  const operator = new Operator(deps, accounts, news);
  const data = createDataRequests({ ...deps, news: new ErasureNews(deps.news) });
  const handlers: Handlers = {
    "user find": async ({ who }) => {
      const { userId, username } = await data.find(who);
      return { user_id: userId, username };
    },
    "user erase": async ({ user_id: id, after_days: days }) => {
      const { username, dueAt, messages, conversations } = await data.erase(id, days, () => {});
      log.info("The command line had the account {id} erased, or noted when it is to be", { id });
      return { username, due_at: dueAt, messages, conversations };
    },
    "user keep": async ({ user_id: id }) => ({ was_asked: await data.keep(id) }),
    "user list": async ({ prefix, after, limit }) => {
      const query = { prefix, afterId: after, limit, activeOnly: false };
      const { users, hasMore } = await store.users.search(query);
      return { users: users.map(shownUser), has_more: hasMore };
    },
    "user create": (input) => operator.create(input),
    "user change": (input) => operator.change(input),
    "user reset-password": (input) => operator.resetPassword(input),
    "invite create": (input) => operator.invite(input),
    "invite list": async () => ({
      invites: (await accounts.invites.list()).map((invite) => operator.shownInvite(invite)),
    }),
    "invite revoke": async ({ id }) => {
      await accounts.invites.remove(id);
      log.info("The command line ended the link {id}", { id });
      return { id };
    },
    "sessions list": async ({ who }) => {
      const user = await operator.find(who);
      return {
        user: shownUser(user),
        sessions: (await accounts.signIns.list(user.id)).map(shownSession),
      };
    },
    "sessions end": (input) => operator.endSessions(input),
  };
  return (name, input) => handlers[name](input);
}

class Operator {
  readonly #deps: OperatorDeps;
  readonly #accounts: Accounts;
  readonly #news: AccountNews;

  constructor(deps: OperatorDeps, accounts: Accounts, news: AccountNews) {
    this.#deps = deps;
    this.#accounts = accounts;
    this.#news = news;
  }

  /** By id, username or e-mail address. */
  async find(who: string): Promise<Account> {
    const { users } = this.#deps.store;
    const id = /^\d+$/.test(who) ? Number(who) : null;
    const account = (isUserId(id) ? await users.find({ id }) : null) ?? await users.find({ login: who });
    if (account === null) throw new ChatError("no_such_user");
    return account;
  }

  async create({ username, email, role, password }: Input<"user create">): Promise<Output<"user create">> {
    const { settings, store: { users }, hasher, clock } = this.#deps;
    const generated = password === null ? this.#password() : null;
    const form = registrationForm(settings.mode).safeParse({
      username,
      email,
      password: password ?? generated,
    });
    if (!form.success) {
      const faults = form.error.issues.map((issue) => `${issue.path.join(".")}: ${faultOf(issue)}`);
      const text = `Cannot create the account: ${faults.join("; ")}`;
      throw new ChatError("invalid_fields", { text: { en: text, zh: text } });
    }
    await refuseTaken(users, form.data);
    const created = await users.create({
      username: form.data.username,
      email: form.data.email,
      phone: "",
      passwordDigest: await hasher.hash(form.data.password),
      createdAt: clock.now(),
    });
    this.#news.userChanged(created.id);
    // The first account of a store is its owner, whatever was asked.
    const user = created.role === role || created.role === "owner"
      ? created
      : await this.#accounts.people.change(created.id, { role });
    log.info("The command line created the account {id} as {role}", { id: user.id, role: user.role });
    return { user: shownUser(user), password: generated };
  }

  async change({ who, status, role, force }: Input<"user change">): Promise<Output<"user change">> {
    const { id } = await this.find(who);
    const user = await this.#accounts.people.change(id, { status, role }, { force });
    log.info("The command line made the account {id} {status} and {role}", {
      id,
      status: user.status,
      role: user.role,
    });
    return { user: shownUser(user) };
  }

  async resetPassword({ who }: Input<"user reset-password">): Promise<Output<"user reset-password">> {
    const { store: { users }, hasher, clock } = this.#deps;
    const { id } = await this.find(who);
    const password = this.#password();
    const user = await users.update(id, { passwordDigest: await hasher.hash(password) }, clock.now());
    if (user === null) throw new ChatError("no_such_user");
    const ended = await this.#accounts.signIns.endOthers(id, null);
    log.info("The command line gave the account {id} a new way in and ended {ended} sessions", { id, ended });
    return { user: shownUser(user), password, sessions_ended: ended };
  }

  async invite({ uses, expires_in: seconds }: Input<"invite create">): Promise<Output<"invite create">> {
    const invite = await this.#accounts.invites.create({
      uses,
      lifetimeMs: seconds * 1_000,
      createdBy: null,
    });
    log.info("The command line made the link {id} for {uses} people", { id: invite.id, uses });
    return { invite: this.shownInvite(invite) };
  }

  async endSessions({ who, id }: Input<"sessions end">): Promise<Output<"sessions end">> {
    const { signIns } = this.#accounts;
    const user = await this.find(who);
    const ended = id === null ? await signIns.endOthers(user.id, null) : await signIns.end(user.id, [id]);
    log.info("The command line ended {ended} sessions of the account {id}", { ended, id: user.id });
    return { user: shownUser(user), ended };
  }

  shownInvite(invite: Invite): ShownInvite {
    return {
      id: invite.id,
      link: this.#accounts.invites.link(invite, this.#deps.base),
      role: invite.role,
      uses_left: invite.usesLeft,
      expires_at: timeText(invite.expiresAt),
    };
  }

  #password(): string {
    return Buffer.from(this.#deps.randomBytes(PASSWORD_BYTES)).toString("base64url");
  }
}

function shownUser({ id, username, email, role, status, lastSeenAt }: User): ShownUser {
  const lastSeen = lastSeenAt === null ? null : timeText(lastSeenAt);
  return { id, username, email, role, status, last_seen: lastSeen };
}

function shownSession(session: Session): Output<"sessions list">["sessions"][number] {
  const { id, device, address, createdAt, lastUsedAt } = session;
  return { id, device, address, created_at: timeText(createdAt), last_used_at: timeText(lastUsedAt) };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function faultOf(issue: { readonly message: string }): string {
  const sentence = "params" in issue ? issue.params : undefined;
  const told = Sentenced.safeParse(sentence);
  return told.success ? told.data.sentence.en : issue.message;
}
