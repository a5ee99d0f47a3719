/**
 * The page's files as part of the program, made by `deno task page`.
 *
 * @module
 */
import file0 from "../static/app.js" with { type: "text" };
import file1 from "../static/chatting.js" with { type: "text" };
import file2 from "../static/core/acquaintances.js" with { type: "text" };
import file3 from "../static/core/address.js" with { type: "text" };
import file4 from "../static/core/api.js" with { type: "text" };
import file5 from "../static/core/arrivals.js" with { type: "text" };
import file6 from "../static/core/assembly.js" with { type: "text" };
import file7 from "../static/core/backoff.js" with { type: "text" };
import file8 from "../static/core/cache.js" with { type: "text" };
import file9 from "../static/core/catch_up.js" with { type: "text" };
import file10 from "../static/core/chats.js" with { type: "text" };
import file11 from "../static/core/client.js" with { type: "text" };
import file12 from "../static/core/client_events.js" with { type: "text" };
import file13 from "../static/core/client_memory.js" with { type: "text" };
import file14 from "../static/core/client_parts.js" with { type: "text" };
import file15 from "../static/core/close.js" with { type: "text" };
import file16 from "../static/core/connection.js" with { type: "text" };
import file17 from "../static/core/debug_identity.js" with { type: "text" };
import file18 from "../static/core/draft.js" with { type: "text" };
import file19 from "../static/core/draft_list.js" with { type: "text" };
import file20 from "../static/core/draft_store.js" with { type: "text" };
import file21 from "../static/core/emitter.js" with { type: "text" };
import file22 from "../static/core/feed.js" with { type: "text" };
import file23 from "../static/core/figures_api.js" with { type: "text" };
import file24 from "../static/core/find.js" with { type: "text" };
import file25 from "../static/core/frames.js" with { type: "text" };
import file26 from "../static/core/http.js" with { type: "text" };
import file27 from "../static/core/i18n.js" with { type: "text" };
import file28 from "../static/core/inbox.js" with { type: "text" };
import file29 from "../static/core/keeper.js" with { type: "text" };
import file30 from "../static/core/last_seen.js" with { type: "text" };
import file31 from "../static/core/link.js" with { type: "text" };
import file32 from "../static/core/links.js" with { type: "text" };
import file33 from "../static/core/list_rows.js" with { type: "text" };
import file34 from "../static/core/marks.js" with { type: "text" };
import file35 from "../static/core/message_parts.js" with { type: "text" };
import file36 from "../static/core/missed.js" with { type: "text" };
import file37 from "../static/core/news.js" with { type: "text" };
import file38 from "../static/core/notice_text.js" with { type: "text" };
import file39 from "../static/core/outbox.js" with { type: "text" };
import file40 from "../static/core/pace.js" with { type: "text" };
import file41 from "../static/core/platform.js" with { type: "text" };
import file42 from "../static/core/positions.js" with { type: "text" };
import file43 from "../static/core/presence.js" with { type: "text" };
import file44 from "../static/core/reception.js" with { type: "text" };
import file45 from "../static/core/refusal.js" with { type: "text" };
import file46 from "../static/core/registration.js" with { type: "text" };
import file47 from "../static/core/requests.js" with { type: "text" };
import file48 from "../static/core/sending.js" with { type: "text" };
import file49 from "../static/core/settings_api.js" with { type: "text" };
import file50 from "../static/core/slowness.js" with { type: "text" };
import file51 from "../static/core/state.js" with { type: "text" };
import file52 from "../static/core/text_en.js" with { type: "text" };
import file53 from "../static/core/text_zh.js" with { type: "text" };
import file54 from "../static/core/thread_items.js" with { type: "text" };
import file55 from "../static/core/thread_window.js" with { type: "text" };
import file56 from "../static/core/timeline.js" with { type: "text" };
import file57 from "../static/core/timers.js" with { type: "text" };
import file58 from "../static/core/typing.js" with { type: "text" };
import file59 from "../static/core/unread.js" with { type: "text" };
import file60 from "../static/core/writing.js" with { type: "text" };
import file61 from "../static/device/attention.js" with { type: "text" };
import file62 from "../static/device/chat_cache.js" with { type: "text" };
import file63 from "../static/device/client.js" with { type: "text" };
import file64 from "../static/device/notices.js" with { type: "text" };
import file65 from "../static/device/pause.js" with { type: "text" };
import file66 from "../static/device/storage.js" with { type: "text" };
import file67 from "../static/device/system_notice.js" with { type: "text" };
import file68 from "../static/device/worker.js" with { type: "text" };
import file69 from "../static/docs/docs.css" with { type: "text" };
import file70 from "../static/docs/docs.js" with { type: "text" };
import file71 from "../static/docs/elements.js" with { type: "text" };
import file72 from "../static/docs/fields.js" with { type: "text" };
import file73 from "../static/docs/http.js" with { type: "text" };
import file74 from "../static/docs/index.html" with { type: "text" };
import file75 from "../static/docs/json.js" with { type: "text" };
import file76 from "../static/docs/parts.js" with { type: "text" };
import file77 from "../static/docs/socket.js" with { type: "text" };
import file78 from "../static/favicon.svg" with { type: "text" };
import file79 from "../static/icons/app-192.png" with { type: "bytes" };
import file80 from "../static/icons/app-512.png" with { type: "bytes" };
import file81 from "../static/icons/apple-touch-180.png" with { type: "bytes" };
import file82 from "../static/icons/maskable-512.png" with { type: "bytes" };
import file83 from "../static/icons/maskable.svg" with { type: "text" };
import file84 from "../static/index.html" with { type: "text" };
import file85 from "../static/manifest.webmanifest" with { type: "text" };
import file86 from "../static/server_facts.js" with { type: "text" };
import file87 from "../static/styles/base.css" with { type: "text" };
import file88 from "../static/styles/layout.css" with { type: "text" };
import file89 from "../static/styles/messenger.css" with { type: "text" };
import file90 from "../static/styles/parts.css" with { type: "text" };
import file91 from "../static/styles/settings.css" with { type: "text" };
import file92 from "../static/styles/sign_in.css" with { type: "text" };
import file93 from "../static/styles/test_panel.css" with { type: "text" };
import file94 from "../static/styles/thread.css" with { type: "text" };
import file95 from "../static/sw.js" with { type: "text" };
import file96 from "../static/theme.js" with { type: "text" };
import file97 from "../static/vendor/LICENSES.txt" with { type: "text" };
import file98 from "../static/vendor/preact.js" with { type: "text" };
import file99 from "../static/views/debug/connect.js" with { type: "text" };
import file100 from "../static/views/debug/frame_log.js" with { type: "text" };
import file101 from "../static/views/debug/panel.js" with { type: "text" };
import file102 from "../static/views/debug/send.js" with { type: "text" };
import file103 from "../static/views/desk.js" with { type: "text" };
import file104 from "../static/views/header.js" with { type: "text" };
import file105 from "../static/views/lists/conversation_row.js" with { type: "text" };
import file106 from "../static/views/lists/conversations.js" with { type: "text" };
import file107 from "../static/views/lists/found.js" with { type: "text" };
import file108 from "../static/views/lists/no_conversations.js" with { type: "text" };
import file109 from "../static/views/lists/online.js" with { type: "text" };
import file110 from "../static/views/lists/search.js" with { type: "text" };
import file111 from "../static/views/lists/search_results.js" with { type: "text" };
import file112 from "../static/views/messenger.js" with { type: "text" };
import file113 from "../static/views/open_thread.js" with { type: "text" };
import file114 from "../static/views/page.js" with { type: "text" };
import file115 from "../static/views/parts/arrows.js" with { type: "text" };
import file116 from "../static/views/parts/coalesced.js" with { type: "text" };
import file117 from "../static/views/parts/copy_button.js" with { type: "text" };
import file118 from "../static/views/parts/direction_control.js" with { type: "text" };
import file119 from "../static/views/parts/ending_button.js" with { type: "text" };
import file120 from "../static/views/parts/enter_key.js" with { type: "text" };
import file121 from "../static/views/parts/field.js" with { type: "text" };
import file122 from "../static/views/parts/form.js" with { type: "text" };
import file123 from "../static/views/parts/icon.js" with { type: "text" };
import file124 from "../static/views/parts/kept.js" with { type: "text" };
import file125 from "../static/views/parts/loaded.js" with { type: "text" };
import file126 from "../static/views/parts/password.js" with { type: "text" };
import file127 from "../static/views/parts/person.js" with { type: "text" };
import file128 from "../static/views/parts/pointer.js" with { type: "text" };
import file129 from "../static/views/parts/preferences.js" with { type: "text" };
import file130 from "../static/views/parts/ticks.js" with { type: "text" };
import file131 from "../static/views/settings/about.js" with { type: "text" };
import file132 from "../static/views/settings/browser.js" with { type: "text" };
import file133 from "../static/views/settings/devices.js" with { type: "text" };
import file134 from "../static/views/settings/figures.js" with { type: "text" };
import file135 from "../static/views/settings/invites.js" with { type: "text" };
import file136 from "../static/views/settings/notifications.js" with { type: "text" };
import file137 from "../static/views/settings/password.js" with { type: "text" };
import file138 from "../static/views/settings/people.js" with { type: "text" };
import file139 from "../static/views/settings/person_entry.js" with { type: "text" };
import file140 from "../static/views/settings/profile.js" with { type: "text" };
import file141 from "../static/views/settings/section.js" with { type: "text" };
import file142 from "../static/views/settings/settings.js" with { type: "text" };
import file143 from "../static/views/sign_in/account_card.js" with { type: "text" };
import file144 from "../static/views/sign_in/register_form.js" with { type: "text" };
import file145 from "../static/views/sign_in/sign_in.js" with { type: "text" };
import file146 from "../static/views/sign_in/sign_in_form.js" with { type: "text" };
import file147 from "../static/views/thread/character_count.js" with { type: "text" };
import file148 from "../static/views/thread/composer.js" with { type: "text" };
import file149 from "../static/views/thread/connection_note.js" with { type: "text" };
import file150 from "../static/views/thread/copy_focus.js" with { type: "text" };
import file151 from "../static/views/thread/copy_message.js" with { type: "text" };
import file152 from "../static/views/thread/head.js" with { type: "text" };
import file153 from "../static/views/thread/jump_button.js" with { type: "text" };
import file154 from "../static/views/thread/message.js" with { type: "text" };
import file155 from "../static/views/thread/message_lines.js" with { type: "text" };
import file156 from "../static/views/thread/message_list.js" with { type: "text" };
import file157 from "../static/views/thread/message_text.js" with { type: "text" };
import file158 from "../static/views/thread/news.js" with { type: "text" };
import file159 from "../static/views/thread/older_messages.js" with { type: "text" };
import file160 from "../static/views/thread/reading.js" with { type: "text" };
import file161 from "../static/views/thread/thread.js" with { type: "text" };
import file162 from "../static/views/thread/thread_edges.js" with { type: "text" };
import file163 from "../static/views/thread/typing_line.js" with { type: "text" };
import file164 from "../static/views/thread/unread_from.js" with { type: "text" };
import file165 from "../static/views/thread_history.js" with { type: "text" };
import file166 from "../static/views/title.js" with { type: "text" };
import file167 from "../static/views/unreachable.js" with { type: "text" };

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>> = new Map<
  string,
  string | Uint8Array<ArrayBuffer>
