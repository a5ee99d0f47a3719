/**
 * What the text of a setting may be: one zod schema each, with the sentence that says what is allowed.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Rate } from "../../realtime/limits.ts";

/** How a setting's text becomes its value. */
export interface Form<T> {
  readonly schema: z.ZodType<T, string>;
  /** Completes "allowed: …". */
  readonly allowed: string;
}

/** One of some words, in any case. */
export function word<const W extends string>(words: readonly W[], aliases: Record<string, W> = {}): Form<W> {
  const schema = z.string().transform((text, context): W => {
    const found = words.find((one) => one === text.toLowerCase()) ?? aliases[text.toLowerCase()];
    if (found !== undefined) return found;
    context.addIssue("no such word");
    return z.NEVER;
  });
  return { schema, allowed: words.join(", ") };
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number, unit = ""): Form<number> {
  const schema = z.string().regex(/^[0-9]{1,15}$/).transform(Number).pipe(z.number().min(min).max(max));
  return { schema, allowed: `a whole number from ${min} to ${max}${unit === "" ? "" : ` (${unit})`}` };
}

/** Text that a person typed, as it is. */
export function text(allowed: string, test: (value: string) => boolean = () => true): Form<string> {
  return { schema: z.string().refine(test), allowed };
}

const MAX_RATE = 1_000_000;

/** `rate/burst` a second; a rate of 0 switches the limit off. */
export const rate: Form<Rate> = {
  schema: z.string().transform((value, context): Rate => {
    const [, perSecond, burst] = /^(\d{1,7})\s*\/\s*(\d{1,7})$/.exec(value === "0" ? "0/0" : value) ?? [];
    const found = { rate: Number(perSecond), burst: Number(burst) };
    if (found.rate <= MAX_RATE && found.burst <= MAX_RATE && (found.rate === 0 || found.burst >= 1)) {
      return found;
    }
    context.addIssue("no rate");
    return z.NEVER;
  }),
  allowed: `rate/burst a second, such as 20/60, each up to ${MAX_RATE}, or 0 for no limit`,
};

/** An address to listen on, without brackets. */
export const host: Form<string> = {
  schema: z.string().transform((value) => value.replace(/^\[(.*)\]$/, "$1"))
    .refine((value) =>
      ipaddr.isValid(value) || /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value)
    ),
  allowed: "an IP address or a host name of this machine",
};

/** The origin people open in their browser. */
export const origin: Form<URL> = {
  schema: z.url({ protocol: /^https?$/ }).transform((value) => new URL(value)).refine((url) =>
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === ""
  ),
  allowed: "an http or https address without a path, such as https://chat.example.com",
};

/** `off`, or addresses and CIDRs. */
export const proxies: Form<readonly string[]> = {
  schema: z.string().transform((value) => value.toLowerCase() === "off" ? [] : list(value))
    .refine((entries) => entries.every((entry) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry))),
  allowed: "off, or a comma list of IP addresses and CIDRs, such as 10.0.0.0/8",
};

/** A comma list of secrets; whether they are long enough is asked only in release. */
export const secrets: Form<readonly string[]> = {
  schema: z.string().transform(list).refine((entries) => entries.length >= 1),
  allowed: "a comma list of secrets",
};

function list(value: string): readonly string[] {
  return value.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
}
