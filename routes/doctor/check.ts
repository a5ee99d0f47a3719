/**
 * What a check of the doctor is, and what it is given.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Inspection, Inspectors } from "../../db/inspection.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "../../db/places.ts";
import type { Given } from "../server/sources.ts";
import type { Settings } from "../server/settings.ts";
import type { Seen } from "./asking.ts";

/** How it stands: a fault keeps people out or loses something, a warning may. */
export type Level = "ok" | "warning" | "fault";

/** One line of the result. */
export interface Finding {
  /** The check, a word or two. */
  readonly check: string;
  readonly level: Level;
  /** What was seen: one sentence. */
  readonly seen: string;
  /** What to do: one sentence; null where all is well. */
  readonly advice: string | null;
}

/** What checks look at. */
export interface Patient {
  readonly settings: Settings;
  readonly given: Given;
  /** The first signs; null: none could be read. */
  readonly secrets: readonly string[] | null;
  readonly inspectors: Inspectors<MysqlPlace, MongoPlace, RedisPlace>;
  readonly clock: Clock;
  /** What our own running server says at its own port; null: none runs there. */
  readonly server: Promise<Seen | null>;
  /** What is seen at CHAT_PUBLIC_URL; null: it is not set. */
  readonly publicly: Promise<Seen | null>;
  /** Each database that is configured, looked at once. */
  readonly databases: readonly {
    readonly name: string;
    readonly inspection: Promise<Inspection>;
  }[];
}

/** Looks at one thing. May throw: that is told as a fault. */
export interface Check {
  readonly name: string;
  readonly run: (patient: Patient) => Promise<readonly Finding[]> | readonly Finding[];
}

/** Whether it is our own server that was seen. */
export function isOurs(seen: Seen | null): boolean {
  return seen !== null && seen.own !== null;
}

/** All is well. */
export function ok(check: string, seen: string): Finding {
  return { check, level: "ok", seen, advice: null };
}

/** Something may go wrong. */
export function warning(check: string, seen: string, advice: string): Finding {
  return { check, level: "warning", seen, advice };
}

/** Something is wrong. */
export function fault(check: string, seen: string, advice: string): Finding {
  return { check, level: "fault", seen, advice };
}

/** The first line of why something failed. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
}
