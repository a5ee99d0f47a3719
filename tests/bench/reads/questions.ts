/**
 * What people ask a messenger that has been used for long.
 *
 * @module
 */
import { directConversation } from "../../../db/model.ts";
import { type Ask, AskingSocket, get, time, type Timed } from "./asking.ts";
import { type Dice, LISTS, type Planned, type Spread } from "./spread.ts";

/** What is asked of whom. */
export interface Setting {
  readonly url: URL;
  readonly spread: Spread;
  /** Those with by far the most messages. */
  readonly big: readonly Planned[];
  readonly dice: Dice;
  /** How often each question is asked. */
  readonly count: number;
}

/** One question, asked many times. */
export interface Question {
  readonly name: string;
  run(setting: Setting): Promise<Timed>;
}

/** Sockets that ask by turns: the server gives one person a pause after each answer. */
const ASKERS = 100;
const PAGE = 50;
/** A mark moves by up to this much where somebody reads on. */
const READ_ON = 200;
/** Each is followed by a rest. */
const MOST_SYNCS = 200;
/** Sockets opened and not yet closed. */
const MOST_OPENED = 200;

/** Every question, those that change something last. */
export const QUESTIONS: readonly Question[] = [
  ...["newest page", "page at a random depth", "page after a random seq"].flatMap((what, at) => [
    history(what, { over: "HTTP", to: at }),
    history(what, { over: "socket", to: at }),
  ]),
  ...LISTS.toReversed().flatMap(({ conversations }) => [
    list(conversations),
    sync(conversations, { isFresh: true }),
    sync(conversations, { isFresh: false }),
    welcome(conversations),
  ]),
  { name: "people whose name begins so, HTTP", run: people },
  { name: "mark: read on in a big conversation", run: (setting) => marks(setting, "on") },
  { name: "mark: from nothing to the middle of a big one", run: (setting) => marks(setting, "middle") },
  { name: "mark: up to the newest of a big one", run: (setting) => marks(setting, "newest") },
];

function history(
  what: string,
  { over, to }: { readonly over: "HTTP" | "socket"; readonly to: number },
): Question {
  const bound = (size: number, dice: Dice): Record<string, number> =>
    [{}, { "before_seq": 1 + dice.below(size) }, { "after_seq": dice.below(size) }][to] ?? {};
  const run = async ({ url, spread, dice, count }: Setting): Promise<Timed> => {
    const asked = Array.from({ length: over === "HTTP" ? count : ASKERS }, () => byWeight(spread, dice));
    if (over === "HTTP") {
      return await time(count, (at) => {
        const { low, high, size } = turn(asked, at);
        const query = Object.entries({ ...bound(size, dice), limit: PAGE }).map(([name, n]) =>
          `${name}=${n}`
        );
        const { id } = directConversation(low, high);
        return () => get(url, `/api/v1/conversations/${id}/messages?${query.join("&")}`, low);
      });
    }
    await using owned = new AsyncDisposableStack();
    const sockets: AskingSocket[] = [];
    for (const { low } of asked) sockets.push(owned.use(await AskingSocket.open(url, low)));
    return await time(count, (at) => {
      const { low, high, size } = turn(asked, at);
      const data = { "conversation_id": directConversation(low, high).id, limit: PAGE, ...bound(size, dice) };
      return () => turn(sockets, at).ask({ type: "history", data });
    });
  };
  return { name: `${what} of ${PAGE}, ${over}`, run };
}

function list(conversations: number): Question {
  return {
    name: `first ${PAGE} of ${conversations} conversations with unread counts, HTTP`,
    run: ({ url, spread, count }) =>
      time(count, (at) => () => {
        const user = turn(spread.listed.get(conversations) ?? [], at);
        return get(url, `/api/v1/conversations?limit=${PAGE}`, user);
      }),
  };
}

/** A device that has nothing, or one that was in step an hour ago. */
function sync(conversations: number, { isFresh }: { readonly isFresh: boolean }): Question {
  return {
    name: `sync of ${conversations} conversations: ${isFresh ? "first page, new device" : "nothing is new"}`,
    run: async ({ url, spread, count }) => {
      await using owned = new AsyncDisposableStack();
      const askers: { readonly socket: AskingSocket; readonly have: Record<string, number> }[] = [];
      const owners = spread.listed.get(conversations) ?? [];
      for (const user of owners) {
        const socket = owned.use(await AskingSocket.open(url, user));
        const own = spread.conversations.filter(({ low, high }) => low === user || high === user);
        const have = own.map(({ low, high, size }) => [directConversation(low, high).id, size]);
        askers.push({ socket, have: Object.fromEntries(have) });
      }
      const since = new Date().toISOString();
      const prepare = (at: number): Ask => {
        const { socket, have } = turn(askers, at);
        return () => socket.ask({ type: "sync", data: isFresh ? {} : { have, since } });
      };
      return await time(Math.min(count, MOST_SYNCS), prepare, { rest: true });
    },
  };
}

function welcome(conversations: number): Question {
  return {
    name: `socket opened, welcome and the list of who is online, ${conversations} conversations`,
    run: async ({ url, spread, count }) => {
      const opened: AskingSocket[] = [];
      const owners = spread.listed.get(conversations) ?? [];
      const timed = await time(Math.min(count, MOST_OPENED), (at) => async () => {
        opened.push(await AskingSocket.open(url, turn(owners, at)));
        return "";
      });
      for (const socket of opened) await socket[Symbol.asyncDispose]();
      return timed;
    },
  };
}

function people({ url, spread, dice, count }: Setting): Promise<Timed> {
  return time(count, () => {
    const [beginning, asker] = [`person${dice.below(100)}`, 1 + dice.below(spread.people)];
    return () => get(url, `/api/v1/users?q=${beginning}`, asker);
  });
}

/** Moves the marks of those who have read nothing of the big conversations. */
async function marks({ url, big, dice, count }: Setting, to: "on" | "middle" | "newest"): Promise<Timed> {
  await using owned = new AsyncDisposableStack();
  const sockets: AskingSocket[] = [];
  for (const { high } of big) sockets.push(owned.use(await AskingSocket.open(url, high)));
  const seqs = big.map(() => 0);
  // Each can go to the middle and the end once.
  return await time(to === "on" ? count : big.length, (at) => {
    const which = at % big.length;
    const { low, high, size } = turn(big, at);
    const next = to === "middle" ? size / 2 : (seqs[which] ?? 0) + 1 + dice.below(READ_ON);
    seqs[which] = next;
    const data = { "conversation_id": directConversation(low, high).id };
    const seq = to === "newest" ? {} : { seq: Math.min(size, Math.floor(next)) };
    return () => turn(sockets, at).ask({ type: "read", data: { ...data, ...seq } });
  });
}

/** A conversation, so that each message is as likely to be one of it. */
function byWeight({ conversations }: Spread, dice: Dice): Planned {
  const total = conversations.reduce((sum, { size }) => sum + size, 0);
  let left = dice.below(total);
  for (const one of conversations) {
    left -= one.size;
    if (left < 0) return one;
  }
  throw new Error("There are no conversations");
}

function turn<T>(all: readonly T[], at: number): T {
  const one = all[at % all.length];
  if (one === undefined) throw new Error("There is nobody to ask");
  return one;
}
