/**
 * The page's files as part of the program, made by `deno task page`.
 *
 * @module
 */
import file0 from "../static/app.js" with { type: "text" };
import file1 from "../static/chatting.js" with { type: "text" };
import file2 from "../static/core/acquaintances.js" with { type: "text" };
import file3 from "../static/core/api.js" with { type: "text" };
import file4 from "../static/core/arrivals.js" with { type: "text" };
import file5 from "../static/core/assembly.js" with { type: "text" };
import file6 from "../static/core/backoff.js" with { type: "text" };
import file7 from "../static/core/cache.js" with { type: "text" };
import file8 from "../static/core/catch_up.js" with { type: "text" };
import file9 from "../static/core/chats.js" with { type: "text" };
import file10 from "../static/core/close.js" with { type: "text" };
import file11 from "../static/core/connection.js" with { type: "text" };
import file12 from "../static/core/debug_identity.js" with { type: "text" };
import file13 from "../static/core/draft.js" with { type: "text" };
import file14 from "../static/core/draft_list.js" with { type: "text" };
import file15 from "../static/core/draft_store.js" with { type: "text" };
import file16 from "../static/core/emitter.js" with { type: "text" };
import file17 from "../static/core/find.js" with { type: "text" };
import file18 from "../static/core/frames.js" with { type: "text" };
import file19 from "../static/core/http.js" with { type: "text" };
import file20 from "../static/core/i18n.js" with { type: "text" };
import file21 from "../static/core/keeper.js" with { type: "text" };
import file22 from "../static/core/last_seen.js" with { type: "text" };
import file23 from "../static/core/link.js" with { type: "text" };
import file24 from "../static/core/links.js" with { type: "text" };
import file25 from "../static/core/list_rows.js" with { type: "text" };
import file26 from "../static/core/marks.js" with { type: "text" };
import file27 from "../static/core/message_parts.js" with { type: "text" };
import file28 from "../static/core/news.js" with { type: "text" };
import file29 from "../static/core/notice_text.js" with { type: "text" };
import file30 from "../static/core/outbox.js" with { type: "text" };
import file31 from "../static/core/pace.js" with { type: "text" };
import file32 from "../static/core/platform.js" with { type: "text" };
import file33 from "../static/core/reception.js" with { type: "text" };
import file34 from "../static/core/refusal.js" with { type: "text" };
import file35 from "../static/core/registration.js" with { type: "text" };
import file36 from "../static/core/requests.js" with { type: "text" };
import file37 from "../static/core/settings_api.js" with { type: "text" };
import file38 from "../static/core/slowness.js" with { type: "text" };
import file39 from "../static/core/state.js" with { type: "text" };
import file40 from "../static/core/text_en.js" with { type: "text" };
import file41 from "../static/core/text_zh.js" with { type: "text" };
import file42 from "../static/core/thread_items.js" with { type: "text" };
import file43 from "../static/core/thread_window.js" with { type: "text" };
import file44 from "../static/core/timeline.js" with { type: "text" };
import file45 from "../static/core/timers.js" with { type: "text" };
import file46 from "../static/core/typing.js" with { type: "text" };
import file47 from "../static/core/unread.js" with { type: "text" };
import file48 from "../static/core/writing.js" with { type: "text" };
import file49 from "../static/device/attention.js" with { type: "text" };
import file50 from "../static/device/chat_cache.js" with { type: "text" };
import file51 from "../static/device/client.js" with { type: "text" };
import file52 from "../static/device/notices.js" with { type: "text" };
import file53 from "../static/device/pause.js" with { type: "text" };
import file54 from "../static/device/storage.js" with { type: "text" };
import file55 from "../static/device/system_notice.js" with { type: "text" };
import file56 from "../static/device/worker.js" with { type: "text" };
import file57 from "../static/docs/docs.css" with { type: "text" };
import file58 from "../static/docs/docs.js" with { type: "text" };
import file59 from "../static/docs/elements.js" with { type: "text" };
import file60 from "../static/docs/fields.js" with { type: "text" };
import file61 from "../static/docs/http.js" with { type: "text" };
import file62 from "../static/docs/index.html" with { type: "text" };
import file63 from "../static/docs/json.js" with { type: "text" };
import file64 from "../static/docs/parts.js" with { type: "text" };
import file65 from "../static/docs/socket.js" with { type: "text" };
import file66 from "../static/favicon.svg" with { type: "text" };
import file67 from "../static/icons/app-192.png" with { type: "bytes" };
import file68 from "../static/icons/app-512.png" with { type: "bytes" };
import file69 from "../static/icons/apple-touch-180.png" with { type: "bytes" };
import file70 from "../static/icons/maskable-512.png" with { type: "bytes" };
import file71 from "../static/icons/maskable.svg" with { type: "text" };
import file72 from "../static/index.html" with { type: "text" };
import file73 from "../static/manifest.webmanifest" with { type: "text" };
import file74 from "../static/server_facts.js" with { type: "text" };
import file75 from "../static/styles/base.css" with { type: "text" };
import file76 from "../static/styles/layout.css" with { type: "text" };
import file77 from "../static/styles/messenger.css" with { type: "text" };
import file78 from "../static/styles/parts.css" with { type: "text" };
import file79 from "../static/styles/settings.css" with { type: "text" };
import file80 from "../static/styles/sign_in.css" with { type: "text" };
import file81 from "../static/styles/test_panel.css" with { type: "text" };
import file82 from "../static/styles/thread.css" with { type: "text" };
import file83 from "../static/sw.js" with { type: "text" };
import file84 from "../static/theme.js" with { type: "text" };
import file85 from "../static/vendor/LICENSES.txt" with { type: "text" };
import file86 from "../static/vendor/preact.js" with { type: "text" };
import file87 from "../static/views/debug/connect.js" with { type: "text" };
import file88 from "../static/views/debug/frame_log.js" with { type: "text" };
import file89 from "../static/views/debug/panel.js" with { type: "text" };
import file90 from "../static/views/debug/send.js" with { type: "text" };
import file91 from "../static/views/desk.js" with { type: "text" };
import file92 from "../static/views/header.js" with { type: "text" };
import file93 from "../static/views/lists/conversation_row.js" with { type: "text" };
import file94 from "../static/views/lists/conversations.js" with { type: "text" };
import file95 from "../static/views/lists/found.js" with { type: "text" };
import file96 from "../static/views/lists/no_conversations.js" with { type: "text" };
import file97 from "../static/views/lists/online.js" with { type: "text" };
import file98 from "../static/views/lists/search.js" with { type: "text" };
import file99 from "../static/views/lists/search_results.js" with { type: "text" };
import file100 from "../static/views/messenger.js" with { type: "text" };
import file101 from "../static/views/open_thread.js" with { type: "text" };
import file102 from "../static/views/page.js" with { type: "text" };
import file103 from "../static/views/parts/arrows.js" with { type: "text" };
import file104 from "../static/views/parts/coalesced.js" with { type: "text" };
import file105 from "../static/views/parts/copy_button.js" with { type: "text" };
import file106 from "../static/views/parts/direction_control.js" with { type: "text" };
import file107 from "../static/views/parts/ending_button.js" with { type: "text" };
import file108 from "../static/views/parts/enter_key.js" with { type: "text" };
import file109 from "../static/views/parts/field.js" with { type: "text" };
import file110 from "../static/views/parts/form.js" with { type: "text" };
import file111 from "../static/views/parts/icon.js" with { type: "text" };
import file112 from "../static/views/parts/kept.js" with { type: "text" };
import file113 from "../static/views/parts/loaded.js" with { type: "text" };
import file114 from "../static/views/parts/password.js" with { type: "text" };
import file115 from "../static/views/parts/person.js" with { type: "text" };
import file116 from "../static/views/parts/pointer.js" with { type: "text" };
import file117 from "../static/views/parts/preferences.js" with { type: "text" };
import file118 from "../static/views/parts/ticks.js" with { type: "text" };
import file119 from "../static/views/settings/about.js" with { type: "text" };
import file120 from "../static/views/settings/browser.js" with { type: "text" };
import file121 from "../static/views/settings/devices.js" with { type: "text" };
import file122 from "../static/views/settings/invites.js" with { type: "text" };
import file123 from "../static/views/settings/notifications.js" with { type: "text" };
import file124 from "../static/views/settings/password.js" with { type: "text" };
import file125 from "../static/views/settings/people.js" with { type: "text" };
import file126 from "../static/views/settings/person_entry.js" with { type: "text" };
import file127 from "../static/views/settings/profile.js" with { type: "text" };
import file128 from "../static/views/settings/section.js" with { type: "text" };
import file129 from "../static/views/settings/settings.js" with { type: "text" };
import file130 from "../static/views/sign_in/account_card.js" with { type: "text" };
import file131 from "../static/views/sign_in/register_form.js" with { type: "text" };
import file132 from "../static/views/sign_in/sign_in.js" with { type: "text" };
import file133 from "../static/views/sign_in/sign_in_form.js" with { type: "text" };
import file134 from "../static/views/thread/character_count.js" with { type: "text" };
import file135 from "../static/views/thread/composer.js" with { type: "text" };
import file136 from "../static/views/thread/connection_note.js" with { type: "text" };
import file137 from "../static/views/thread/copy_focus.js" with { type: "text" };
import file138 from "../static/views/thread/copy_message.js" with { type: "text" };
import file139 from "../static/views/thread/head.js" with { type: "text" };
import file140 from "../static/views/thread/jump_button.js" with { type: "text" };
import file141 from "../static/views/thread/message.js" with { type: "text" };
import file142 from "../static/views/thread/message_lines.js" with { type: "text" };
import file143 from "../static/views/thread/message_list.js" with { type: "text" };
import file144 from "../static/views/thread/message_text.js" with { type: "text" };
import file145 from "../static/views/thread/news.js" with { type: "text" };
import file146 from "../static/views/thread/older_messages.js" with { type: "text" };
import file147 from "../static/views/thread/reading.js" with { type: "text" };
import file148 from "../static/views/thread/thread.js" with { type: "text" };
import file149 from "../static/views/thread/thread_edges.js" with { type: "text" };
import file150 from "../static/views/thread/typing_line.js" with { type: "text" };
import file151 from "../static/views/thread/unread_from.js" with { type: "text" };
import file152 from "../static/views/thread_history.js" with { type: "text" };
import file153 from "../static/views/title.js" with { type: "text" };
import file154 from "../static/views/unreachable.js" with { type: "text" };

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>> = new Map<
  string,
  string | Uint8Array<ArrayBuffer>
