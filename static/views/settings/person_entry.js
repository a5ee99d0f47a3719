/**
 * One account, as owners see it, and what they may do with it.
 *
 * @module
 */
import { changeAccount } from "../../core/settings_api.js";
import { html } from "../../vendor/preact.js";
import { EndingButton } from "../parts/ending_button.js";
import { Avatar } from "../parts/person.js";

/** @import { Account } from "../../core/api.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {Account} props.account
 * @param {Signal<string>} props.asking
 * @param {(account: Account) => void} props.onChanged
 * @returns {VNode}
 */
export function PersonEntry({ desk, account, asking, onChanged }) {
  const { api, texts: { value: texts } } = desk.page;
  const { id, username, email, status, role } = account;
  const isSelf = id === desk.connection.userId;
  const isActive = status === "active";
  const isOwner = role === "owner";
  /** @param {Partial<Pick<Account, "status" | "role">>} change */
  const set = async (change) => {
    const result = await changeAccount(api, id, change);
    if (!result.ok) return result;
    onChanged(result.data);
    return null;
  };
  return html`
    <li class="entry" data-testid="person" data-user-id=${id} data-status=${status} data-role=${role}>
      <${Avatar} userId=${id} name=${username} />
      <div class="entry-text">
        <p class="entry-name">
          <span dir="auto">${username}</span>
          ${isOwner ? html`<span class="tag">${texts.t("people.owner")}</span>` : null}
          ${isActive ? null : html`<span class="tag alarm">${texts.t("people.disabled")}</span>`}
          ${isSelf ? html`<span class="tag">${texts.t("main.you")}</span>` : null}
        </p>
        <p class="hint entry-link">${email}</p>
      </div>
      ${isSelf ? null : html`
        <div class="entry-actions">
          <${EndingButton}
            texts=${texts}
            testId="change-status"
            id=${`status ${id}`}
            label=${texts.t(isActive ? "people.disable" : "people.restore")}
            name=${texts.t(isActive ? "people.disable_name" : "people.restore_name", { name: username })}
            mild=${!isActive}
            question=${isActive ? texts.t("people.disable_question", { name: username }) : null}
            asking=${asking}
            onEnd=${() => set({ status: isActive ? "disabled" : "active" })}
          />
          <${EndingButton}
            texts=${texts}
            testId="change-role"
            id=${`role ${id}`}
            label=${texts.t(isOwner ? "people.make_member" : "people.make_owner")}
            name=${texts.t(isOwner ? "people.make_member_name" : "people.make_owner_name", {
              name: username,
            })}
            mild=${!isOwner}
            question=${texts.t(isOwner ? "people.member_question" : "people.owner_question", {
              name: username,
            })}
            asking=${asking}
            onEnd=${() => set({ role: isOwner ? "member" : "owner" })}
          />
        </div>
      `}
    </li>
  `;
}
