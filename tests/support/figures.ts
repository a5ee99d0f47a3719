/**
 * What a server tells of itself at /metrics, which is open in debug mode.
 *
 * @module
 */
import type { SocketClient } from "./socket_client.ts";

/** The figures by name, with their labels and without prefix. */
export async function readFigures(url: URL): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at).replace(/^chat_/, ""), Number(line.slice(at + 1))];
  }));
}

/** How often the server closed sockets with a code. */
export async function closesOf(url: URL, code: number): Promise<number> {
  return (await readFigures(url)).get(`closes_total{code="${code}"}`) ?? 0;
}

/** Who is online in the last list or news that somebody was sent. */
export function onlineSeenBy({ frames }: Pick<SocketClient, "frames">): ReadonlySet<number> {
  const online = new Set<number>();
  for (const { type, from_user_id: id, data } of frames) {
    const users = data?.["users"];
    if (type === "user_list" && Array.isArray(users)) {
      online.clear();
      for (const user of users) online.add(Number(Object(user).user_id));
    } else if (type === "join" && id !== undefined) online.add(id);
    else if (type === "leave" && id !== undefined) online.delete(id);
  }
  return online;
}
