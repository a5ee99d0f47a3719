/**
 * How the connection is, where one writes: in words, with the next try counted down.
 *
 * @module
 */
import { html, useEffect, useState } from "../../vendor/preact.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode | null} Null while all is well.
 */
export function ConnectionNote({ desk }) {
  const texts = desk.page.texts.value;
  const link = desk.link.value;
  const stopped = desk.stopped.value;
  const retryAt = desk.retryAt.value;
  if (link === "online") {
    return desk.slow.value ? html`<${Note} state="slow" words=${texts.t("state.slow")} />` : null;
  }
  if (stopped !== null) {
    const words = texts.named(stopped) ?? texts.t("state.stopped");
    return html`
      <${Note} state="offline" words=${words} action=${texts.t("state.reconnect")} onAction=${() =>
        desk.reconnect()} />
    `;
  }
  if (link === "connecting") return html`<${Note} state="connecting" words=${texts.t("state.connecting")} />`;
  const countdown = retryAt === null
    ? null
    : html`<${Countdown} texts=${texts} at=${retryAt} now=${desk.page.now} />`;
  return html`
    <${Note}
      state="offline"
      words=${texts.t("state.offline")}
      countdown=${countdown}
      action=${texts.t("state.try_now")}
      onAction=${() => desk.connection.nudge()}
    />
  `;
}

/**
 * The words are told once; the seconds are for the eyes.
 *
 * @param {object} props
 * @param {string} props.state
 * @param {string} props.words
 * @param {VNode | null} [props.countdown] Stands in for the words.
 * @param {string} [props.action]
 * @param {() => void} [props.onAction]
 * @returns {VNode}
 */
function Note({ state, words, countdown = null, action, onAction }) {
  return html`
    <div class="connection-note" data-testid="connection-note" data-state=${state}>
      <span class=${countdown === null ? "" : "sr-only"} role="status">${words}</span>
      ${countdown}
      ${action === undefined ? null : html`
        <button type="button" class="link" data-testid="try-now" onClick=${onAction}>${action}</button>
      `}
    </div>
  `;
}

/**
 * @param {{ texts: Texts, at: number, now: () => number }} props
 * @returns {VNode}
 */
function Countdown({ texts, at, now }) {
  const [, draw] = useState(0);
  const left = Math.max(1, Math.ceil((at - now()) / 1_000));
  useEffect(() => {
    const timer = setInterval(() => draw((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, [at]);
  return html`<span aria-hidden="true">${texts.t("state.next_try", { seconds: left })}</span>`;
}
