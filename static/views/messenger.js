/**
 * The messenger: lists on one side, the open thread on the other, and in debug the test panel beside them.
 *
 * @module
 */
import { chatsByActivity } from "../core/state.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { DebugPanel } from "./debug/panel.js";
import { Header } from "./header.js";
import { Conversations } from "./lists/conversations.js";
import { OnlinePeople } from "./lists/online.js";
import { Search } from "./lists/search.js";
import { threadKey } from "./open_thread.js";
import { Icon } from "./parts/icon.js";
import { Settings } from "./settings/settings.js";
import { Thread } from "./thread/thread.js";

/** @import { VNode } from "../vendor/preact.js" */
/** @import { Desk } from "./desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Messenger({ desk }) {
  const { page, debug } = desk;
  const texts = page.texts.value;
  const open = desk.open.value;
  const [searching, setSearching] = useState(false);
  const [first] = chatsByActivity(desk.state.value);
  useEffect(() => {
    if (first !== undefined && open === null) desk.follow(first);
  });
  return html`
    <div
      class="messenger"
      data-debug=${`${debug}`}
      data-link=${desk.link.value}
      data-view=${open === null ? "list" : "thread"}
    >
      <${Header} desk=${desk} />
      <main class="columns">
        <nav class="lists" aria-label=${texts.t("main.conversations")}>
          <${Search} desk=${desk} onSearch=${setSearching} />
          <div class="lists-body" hidden=${searching}>
            <${Conversations} desk=${desk} />
            <${OnlinePeople} desk=${desk} />
          </div>
        </nav>
        <div class="main">
          ${open === null ? html`<${Nothing} desk=${desk} />` : html`
            <${Thread} key=${threadKey(open)} desk=${desk} thread=${open} />
          `}
        </div>
        ${debug ? html`<${DebugPanel} desk=${desk} />` : null}
      </main>
      ${desk.settings.value === null ? null : html`<${Settings} desk=${desk} />`}
    </div>
  `;
}

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
function Nothing({ desk }) {
  const texts = desk.page.texts.value;
  return html`
    <div class="nothing">
      <${Icon} name="chat" />
      <p class="nothing-title">${texts.t("thread.none")}</p>
      <p>${texts.t("thread.none_hint")}</p>
    </div>
  `;
}
