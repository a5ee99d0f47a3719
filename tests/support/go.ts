/**
 * The Go compiler, for programs that tests run beside ours.
 *
 * @module
 */
import { runs } from "./run.ts";

/** Where it is looked for. */
export const GO_PLACES = ["go", "/usr/local/go/bin/go"];

/** The name or path of a Go compiler; null: there is none. */
export async function findGo(): Promise<string | null> {
  for (const place of GO_PLACES) {
    if (await runs(place, "version")) return place;
  }
  return null;
}
