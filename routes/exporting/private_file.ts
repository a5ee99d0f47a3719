/**
 * Writes a file that only its owner may read, and that is there whole or not at all.
 *
 * @module
 */

/**
 * Writes `bytes` to `path`, by way of `path.partial`. Throws `Deno.errors.AlreadyExists` where there is something by
 * that name, and whatever `bytes` throws; then nothing is left behind. Answers how many bytes were written.
 */
export async function writePrivately(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  await refuseExisting(path);
  const partial = `${path}.partial`;
  // What a run that was cut short has left may be open to others.
  await Deno.remove(partial).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  try {
    const written = await writeAll(partial, bytes);
    await refuseExisting(path);
    await Deno.rename(partial, path);
    return written;
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

async function writeAll(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  using file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  let written = 0;
  for await (const piece of bytes) {
    for (let from = 0; from < piece.length;) from += await file.write(piece.subarray(from));
    written += piece.length;
  }
  await file.sync();
  return written;
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Deno.errors.AlreadyExists(`Cannot write "${path}": there is a file by that name`);
}
