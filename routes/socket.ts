/**
 * The front door of the socket: everything that can refuse a handshake, before the 101 and without waiting.
 *
 * The runtime keeps a descriptor for ever when a client leaves while its upgrade waits, so nothing here is async.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import { codePoints, isStorable } from "../realtime/frames.ts";
import { ChatError, type Sentence } from "../realtime/errors.ts";
import type { Identity, Realtime } from "../realtime/mod.ts";
import type { SignIns } from "./accounts/sign_ins.ts";
import type { Origins } from "./accounts/origin.ts";
import type { AppSettings } from "./app_settings.ts";
import { credentialOf } from "./askers.ts";
import type { Facts } from "./facts.ts";
import { answerProbe, PROBE_HEADER } from "./probe_proof.ts";
import { UserIdText } from "./shapes.ts";

/** A name said in debug mode is shown to others, in code points. */
const MAX_SAID_NAME = 50;
const TOKEN_PREFIX = "bearer.";

const PARAMETERS: Sentence = {
  en: "user_id must be a positive integer and username must not be empty",
  zh: "user_id 必须是正整数，username 不能为空",
};

/** What letting somebody in takes. */
export interface SocketDoorDeps {
  readonly settings: Pick<AppSettings, "mode" | "secrets">;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly signIns: SignIns;
  readonly realtime: Pick<Realtime, "upgrade">;
}

/** Answers GET /ws. */
export class SocketDoor {
  readonly #deps: SocketDoorDeps;

  constructor(deps: SocketDoorDeps) {
    this.#deps = deps;
  }

  /** Upgrades the request of somebody known. Throws {@link ChatError} for everybody else. */
  open(facts: Facts): Response {
    this.#deps.origins.checkOrigin(facts.origin, facts);
    this.#refuseHalfProbe(facts);
    const identity = this.#identify(facts);
    return this.#deps.realtime.upgrade(facts.request, identity);
  }

  /** An operator who asks as nobody hears whether a proxy dropped the upgrade, before anybody asks who it is. */
  #refuseHalfProbe({ request: { headers } }: Facts): void {
    const question = headers.get(PROBE_HEADER);
    if (question === null || headers.get("upgrade")?.toLowerCase() === "websocket") return;
    const { settings, clock } = this.#deps;
    if (answerProbe(question, settings.secrets, clock.now()) !== null) {
      throw new ChatError("upgrade_required");
    }
  }

  #identify(facts: Facts): Identity {
    const isDebug = this.#deps.settings.mode === "debug";
    const said = isDebug ? saidIdentity(facts) : null;
    if (said !== null) return said;
    const token = this.#token(facts);
    if (token === null) {
      throw isDebug ? new ChatError("bad_request", { text: PARAMETERS }) : new ChatError("unauthenticated");
    }
    const recognised = this.#deps.signIns.recogniseNow(token);
    if (recognised === null) throw new ChatError("unauthenticated");
    const { session, username } = recognised;
    return { userId: session.userId, username, session: { id: session.id }, language: facts.language };
  }

  /** The header is there on purpose, the subprotocol is all that a page may set, the cookie comes by itself. */
  #token(facts: Facts): string | null {
    const credential = credentialOf(facts);
    if (credential !== null && !credential.isCookie) return credential.token;
    const offered = facts.request.headers.get("sec-websocket-protocol") ?? "";
    for (const protocol of offered.split(",")) {
      const name = protocol.trim();
      if (name.startsWith(TOKEN_PREFIX)) return name.slice(TOKEN_PREFIX.length);
    }
    if (credential === null) return null;
    this.#deps.origins.requireOrigin(facts.origin, facts);
    return credential.token;
  }
}

/** The documented identity of debug mode; null when it is missing or malformed, so that another may speak. */
function saidIdentity({ url, language }: Facts): Identity | null {
  const userId = UserIdText.safeParse(url.searchParams.get("user_id"));
  const username = url.searchParams.get("username")?.trim() ?? "";
  if (!userId.success || username === "") return null;
  if (!isStorable(username) || codePoints(username) > MAX_SAID_NAME) return null;
  return { userId: userId.data, username, session: null, language };
}
