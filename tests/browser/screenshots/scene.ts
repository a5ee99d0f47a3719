/**
 * What the screenshots show: a handful of people and what they wrote to each other.
 *
 * @module
 */
import { join } from "../../support/page_people.ts";

const TALK: readonly (readonly [from: "self" | "friend", text: string])[] = [
  ["friend", "Good morning! Did the server survive the night?"],
  ["self", "It did. One binary, one file of data, and nobody noticed the restart at four."],
  ["friend", "Not even me, and I was writing. The message waited and went out by itself."],
  ["self", "That is the idea 🙂"],
  ["friend", "昨晚的备份也没问题，我看过了。"],
  ["self", "太好了！那我们今天可以升级。"],
  ["friend", "The notes are here: https://example.org/notes/2026-11-30 (three lines, no surprises)"],
  ["self", "Reading them now.\n\nTwo questions, later today."],
];

/** Registers everybody and lets them write; "ann" is the one who looks. Disposing it ends the devices of the others. */
export async function setScene(server: URL): Promise<AsyncDisposable> {
  const devices = new AsyncDisposableStack();
  const self = await join(server, "ann");
  const friend = await join(server, "Zoë_Lindqvist");
  const chinese = await join(server, "李小明");
  const [dave, mallory] = [await join(server, "dave.k"), await join(server, "Grace_H")];
  await mallory.write(self, "See you on Thursday, then.");
  await self.write(dave, "The cable is in the post.");
  await dave.write(self, "It came today, thank you!");
  for (const text of ["你好！", "请问今天下午有空吗？", "我想一起看一下新版本的页面。"]) {
    await chinese.write(self, text);
  }
  for (const [from, text] of TALK) {
    if (from === "self") await self.write(friend, text);
    else await friend.write(self, text);
  }
  const device = devices.use(await friend.connect());
  devices.use(await chinese.connect());
  await device.ask({ type: "read", "to_user_id": self.id });
  return devices;
}
