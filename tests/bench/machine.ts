/**
 * The machine a table was made on: figures mean nothing without it.
 *
 * @module
 */

/** One line: processor, cores, memory, system, runtime, and what a synced write costs in `directory`. */
export async function describeMachine(directory: string): Promise<string> {
  const cpus = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*:\s*(.+)/.exec(cpus)?.[1] ?? Deno.build.arch;
  const gigabytes = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  const { p50, p99 } = await timeSyncs(directory);
  return [
    `${model}, ${navigator.hardwareConcurrency} cores, ${gigabytes} GiB`,
    `${Deno.build.os} ${Deno.osRelease()}, Deno ${Deno.version.deno}`,
    `a synced write of 4 KiB: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    new Date().toISOString().slice(0, 10),
  ].join(" · ");
}

const SYNCS = 200;

async function timeSyncs(directory: string): Promise<{ readonly p50: number; readonly p99: number }> {
  const path = await Deno.makeTempFile({ dir: directory });
  const times: number[] = [];
  try {
    using file = await Deno.open(path, { write: true });
    const page = new Uint8Array(4_096);
    for (let i = 0; i < SYNCS; i++) {
      const begun = performance.now();
      await file.write(page);
      await file.syncData();
      times.push(performance.now() - begun);
    }
  } finally {
    await Deno.remove(path);
  }
  times.sort((one, other) => one - other);
  return { p50: times[SYNCS / 2] ?? NaN, p99: times[Math.floor(SYNCS * 0.99)] ?? NaN };
}
