/**
 * Whether the secret is strong, and the same on all instances.
 *
 * @module
 */
import { type Check, fault, type Finding, ok, warning } from "./check.ts";

const NAME = "secret";
/** Fewer different characters were not chosen by chance. */
const LEAST_DIFFERENT = 10;

/** Its strength; short ones do not get past the settings. */
export const secretCheck: Check = {
  name: NAME,
  run({ settings, secrets }): readonly Finding[] {
    if (secrets === null) return [ok(NAME, "There is none yet: the first start makes one")];
    const weak = secrets.some((secret) => new Set(secret).size < LEAST_DIFFERENT);
    if (weak) {
      return [
        fault(
          NAME,
          "It has few different characters, so somebody may guess it and sign in as anyone",
          "Make one by chance, such as by openssl rand -hex 32, put it first in CHAT_SECRET and drop the old one",
        ),
      ];
    }
    if (settings.mysql !== null && settings.redis !== null && settings.secrets === null) {
      return [
        warning(
          NAME,
          "CHAT_SECRET is not set, so this instance has one of its own",
          "Set the same CHAT_SECRET on all instances before a second one starts",
        ),
      ];
    }
    return [
      ok(NAME, settings.secrets === null ? "It was generated and is kept beside the store" : "It is set"),
    ];
  },
};
