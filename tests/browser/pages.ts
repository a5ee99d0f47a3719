/**
 * What people do on the page, as tests do it: by the hooks of the contract.
 *
 * @module
 */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { PASSWORD } from "../support/page_people.ts";

/** Follows the documented flow up to the connection: user id, user name, connect. */
export async function connect(
  page: Page,
  { url, id, name }: { url: URL; id: number; name: string },
): Promise<void> {
  await page.goto(url.href);
  await page.getByTestId("debug-user-id").fill(`${id}`);
  await page.getByTestId("debug-username").fill(name);
  await page.getByTestId("debug-connect").click();
  await online(page);
}

/** Waits until the page is connected. */
export async function online(page: Page): Promise<void> {
  await state(page, "online").waitFor();
}

/** Registers somebody through the form of an open server; they are in the messenger then. */
export async function register(page: Page, name: string): Promise<void> {
  await page.getByTestId("register-tab").click();
  await page.getByTestId("username").fill(name);
  await page.getByTestId("email").fill(`${name}@example.com`);
  await page.getByTestId("password").fill(PASSWORD);
  await page.getByTestId("submit").click();
  await online(page);
}

/** Signs somebody in, by name or e-mail. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.getByTestId("username").fill(login);
  await page.getByTestId("password").fill(PASSWORD);
  await page.getByTestId("submit").click();
  await online(page);
}

/** Searches for somebody and opens the thread with them. */
export async function findPerson(page: Page, name: string): Promise<void> {
  await page.getByTestId("search").fill(name);
  await page.getByTestId("search-result").filter({ hasText: name }).first().click();
  await page.getByTestId("thread-name").filter({ hasText: name }).waitFor();
}

/** Writes in the open thread and sends by Enter. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId("composer").fill(text);
  await page.getByTestId("composer").press("Enter");
}

/** The connection state, once it is this. */
export function state(page: Page, name: "connecting" | "online" | "offline"): Locator {
  return page.locator(`[data-testid="connection-state"][data-state="${name}"]`);
}

/** Sends as documented: target user id, message, send. */
export async function debugSend(page: Page, { to, text }: { to: number; text: string }): Promise<void> {
  await page.getByTestId("debug-target-id").fill(`${to}`);
  await page.getByTestId("debug-content").fill(text);
  await page.getByTestId("debug-send").click();
}

/** The message with exactly this text. */
export function message(page: Page, text: string): Locator {
  return page.getByTestId("message").filter({ has: page.getByText(text, { exact: true }) });
}

/** Waits for the message with exactly this text. */
export async function sees(page: Page, text: string): Promise<void> {
  await message(page, text).waitFor();
}

/** Waits until an own message has come so far. */
export async function hasStatus(
  page: Page,
  { text, status }: { readonly text: string; readonly status: string },
): Promise<void> {
  await message(page, text).locator(`[data-testid="message-status"][data-status="${status}"]`).waitFor();
}

/** The texts of the thread, in order. */
export function texts(page: Page): Promise<string[]> {
  return page.getByTestId("message-text").allTextContents();
}

interface Violations {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Fails when an accessibility rule is broken as the page stands. */
export async function isAccessible(page: Page, where: string): Promise<void> {
  // Evaluated by the debugger, which the page's content policy does not bind.
  await page.evaluate(axe.source);
  const results = await page.evaluate<Violations>("axe.run(document, { resultTypes: ['violations'] })");
  const found = results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  assert.deepEqual(found, [], where);
}
