/**
 * Stores, buses and counts as another isolate of the process sees them: here both sides are in one, and what they
 * tell each other goes over real ports.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { systemClock } from "../../db/clock.ts";
import { STORE_ERRORS } from "../../db/isolates/errors.ts";
import { Link } from "../../db/isolates/link.ts";
import { remoteStore, StoreOffice } from "../../db/isolates/store.ts";
import { SqliteReader } from "../../db/sql/sqlite/reader.ts";
import type { OpenedStore } from "./opened.ts";
import { openIn, TemporaryDirectory } from "./sqlite.ts";

/** Two ends of a port. */
export function linkPair(
  clock: Clock = systemClock,
): { readonly here: Link; readonly there: Link } & Disposable {
  const { port1, port2 } = new MessageChannel();
  const here = new Link({ port: port1, clock, errors: STORE_ERRORS });
  const there = new Link({ port: port2, clock, errors: STORE_ERRORS });
  return {
    here,
    there,
    [Symbol.dispose](): void {
      here[Symbol.dispose]();
      there[Symbol.dispose]();
    },
  };
}

/** The embedded store, asked over a link; `reads`: what can be read beside its owner is. */
export async function openBehindLink({ reads }: { readonly reads: boolean }): Promise<OpenedStore> {
  const directory = await TemporaryDirectory.make();
  const owner = await openIn(directory.path);
  const reader = reads ? new SqliteReader(directory.path, systemClock) : null;
  const links = linkPair();
  new StoreOffice(owner).serve(links.there);
  const end = async (): Promise<void> => {
    links[Symbol.dispose]();
    await reader?.[Symbol.asyncDispose]();
    await owner[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  };
  return {
    store: {
      ...remoteStore(links.here, owner.facts, reader),
      archive: owner.archive,
      witness: owner.witness,
      noteCopy: (from) => owner.noteCopy(from),
      noteDebugUse: () => owner.noteDebugUse(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    [Symbol.asyncDispose]: end,
  };
}
