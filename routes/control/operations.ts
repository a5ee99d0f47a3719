/**
 * What an administrator may ask of a server, and how each question and answer looks.
 *
 * @module
 */
import { z } from "zod";

const User = z.object({
  id: z.number().int(),
  username: z.string(),
  email: z.string(),
  role: z.enum(["owner", "member"]),
  status: z.enum(["active", "disabled"]),
  last_seen: z.iso.datetime().nullable(),
});
const Who = z.string().min(1).max(254);
const OfUser = z.object({ who: Who });
const Invite = z.object({
  id: z.string(),
  link: z.string(),
  role: z.enum(["owner", "member"]),
  uses_left: z.number().int(),
  expires_at: z.iso.datetime(),
});
const Session = z.object({
  id: z.string(),
  device: z.string(),
  address: z.string(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
});

/** Every operation: what it takes, and what it answers. */
export const OPERATIONS = {
  "user list": {
    input: z.object({
      prefix: z.string().max(100),
      after: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
    output: z.object({ users: z.array(User), has_more: z.boolean() }),
  },
  "user create": {
    input: z.object({
      username: z.string().max(200),
      email: z.string().max(254),
      role: z.enum(["owner", "member"]),
      /** Null: one is generated. */
      password: z.string().max(1_000).nullable(),
    }),
    /** The password only where it was generated. */
    output: z.object({ user: User, password: z.string().nullable() }),
  },
  "user change": {
    input: OfUser.extend({
      status: z.enum(["active", "disabled"]).optional(),
      role: z.enum(["owner", "member"]).optional(),
      /** Even the last active owner. */
      force: z.boolean(),
    }),
    output: z.object({ user: User }),
  },
  "user reset-password": {
    input: OfUser,
    output: z.object({ user: User, password: z.string(), sessions_ended: z.number().int() }),
  },
  "user find": { input: OfUser, output: z.object({ user_id: z.number().int(), username: z.string() }) },
  "user erase": {
    input: z.object({ user_id: z.number().int(), after_days: z.number().int().min(0).max(3_650) }),
    /** `due_at` in ms; null: it is erased. */
    output: z.object({
      username: z.string(),
      due_at: z.number().nullable(),
      messages: z.number().int(),
      conversations: z.number().int(),
    }),
  },
  "user keep": {
    input: z.object({ user_id: z.number().int() }),
    output: z.object({ was_asked: z.boolean() }),
  },
  "invite create": {
    input: z.object({
      uses: z.number().int().min(1).max(1_000),
      expires_in: z.number().int().min(60).max(365 * 86_400),
    }),
    output: z.object({ invite: Invite }),
  },
  "invite list": { input: z.object({}), output: z.object({ invites: z.array(Invite) }) },
  "invite revoke": {
    input: z.object({ id: z.string().min(1).max(100) }),
    output: z.object({ id: z.string() }),
  },
  "sessions list": { input: OfUser, output: z.object({ user: User, sessions: z.array(Session) }) },
  "sessions end": {
    /** Null: all. */
    input: OfUser.extend({ id: z.string().max(100).nullable() }),
    output: z.object({ user: User, ended: z.number().int() }),
  },
} as const;

/** The name of an operation. */
export type OperationName = keyof typeof OPERATIONS;
/** What it takes. */
export type Input<N extends OperationName> = z.output<typeof OPERATIONS[N]["input"]>;
/** What it answers. */
export type Output<N extends OperationName> = z.output<typeof OPERATIONS[N]["output"]>;
/** An account as operations answer it. */
export type ShownUser = z.output<typeof User>;
/** An invite as operations answer it. */
export type ShownInvite = z.output<typeof Invite>;

/** Does what is asked. Throws `ChatError`. */
export type Operate = <N extends OperationName>(name: N, input: Input<N>) => Promise<Output<N>>;