>([
  ["/app.js", file0],
  ["/chatting.js", file1],
  ["/core/acquaintances.js", file2],
  ["/core/api.js", file3],
  ["/core/arrivals.js", file4],
  ["/core/assembly.js", file5],
  ["/core/backoff.js", file6],
  ["/core/cache.js", file7],
  ["/core/catch_up.js", file8],
  ["/core/chats.js", file9],
  ["/core/close.js", file10],
  ["/core/connection.js", file11],
  ["/core/debug_identity.js", file12],
  ["/core/draft.js", file13],
  ["/core/draft_list.js", file14],
  ["/core/draft_store.js", file15],
  ["/core/emitter.js", file16],
  ["/core/find.js", file17],
  ["/core/frames.js", file18],
  ["/core/http.js", file19],
  ["/core/i18n.js", file20],
  ["/core/keeper.js", file21],
  ["/core/last_seen.js", file22],
  ["/core/link.js", file23],
  ["/core/links.js", file24],
  ["/core/list_rows.js", file25],
  ["/core/marks.js", file26],
  ["/core/message_parts.js", file27],
  ["/core/news.js", file28],
  ["/core/notice_text.js", file29],
  ["/core/outbox.js", file30],
  ["/core/pace.js", file31],
  ["/core/platform.js", file32],
  ["/core/reception.js", file33],
  ["/core/refusal.js", file34],
  ["/core/registration.js", file35],
  ["/core/requests.js", file36],
  ["/core/settings_api.js", file37],
  ["/core/slowness.js", file38],
  ["/core/state.js", file39],
  ["/core/text_en.js", file40],
  ["/core/text_zh.js", file41],
  ["/core/thread_items.js", file42],
  ["/core/thread_window.js", file43],
  ["/core/timeline.js", file44],
  ["/core/timers.js", file45],
  ["/core/typing.js", file46],
  ["/core/unread.js", file47],
  ["/core/writing.js", file48],
  ["/device/attention.js", file49],
  ["/device/chat_cache.js", file50],
  ["/device/client.js", file51],
  ["/device/notices.js", file52],
  ["/device/pause.js", file53],
  ["/device/storage.js", file54],
  ["/device/system_notice.js", file55],
  ["/device/worker.js", file56],
  ["/docs/docs.css", file57],
  ["/docs/docs.js", file58],
  ["/docs/elements.js", file59],
  ["/docs/fields.js", file60],
  ["/docs/http.js", file61],
  ["/docs/index.html", file62],
  ["/docs/json.js", file63],
  ["/docs/parts.js", file64],
  ["/docs/socket.js", file65],
  ["/favicon.svg", file66],
  ["/icons/app-192.png", file67],
  ["/icons/app-512.png", file68],
  ["/icons/apple-touch-180.png", file69],
  ["/icons/maskable-512.png", file70],
  ["/icons/maskable.svg", file71],
  ["/index.html", file72],
  ["/manifest.webmanifest", file73],
  ["/server_facts.js", file74],
  ["/styles/base.css", file75],
  ["/styles/layout.css", file76],
  ["/styles/messenger.css", file77],
  ["/styles/parts.css", file78],
  ["/styles/settings.css", file79],
  ["/styles/sign_in.css", file80],
  ["/styles/test_panel.css", file81],
  ["/styles/thread.css", file82],
  ["/sw.js", file83],
  ["/theme.js", file84],
  ["/vendor/LICENSES.txt", file85],
  ["/vendor/preact.js", file86],
  ["/views/debug/connect.js", file87],
  ["/views/debug/frame_log.js", file88],
  ["/views/debug/panel.js", file89],
  ["/views/debug/send.js", file90],
  ["/views/desk.js", file91],
  ["/views/header.js", file92],
  ["/views/lists/conversation_row.js", file93],
  ["/views/lists/conversations.js", file94],
  ["/views/lists/found.js", file95],
  ["/views/lists/no_conversations.js", file96],
  ["/views/lists/online.js", file97],
  ["/views/lists/search.js", file98],
  ["/views/lists/search_results.js", file99],
  ["/views/messenger.js", file100],
  ["/views/open_thread.js", file101],
  ["/views/page.js", file102],
  ["/views/parts/arrows.js", file103],
  ["/views/parts/coalesced.js", file104],
  ["/views/parts/copy_button.js", file105],
  ["/views/parts/direction_control.js", file106],
  ["/views/parts/ending_button.js", file107],
  ["/views/parts/enter_key.js", file108],
  ["/views/parts/field.js", file109],
  ["/views/parts/form.js", file110],
  ["/views/parts/icon.js", file111],
  ["/views/parts/kept.js", file112],
  ["/views/parts/loaded.js", file113],
  ["/views/parts/password.js", file114],
  ["/views/parts/person.js", file115],
  ["/views/parts/pointer.js", file116],
  ["/views/parts/preferences.js", file117],
  ["/views/parts/ticks.js", file118],
  ["/views/settings/about.js", file119],
  ["/views/settings/browser.js", file120],
  ["/views/settings/devices.js", file121],
  ["/views/settings/invites.js", file122],
  ["/views/settings/notifications.js", file123],
  ["/views/settings/password.js", file124],
  ["/views/settings/people.js", file125],
  ["/views/settings/person_entry.js", file126],
  ["/views/settings/profile.js", file127],
  ["/views/settings/section.js", file128],
  ["/views/settings/settings.js", file129],
  ["/views/sign_in/account_card.js", file130],
  ["/views/sign_in/register_form.js", file131],
  ["/views/sign_in/sign_in.js", file132],
  ["/views/sign_in/sign_in_form.js", file133],
  ["/views/thread/character_count.js", file134],
  ["/views/thread/composer.js", file135],
  ["/views/thread/connection_note.js", file136],
  ["/views/thread/copy_focus.js", file137],
  ["/views/thread/copy_message.js", file138],
  ["/views/thread/head.js", file139],
  ["/views/thread/jump_button.js", file140],
  ["/views/thread/message.js", file141],
  ["/views/thread/message_lines.js", file142],
  ["/views/thread/message_list.js", file143],
  ["/views/thread/message_text.js", file144],
  ["/views/thread/news.js", file145],
  ["/views/thread/older_messages.js", file146],
  ["/views/thread/reading.js", file147],
  ["/views/thread/thread.js", file148],
  ["/views/thread/thread_edges.js", file149],
  ["/views/thread/typing_line.js", file150],
  ["/views/thread/unread_from.js", file151],
  ["/views/thread_history.js", file152],
  ["/views/title.js", file153],
  ["/views/unreachable.js", file154],
]);
