/**
 * The pages of an export: to be read in any browser, without a script and without a network.
 *
 * @module
 */
import type { Account, Message, Session, UserId } from "../../db/model.ts";
import { html, Markup } from "./markup.ts";
import { type ExportedConversation, type ExportedPeer, time } from "./shapes.ts";
import type { ExportTexts } from "./texts.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --quiet: #57606a; --own: #dcefff; --other: #eef0f3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #14171a; --quiet: #9aa4ae; --own: #173a57; --other: #24292f; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem;
  margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
a { color: inherit; }
dt, time, .from { color: var(--quiet); font-size: .875rem; }
dd { margin: 0 0 .5rem; }
.message { margin: .5rem 4rem .5rem 0; padding: .5rem .75rem; border-radius: .75rem; background: var(--other); }
.own { margin: .5rem 0 .5rem 4rem; background: var(--own); }
.text { white-space: pre-wrap; margin: 0; }
.removed { font-style: italic; color: var(--quiet); }`;

/** One page of a conversation. */
export interface ConversationPageContent {
  readonly peer: ExportedPeer;
  readonly readerId: UserId;
  readonly page: number;
  readonly messages: readonly Message[];
  /** Whether there is a page before, and one after. */
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** The first page: who the person is, and where everything else is. */
export function indexPage(
  texts: ExportTexts,
  { account, sessions, conversations, now }: {
    readonly account: Account;
    readonly sessions: readonly Session[];
    readonly conversations: readonly ExportedConversation[];
    readonly now: number;
  },
): string {
  const { id, username, email, phone, role } = account;
  const known = { id: String(id), username, email, phone, role, exported: time(now) };
  const fields = Object.entries(known).map(([name, value]) =>
    html`
      <dt>${texts.fields[name as keyof typeof known]}</dt>
      <dd><bdi>${value}</bdi></dd>
    `
  );
  const devices = sessions.map(({ device, address, lastUsedAt }) =>
    html`<li><bdi>${device}</bdi> · ${address} · ${moment(lastUsedAt)}</li>`
  );
  const body = html`<h1>${texts.title(username)}</h1>
<h2>${texts.account}</h2><dl>${fields}</dl>
<h2>${texts.conversations}</h2>${listOf(texts, conversations)}
<h2>${texts.devices}</h2><ul>${devices}</ul>`;
  return documentOf(texts, texts.title(username), body);
}

/** A page of a conversation. */
export function conversationPage(texts: ExportTexts, content: ConversationPageContent): string {
  const { peer, readerId, page, messages, hasBefore, hasAfter } = content;
  const name = nameOf(texts, peer);
  const links = [
    html`<a href="../../index.html">${texts.back}</a>`,
    ...(hasBefore
      ? [html`
        · <a href="${fileName(page - 1)}.html">${texts.page(page - 1)}</a>
      `]
      : []),
    ...(hasAfter
      ? [html`
        · <a href="${fileName(page + 1)}.html">${texts.page(page + 1)}</a>
      `]
      : []),
  ];
  const shown = messages.map((message) => {
    const isOwn = message.senderId === readerId;
    const text = message.deletedAt === null
      ? html`<p class="text" dir="auto">${message.content}</p>`
      : html`<p class="removed">${texts.removed}</p>`;
    return html`
      <article class="${isOwn ? "message own" : "message"}" id="${message.seq}">
      <span class="from"><bdi>${isOwn ? texts.you : name}</bdi></span> ${moment(message.createdAt)}
      ${text}</article>
    `;
  });
  const nav = html`<nav>${links}</nav>`;
  const body = html`${nav}<h1><bdi>${name}</bdi></h1><h2>${texts.page(page)}</h2>
${shown}${nav}`;
  return documentOf(texts, name, body);
}

/** How the files of a page are called. */
export function fileName(page: number): string {
  return String(page).padStart(4, "0");
}

function listOf(texts: ExportTexts, conversations: readonly ExportedConversation[]): Markup {
  if (conversations.length === 0) return html`<p>${texts.noConversations}</p>`;
  const rows = conversations.map(({ peer, pages }) => {
    const count = pages.reduce((sum, { messages }) => sum + messages, 0);
    const links = pages.map((page, at) =>
      html`
        <a href="${page.html}">${texts.page(at + 1)}</a>
      `
    );
    return html`
      <li><bdi>${nameOf(texts, peer)}</bdi>: ${texts.messages(count)}${links}</li>
    `;
  });
  return html`<ul>${rows}</ul>`;
}

function nameOf(texts: ExportTexts, { user_id: id, username, deleted }: ExportedPeer): string {
  return deleted ? texts.deletedAccount(id) : username;
}

function moment(ms: number): Markup {
  const text = time(ms);
  return html`<time datetime="${text}">${text.slice(0, 19).replace("T", " ")} UTC</time>`;
}

function documentOf({ lang }: ExportTexts, title: string, body: Markup): string {
  return html`
    <!DOCTYPE html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>${body}</body>
    </html>
  `.text;
}
