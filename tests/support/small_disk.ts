/**
 * A disk that can be filled: a small file system in memory. Needs root on Linux.
 *
 * @module
 */
import { join } from "node:path";
import { runQuietly } from "./run.ts";

/** Whether this machine lets a test mount one. */
export function mayMount(): boolean {
  return Deno.build.os === "linux" && Deno.uid() === 0;
}

/** A mounted file system of a few MiB, gone with the test. */
export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Mounts an empty one. */
  static async mount(mebibytes: number): Promise<SmallDisk> {
    const path = await Deno.makeTempDir({ prefix: "go-chat-disk-" });
    await runQuietly("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=700`, "none", path]);
    return new SmallDisk(path);
  }

  /** Takes every byte that is left. */
  async fill(): Promise<void> {
    using file = await Deno.open(this.#filler, { write: true, create: true, append: true });
    for (let size = 65_536; size >= 1; size = Math.floor(size / 4)) {
      const piece = new Uint8Array(size);
      try {
        while (true) await file.write(piece);
      } catch {
        // The disk has no room for a piece of this size.
      }
    }
  }

  /** Gives back what {@link fill} took. */
  async free(): Promise<void> {
    await Deno.remove(this.#filler);
  }

  get #filler(): string {
    return join(this.path, "filler");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runQuietly("umount", [this.path]);
    await Deno.remove(this.path);
  }
}
