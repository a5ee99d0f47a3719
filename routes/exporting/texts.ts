/**
 * The words of the pages in an export.
 *
 * @module
 */
import type { Language } from "../../realtime/mod.ts";

/** The words in one language. */
export interface ExportTexts {
  readonly lang: string;
  readonly title: (name: string) => string;
  readonly account: string;
  readonly fields: Readonly<Record<"id" | "username" | "email" | "phone" | "role" | "exported", string>>;
  readonly conversations: string;
  readonly noConversations: string;
  readonly messages: (count: number) => string;
  readonly page: (page: number) => string;
  readonly devices: string;
  readonly removed: string;
  readonly deletedAccount: (id: number) => string;
  readonly back: string;
  readonly you: string;
}

/** The words by language. */
export const EXPORT_TEXTS: Readonly<Record<Language, ExportTexts>> = {
  en: {
    lang: "en",
    title: (name) => `Everything of ${name}`,
    account: "Account",
    fields: {
      id: "Number",
      username: "Username",
      email: "E-mail",
      phone: "Phone",
      role: "Role",
      exported: "Exported",
    },
    conversations: "Conversations",
    noConversations: "There are none.",
    messages: (count) => count === 1 ? "1 message" : `${count} messages`,
    page: (page) => `Page ${page}`,
    devices: "Devices that are signed in",
    removed: "Message removed",
    deletedAccount: (id) => `Deleted account (${id})`,
    back: "All conversations",
    you: "You",
  },
  zh: {
    lang: "zh-CN",
    title: (name) => `${name} 的全部数据`,
    account: "账号",
    fields: {
      id: "编号",
      username: "用户名",
      email: "邮箱",
      phone: "手机号",
      role: "角色",
      exported: "导出时间",
    },
    conversations: "会话",
    noConversations: "没有会话。",
    messages: (count) => `${count} 条消息`,
    page: (page) => `第 ${page} 页`,
    devices: "已登录的设备",
    removed: "消息已删除",
    deletedAccount: (id) => `已注销的账号（${id}）`,
    back: "所有会话",
    you: "我",
  },
};