>([
  ["/app.js", file0],
  ["/chatting.js", file1],
  ["/core/acquaintances.js", file2],
  ["/core/address.js", file3],
  ["/core/api.js", file4],
  ["/core/arrivals.js", file5],
  ["/core/assembly.js", file6],
  ["/core/backoff.js", file7],
  ["/core/cache.js", file8],
  ["/core/catch_up.js", file9],
  ["/core/chats.js", file10],
  ["/core/client.js", file11],
  ["/core/client_events.js", file12],
  ["/core/client_memory.js", file13],
  ["/core/client_parts.js", file14],
  ["/core/close.js", file15],
  ["/core/connection.js", file16],
  ["/core/debug_identity.js", file17],
  ["/core/draft.js", file18],
  ["/core/draft_list.js", file19],
  ["/core/draft_store.js", file20],
  ["/core/emitter.js", file21],
  ["/core/feed.js", file22],
  ["/core/figures_api.js", file23],
  ["/core/find.js", file24],
  ["/core/frames.js", file25],
  ["/core/http.js", file26],
  ["/core/i18n.js", file27],
  ["/core/inbox.js", file28],
  ["/core/keeper.js", file29],
  ["/core/last_seen.js", file30],
  ["/core/link.js", file31],
  ["/core/links.js", file32],
  ["/core/list_rows.js", file33],
  ["/core/marks.js", file34],
  ["/core/message_parts.js", file35],
  ["/core/missed.js", file36],
  ["/core/news.js", file37],
  ["/core/notice_text.js", file38],
  ["/core/outbox.js", file39],
  ["/core/pace.js", file40],
  ["/core/platform.js", file41],
  ["/core/positions.js", file42],
  ["/core/presence.js", file43],
  ["/core/reception.js", file44],
  ["/core/refusal.js", file45],
  ["/core/registration.js", file46],
  ["/core/requests.js", file47],
  ["/core/sending.js", file48],
  ["/core/settings_api.js", file49],
  ["/core/slowness.js", file50],
  ["/core/state.js", file51],
  ["/core/text_en.js", file52],
  ["/core/text_zh.js", file53],
  ["/core/thread_items.js", file54],
  ["/core/thread_window.js", file55],
  ["/core/timeline.js", file56],
  ["/core/timers.js", file57],
  ["/core/typing.js", file58],
  ["/core/unread.js", file59],
  ["/core/writing.js", file60],
  ["/device/attention.js", file61],
  ["/device/chat_cache.js", file62],
  ["/device/client.js", file63],
  ["/device/notices.js", file64],
  ["/device/pause.js", file65],
  ["/device/storage.js", file66],
  ["/device/system_notice.js", file67],
  ["/device/worker.js", file68],
  ["/docs/docs.css", file69],
  ["/docs/docs.js", file70],
  ["/docs/elements.js", file71],
  ["/docs/fields.js", file72],
  ["/docs/http.js", file73],
  ["/docs/index.html", file74],
  ["/docs/json.js", file75],
  ["/docs/parts.js", file76],
  ["/docs/socket.js", file77],
  ["/favicon.svg", file78],
  ["/icons/app-192.png", file79],
  ["/icons/app-512.png", file80],
  ["/icons/apple-touch-180.png", file81],
  ["/icons/maskable-512.png", file82],
  ["/icons/maskable.svg", file83],
  ["/index.html", file84],
  ["/manifest.webmanifest", file85],
  ["/server_facts.js", file86],
  ["/styles/base.css", file87],
  ["/styles/layout.css", file88],
  ["/styles/messenger.css", file89],
  ["/styles/parts.css", file90],
  ["/styles/settings.css", file91],
  ["/styles/sign_in.css", file92],
  ["/styles/test_panel.css", file93],
  ["/styles/thread.css", file94],
  ["/sw.js", file95],
  ["/theme.js", file96],
  ["/vendor/LICENSES.txt", file97],
  ["/vendor/preact.js", file98],
  ["/views/debug/connect.js", file99],
  ["/views/debug/frame_log.js", file100],
  ["/views/debug/panel.js", file101],
  ["/views/debug/send.js", file102],
  ["/views/desk.js", file103],
  ["/views/header.js", file104],
  ["/views/lists/conversation_row.js", file105],
  ["/views/lists/conversations.js", file106],
  ["/views/lists/found.js", file107],
  ["/views/lists/no_conversations.js", file108],
  ["/views/lists/online.js", file109],
  ["/views/lists/search.js", file110],
  ["/views/lists/search_results.js", file111],
  ["/views/messenger.js", file112],
  ["/views/open_thread.js", file113],
  ["/views/page.js", file114],
  ["/views/parts/arrows.js", file115],
  ["/views/parts/coalesced.js", file116],
  ["/views/parts/copy_button.js", file117],
  ["/views/parts/direction_control.js", file118],
  ["/views/parts/ending_button.js", file119],
  ["/views/parts/enter_key.js", file120],
  ["/views/parts/field.js", file121],
  ["/views/parts/form.js", file122],
  ["/views/parts/icon.js", file123],
  ["/views/parts/kept.js", file124],
  ["/views/parts/loaded.js", file125],
  ["/views/parts/password.js", file126],
  ["/views/parts/person.js", file127],
  ["/views/parts/pointer.js", file128],
  ["/views/parts/preferences.js", file129],
  ["/views/parts/ticks.js", file130],
  ["/views/settings/about.js", file131],
  ["/views/settings/browser.js", file132],
  ["/views/settings/devices.js", file133],
  ["/views/settings/figures.js", file134],
  ["/views/settings/invites.js", file135],
  ["/views/settings/notifications.js", file136],
  ["/views/settings/password.js", file137],
  ["/views/settings/people.js", file138],
  ["/views/settings/person_entry.js", file139],
  ["/views/settings/profile.js", file140],
  ["/views/settings/section.js", file141],
  ["/views/settings/settings.js", file142],
  ["/views/sign_in/account_card.js", file143],
  ["/views/sign_in/register_form.js", file144],
  ["/views/sign_in/sign_in.js", file145],
  ["/views/sign_in/sign_in_form.js", file146],
  ["/views/thread/character_count.js", file147],
  ["/views/thread/composer.js", file148],
  ["/views/thread/connection_note.js", file149],
  ["/views/thread/copy_focus.js", file150],
  ["/views/thread/copy_message.js", file151],
  ["/views/thread/head.js", file152],
  ["/views/thread/jump_button.js", file153],
  ["/views/thread/message.js", file154],
  ["/views/thread/message_lines.js", file155],
  ["/views/thread/message_list.js", file156],
  ["/views/thread/message_text.js", file157],
  ["/views/thread/news.js", file158],
  ["/views/thread/older_messages.js", file159],
  ["/views/thread/reading.js", file160],
  ["/views/thread/thread.js", file161],
  ["/views/thread/thread_edges.js", file162],
  ["/views/thread/typing_line.js", file163],
  ["/views/thread/unread_from.js", file164],
  ["/views/thread_history.js", file165],
  ["/views/title.js", file166],
  ["/views/unreachable.js", file167],
]);
