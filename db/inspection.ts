/**
 * What a look at a database tells an operator, beside what serving people needs of it.
 *
 * @module
 */

/** Something that should be otherwise, as sentences without a full stop. */
export interface Remark {
  /** A fault loses something or keeps people out; a warning may. */
  readonly level: "warning" | "fault";
  readonly seen: string;
  readonly advice: string;
}

/** What was found. */
export interface Inspection {
  /** What answered, such as its version. */
  readonly seen: string;
  /** Its clock less ours, in ms; null where it has none of its own. */
  readonly drift: number | null;
  readonly remarks: readonly Remark[];
}

/** Looks at databases. Each resolves whatever is wrong with them, within about 6 s. */
export interface Inspectors<Mysql, Mongo, Redis> {
  readonly mysql: (place: Mysql) => Promise<Inspection>;
  readonly mongodb: (place: Mongo) => Promise<Inspection>;
  readonly redis: (place: Redis) => Promise<Inspection>;
  /** The embedded store of a data directory, which may be in use. */
  readonly embedded: (dataDir: string) => Promise<Inspection>;
  /** Whether write-ahead logs and locks work in the directory: files are made there and removed. */
  readonly fileSystem: (directory: string) => Promise<Inspection>;
}

/** An inspection of what did not answer. */
export function unreachable(seen: string, advice: string): Inspection {
  return { seen, drift: null, remarks: [{ level: "fault", seen, advice }] };
}
