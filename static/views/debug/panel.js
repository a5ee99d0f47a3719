/**
 * The test panel beside the messenger: the documented sending form and the frames as they pass.
 *
 * @module
 */
import { html } from "../../vendor/preact.js";
import { FrameLog } from "./frame_log.js";
import { DebugSend } from "./send.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function DebugPanel({ desk }) {
  return html`
    <section class="debug" aria-label=${desk.page.texts.value.t("debug.title")}>
      <${DebugSend} desk=${desk} />
      <${FrameLog} desk=${desk} />
    </section>
  `;
}
