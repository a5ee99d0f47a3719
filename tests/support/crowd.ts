/**
 * Many people with one socket each, as a process of its own, so that counting what they are sent delays nobody else:
 *
 *     deno run --allow-net=127.0.0.1 tests/support/crowd.ts 'ws://127.0.0.1:8080/ws' 1000 5000
 *
 * They come at random moments within so many milliseconds, and again when their sockets end. Each time all of them
 * are there it says `all are there`; at SIGTERM it says as JSON what they were sent since each came last, and ends.
 *
 * @module
 */
import { say } from "./say.ts";

/** The ids of the crowd follow this one. */
export const CROWD_AFTER = 10_000;

const [url = "", count = "0", within = "0"] = Deno.args;

/** One of the crowd. */
class Member {
  frames = 0;
  units = 0;
  lists = 0;
  isThere = false;
  readonly #url: URL;
  readonly #onThere: () => void;

  constructor(userId: number, onThere: () => void) {
    this.#url = new URL(`?user_id=${userId}&username=user${userId}`, url);
    this.#onThere = onThere;
  }

  /** Comes at a random moment, and again whenever it is over. */
  come(): void {
    setTimeout(() => this.#connect(), Math.random() * Number(within));
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { protocols: ["go-chat"] });
    [this.frames, this.units, this.lists] = [0, 0, 0];
    socket.onmessage = ({ data }): void => this.#take(String(data));
    socket.onerror = (event): void => event.preventDefault();
    socket.onclose = (): void => {
      this.isThere = false;
      this.come();
    };
  }

  #take(text: string): void {
    this.frames++;
    this.units += text.length;
    if (text.startsWith('{"type":"user_list"')) this.lists++;
    if (this.isThere) return;
    this.isThere = true;
    this.#onThere();
  }
}

if (import.meta.main) {
  const crowd: Member[] = [];
  const look = (): void => {
    if (crowd.every(({ isThere }) => isThere)) say("all are there");
  };
  for (let at = 1; at <= Number(count); at++) crowd.push(new Member(CROWD_AFTER + at, look));
  for (const member of crowd) member.come();
  Deno.addSignalListener("SIGTERM", () => {
    const all = (key: "frames" | "units" | "lists"): number[] => crowd.map((member) => member[key]);
    say(`told ${JSON.stringify({ frames: all("frames"), units: all("units"), lists: all("lists") })}`);
    Deno.exit(0);
  });
}
