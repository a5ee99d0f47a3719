/**
 * Reads what follows a flag.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";

const UNITS = { m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 } as const;

/** Reads a whole number of a range. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}`);
  };
}

/** Reads a time such as `30m`, `12h`, `7d` or `2w` as seconds. */
export function lifetime(min: number, max: number): (text: string) => number {
  return (text) => {
    const [, count = "", unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
    const seconds = Number(count) * (Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 0);
    if (seconds >= min && seconds <= max) return seconds;
    throw new InvalidArgumentError("It must be a time such as 30m, 12h, 7d or 2w, at most a year");
  };
}
