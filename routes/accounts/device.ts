/**
 * What a person would recognise a device by.
 *
 * @module
 */
import bowser from "bowser";

const MAX_DEVICE = 100;
const MAX_USER_AGENT = 500;

/** "Firefox on Linux" out of a User-Agent, else its first word, else empty. */
export function deviceName(userAgent: string): string {
  const text = userAgent.slice(0, MAX_USER_AGENT);
  if (text.trim() === "") return "";
  const { browser, os } = bowser.parse(text);
  const name = browser.name || text.trim().split(/[\s/]/, 1)[0] || "";
  // deno-lint-ignore no-control-regex -- a header may carry them, and this is shown to people
  return (os.name ? `${name} on ${os.name}` : name).replace(/[\x00-\x1f\x7f]/g, "").slice(0, MAX_DEVICE);
}
