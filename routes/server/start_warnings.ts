/**
 * What an operator is told at start, once.
 *
 * @module
 */
import { WARN_BELOW } from "./descriptors.ts";
import type { Settings } from "./settings.ts";

/** What the start found out beside the settings. */
export interface StartFacts {
  /** `http://HOST:PORT`. */
  readonly origin: string;
  /** Places of a configuration file that the runtime does not let be read. */
  readonly hiddenConfig: readonly string[];
  readonly dataDirWarning: string | null;
  /** Descriptors there are, when they are few. */
  readonly fewDescriptors: number | null;
}

/** Every warning of a start, each one sentence. */
export function startWarnings(settings: Settings, facts: StartFacts): readonly string[] {
  const warnings: string[] = [];
  if (settings.mode === "debug") warnings.push(debugWarning(settings, facts));
  if (isReadableOnTheWay(settings)) {
    warnings.push(
      `Passwords and messages to ${facts.origin} can be read on the way: set CHAT_TLS_CERT and CHAT_TLS_KEY, or ` +
        "CHAT_PUBLIC_URL and CHAT_TRUST_PROXY behind a proxy that speaks https",
    );
  }
  if (facts.fewDescriptors !== null) {
    warnings.push(
      `Only ${facts.fewDescriptors} descriptors are free, so at most ${
        Math.floor(facts.fewDescriptors * 0.8)
      } ` +
        `sockets are taken: raise the limit (ulimit -n) to ${WARN_BELOW} or more`,
    );
  }
  if (settings.mysql !== null && settings.redis !== null && settings.secrets === null) {
    warnings.push(
      "CHAT_SECRET is not set, so this instance has one of its own: a second one starts only with the same",
    );
  }
  if (facts.dataDirWarning !== null) warnings.push(facts.dataDirWarning);
  for (const path of facts.hiddenConfig) {
    warnings.push(`${path} is ignored if it exists, because it may not be read: name it with --config`);
  }
  for (const name of settings.unknown) warnings.push(`${name} is no setting and is ignored`);
  return warnings;
}

function debugWarning(settings: Settings, { origin }: StartFacts): string {
  const who = settings.loopback ? "anyone on this machine" : "anyone on the network";
  return `Debug mode: ${who} who reaches ${origin} can be anyone and read everything; never use it with real people`;
}

function isReadableOnTheWay(settings: Settings): boolean {
  return settings.mode === "release" && !settings.loopback && settings.tls === null &&
    settings.publicUrl?.protocol !== "https:";
}
