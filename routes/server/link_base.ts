/**
 * Where links lead.
 *
 * @module
 */

/** Where a person on this machine opens the page, when no public address is known. */
export function linkBase(publicUrl: URL | null, origin: string): URL {
  return publicUrl ??
    new URL(origin.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:"));
}
