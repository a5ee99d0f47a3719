/**
 * Session tokens: signed JWTs that name a session, checked without waiting.
 *
 * @module
 */
import { createHash, createSecretKey, type KeyObject } from "node:crypto";
// @ts-types="npm:@types/jsonwebtoken@^9.0.10"
import jwt from "jsonwebtoken";
import { z } from "zod";
import { isUserId, type UserId } from "../../db/model.ts";

const ISSUER = "go-chat";
const AUDIENCE = "go-chat";
const ALGORITHM = "HS256";
/** Ours are about 400 characters; no header of a megabyte is worth decoding. */
const MAX_TOKEN_LENGTH = 2_048;

/** What a good token says. */
export interface Claims {
  readonly userId: UserId;
  /** The name at sign-in; the account may have a newer one. */
  readonly username: string;
  /** The id of the session in the store: the hash of the secret in the token. */
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What goes into a token. */
export interface TokenRequest {
  readonly userId: UserId;
  readonly username: string;
  /** The secret of which the store holds only {@link hashSessionSecret}. */
  readonly sessionSecret: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs and checks tokens. */
export interface Tokens {
  sign(request: TokenRequest): string;
  /** What the token says, or null when it is malformed, forged or expired at `now`. Never throws. */
  verify(token: string, now: number): Claims | null;
}

const Payload = z.object({
  sub: z.string().regex(/^[1-9]\d{0,9}$/).transform(Number).refine(isUserId),
  sid: z.string().min(20).max(100),
  exp: z.number(),
  name: z.string().max(400),
});

/** The id under which the store knows a session: reading the store signs nobody in. */
export function hashSessionSecret(sessionSecret: string): string {
  return createHash("sha256").update(sessionSecret).digest("base64url");
}

/** Tokens under these secrets: the first signs, all verify. Throws when there is none. */
export function createTokens(secrets: readonly string[]): Tokens {
  const keys = new Map(secrets.map((secret): [string, KeyObject] => [keyId(secret), keyOf(secret)]));
  const [first] = secrets;
  if (first === undefined) throw new RangeError("Cannot sign tokens: there is no secret (CHAT_SECRET)");
  const signingKey = keyOf(first);
  const keyid = keyId(first);
  return {
    sign({ userId, username, sessionSecret, issuedAt, expiresAt }): string {
      const payload = {
        sid: sessionSecret,
        name: username,
        iat: Math.floor(issuedAt / 1_000),
        exp: Math.floor(expiresAt / 1_000),
      };
      return jwt.sign(payload, signingKey, {
        algorithm: ALGORITHM,
        keyid,
        subject: String(userId),
        issuer: ISSUER,
        audience: AUDIENCE,
      });
    },
    verify: (token, now) => verify(token, now, keys),
  };
}

function verify(token: string, now: number, keys: ReadonlyMap<string, KeyObject>): Claims | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  try {
    const header = jwt.decode(token, { complete: true })?.header;
    const key = keys.get(header?.kid ?? "");
    if (key === undefined) return null;
    const verified = jwt.verify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      // 0 would be taken for "not given".
      clockTimestamp: Math.max(1, Math.floor(now / 1_000)),
    });
    const payload = Payload.safeParse(verified);
    if (!payload.success) return null;
    const { sub, sid, exp, name } = payload.data;
    return { userId: sub, username: name, sessionId: hashSessionSecret(sid), expiresAt: exp * 1_000 };
  } catch {
    return null;
  }
}

function keyOf(secret: string): KeyObject {
  return createSecretKey(new TextEncoder().encode(secret));
}

/** Names a secret without telling it. */
function keyId(secret: string): string {
  return createHash("sha256").update(`go-chat kid ${secret}`).digest("base64url").slice(0, 12);
}
