import assert from "node:assert/strict";
import { Texts } from "../../../static/core/i18n.js";
import { lastSeen } from "../../../static/core/last_seen.js";

const NOW = new Date(2026, 10, 30, 18, 0).getTime();

function seen(language: "en" | "zh", at: Date | null): string {
  return lastSeen(at?.toISOString() ?? null, { texts: new Texts(language), now: NOW });
}

Deno.test("lastSeen() says it to the minute, with the day as one speaks of it", () => {
  assert.match(seen("en", new Date(2026, 10, 30, 14, 5)), /^last seen today at 2:05\sPM$/);
  assert.match(seen("en", new Date(2026, 10, 29, 23, 59)), /^last seen yesterday at 11:59\sPM$/);
  assert.match(seen("en", new Date(2026, 10, 2, 9, 0)), /^last seen on Monday, November 2 at 9:00\sAM$/);
  assert.equal(seen("zh", new Date(2026, 10, 30, 14, 5)), "最近在线：今天 14:05");
});

Deno.test("lastSeen() takes a clock that is ahead for today, and says no more than is known", () => {
  assert.match(seen("en", new Date(2026, 11, 1, 0, 1)), /^last seen today at/);
  assert.equal(seen("en", null), "offline");
  assert.equal(lastSeen("never", { texts: new Texts("en"), now: NOW }), "offline");
});
