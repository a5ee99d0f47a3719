/**
 * What a measure is made of.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";

/** A figure by its name, such as `p99`. */
export type Sample = Readonly<Record<string, number>>;

/** How thoroughly to measure. */
export interface Effort {
  readonly rounds: number;
  /** Seconds of each run that count. */
  readonly seconds: number;
}

/** What is to be reached, and what is hoped for beyond that. */
export interface Goal {
  readonly floor: number;
  readonly aim: number;
}

/** A row of the table. */
export interface Row {
  /** The figure of a sample. */
  readonly key: string;
  readonly text: string;
  readonly digits: number;
  /** Which way is better; absent: neither, it explains the others. */
  readonly better?: "more" | "less";
  /** What ours is to reach. */
  readonly goal?: Goal;
  /** What ours is to reach as a share of another contender's figure, by its name. */
  readonly goalsBeside?: Readonly<Record<string, Goal>>;
  /** What ours may not exceed. */
  readonly most?: number;
  /** What ours must reach on a database, as a share of what it reaches without one. */
  readonly share?: number;
}

/** What one run is given. */
export interface Run {
  /** The load generator. */
  readonly load: string;
  /** Seconds that count. */
  readonly seconds: number;
}

/** One thing to measure: its name on the command line, what it prints, and how one run goes. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  /** What the figures stand for; what is not said here is not promised. */
  readonly meaning: string;
  readonly rows: readonly Row[];
  /** Whether accounts must be there before it begins, which are laid into SQLite only. */
  readonly needsAccounts: boolean;
  /** Whether a plain relay, which bounds nothing, cannot be put to it. */
  readonly needsChat?: true;
  /** Whether it times how a version of the program starts. */
  readonly needsStarts?: true;
  /** Whether it takes all of the servers' core: who had less of it was kept from its work by others. */
  readonly saturates: boolean;
  /** One run on a server started for it. Throws when the load could not be kept up. */
  readonly run: (contender: Contender, run: Run) => Promise<Sample>;
}

/** All runs of one measure by contender, in the order they were made. */
export interface Results {
  readonly measure: Measure;
  readonly samples: ReadonlyMap<Contender, readonly Sample[]>;
}
