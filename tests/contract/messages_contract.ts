/**
 * The contract of a message store.
 *
 * @module
 */
import { testAppend } from "./messages/append.ts";
import { testEmptying } from "./messages/emptying.ts";
import { testMarks } from "./messages/marks.ts";
import { testReading } from "./messages/reading.ts";
import { testSync } from "./messages/sync.ts";
import type { OpenStore } from "./opened.ts";

/** Runs the suite against a backend. */
export function testMessageStore(name: string, open: OpenStore): void {
  testAppend(name, open);
  testMarks(name, open);
  testReading(name, open);
  testSync(name, open);
  testEmptying(name, open);
}
