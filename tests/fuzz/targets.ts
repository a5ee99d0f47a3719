/**
 * All targets.
 *
 * @module
 */
import type { Target } from "./target.ts";
import { BACKUPS, CONFIG, FRAMES } from "./targets/reading.ts";
import { REQUESTS } from "./targets/calling.ts";
import { BYTES, SOCKETS } from "./targets/serving.ts";

/** Each with its share; together 1. */
export const TARGETS: readonly Target[] = [FRAMES, CONFIG, BACKUPS, REQUESTS, SOCKETS, BYTES];
