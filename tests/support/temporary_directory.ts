/**
 * A directory that goes when the test is over.
 *
 * @module
 */
import { join } from "node:path";

/** A fresh, empty directory, by default in the system's temporary folder. */
export class TemporaryDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one that only its owner can look into; `dir` is the folder it is to be in. */
  static async make({ dir }: { readonly dir?: string } = {}): Promise<TemporaryDirectory> {
    const where = dir === undefined ? {} : { dir };
    return new TemporaryDirectory(await Deno.makeTempDir({ prefix: "go-chat-test-", ...where }));
  }

  /** A path inside. */
  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** Writes a file inside, with the folders above it, and answers its path. */
  async write(name: string, text: string): Promise<string> {
    const path = this.at(name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
