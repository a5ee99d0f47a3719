/**
 * The page's files as part of the program, made by `deno task page`.
 *
 * @module
 */
import file0 from "../static/app.js" with { type: "text" };
import file1 from "../static/chatting.js" with { type: "text" };
import file2 from "../static/core/api.js" with { type: "text" };
import file3 from "../static/core/arrivals.js" with { type: "text" };
import file4 from "../static/core/assembly.js" with { type: "text" };
import file5 from "../static/core/backoff.js" with { type: "text" };
import file6 from "../static/core/cache.js" with { type: "text" };
import file7 from "../static/core/catch_up.js" with { type: "text" };
import file8 from "../static/core/chats.js" with { type: "text" };
import file9 from "../static/core/close.js" with { type: "text" };
import file10 from "../static/core/connection.js" with { type: "text" };
import file11 from "../static/core/debug_identity.js" with { type: "text" };
import file12 from "../static/core/draft.js" with { type: "text" };
import file13 from "../static/core/draft_list.js" with { type: "text" };
import file14 from "../static/core/draft_store.js" with { type: "text" };
import file15 from "../static/core/emitter.js" with { type: "text" };
import file16 from "../static/core/frames.js" with { type: "text" };
import file17 from "../static/core/i18n.js" with { type: "text" };
import file18 from "../static/core/keeper.js" with { type: "text" };
import file19 from "../static/core/link.js" with { type: "text" };
import file20 from "../static/core/marks.js" with { type: "text" };
import file21 from "../static/core/news.js" with { type: "text" };
import file22 from "../static/core/outbox.js" with { type: "text" };
import file23 from "../static/core/pace.js" with { type: "text" };
import file24 from "../static/core/platform.js" with { type: "text" };
import file25 from "../static/core/reception.js" with { type: "text" };
import file26 from "../static/core/refusal.js" with { type: "text" };
import file27 from "../static/core/registration.js" with { type: "text" };
import file28 from "../static/core/requests.js" with { type: "text" };
import file29 from "../static/core/slowness.js" with { type: "text" };
import file30 from "../static/core/state.js" with { type: "text" };
import file31 from "../static/core/text_en.js" with { type: "text" };
import file32 from "../static/core/text_zh.js" with { type: "text" };
import file33 from "../static/core/timeline.js" with { type: "text" };
import file34 from "../static/core/timers.js" with { type: "text" };
import file35 from "../static/core/typing.js" with { type: "text" };
import file36 from "../static/core/writing.js" with { type: "text" };
import file37 from "../static/device/attention.js" with { type: "text" };
import file38 from "../static/device/storage.js" with { type: "text" };
import file39 from "../static/docs/docs.css" with { type: "text" };
import file40 from "../static/docs/docs.js" with { type: "text" };
import file41 from "../static/docs/elements.js" with { type: "text" };
import file42 from "../static/docs/fields.js" with { type: "text" };
import file43 from "../static/docs/http.js" with { type: "text" };
import file44 from "../static/docs/index.html" with { type: "text" };
import file45 from "../static/docs/json.js" with { type: "text" };
import file46 from "../static/docs/parts.js" with { type: "text" };
import file47 from "../static/docs/socket.js" with { type: "text" };
import file48 from "../static/favicon.svg" with { type: "text" };
import file49 from "../static/index.html" with { type: "text" };
import file50 from "../static/server_facts.js" with { type: "text" };
import file51 from "../static/styles/base.css" with { type: "text" };
import file52 from "../static/styles/layout.css" with { type: "text" };
import file53 from "../static/styles/messenger.css" with { type: "text" };
import file54 from "../static/styles/parts.css" with { type: "text" };
import file55 from "../static/styles/sign_in.css" with { type: "text" };
import file56 from "../static/styles/test_panel.css" with { type: "text" };
import file57 from "../static/styles/thread.css" with { type: "text" };
import file58 from "../static/theme.js" with { type: "text" };
import file59 from "../static/vendor/LICENSES.txt" with { type: "text" };
import file60 from "../static/vendor/preact.js" with { type: "text" };
import file61 from "../static/views/debug/connect.js" with { type: "text" };
import file62 from "../static/views/debug/frame_log.js" with { type: "text" };
import file63 from "../static/views/debug/panel.js" with { type: "text" };
import file64 from "../static/views/debug/send.js" with { type: "text" };
import file65 from "../static/views/desk.js" with { type: "text" };
import file66 from "../static/views/header.js" with { type: "text" };
import file67 from "../static/views/lists/conversations.js" with { type: "text" };
import file68 from "../static/views/lists/online.js" with { type: "text" };
import file69 from "../static/views/lists/search.js" with { type: "text" };
import file70 from "../static/views/messenger.js" with { type: "text" };
import file71 from "../static/views/open_thread.js" with { type: "text" };
import file72 from "../static/views/page.js" with { type: "text" };
import file73 from "../static/views/parts/coalesced.js" with { type: "text" };
import file74 from "../static/views/parts/copy_button.js" with { type: "text" };
import file75 from "../static/views/parts/enter_key.js" with { type: "text" };
import file76 from "../static/views/parts/field.js" with { type: "text" };
import file77 from "../static/views/parts/form.js" with { type: "text" };
import file78 from "../static/views/parts/icon.js" with { type: "text" };
import file79 from "../static/views/parts/password.js" with { type: "text" };
import file80 from "../static/views/parts/person.js" with { type: "text" };
import file81 from "../static/views/parts/preferences.js" with { type: "text" };
import file82 from "../static/views/settings/settings.js" with { type: "text" };
import file83 from "../static/views/sign_in/account_card.js" with { type: "text" };
import file84 from "../static/views/sign_in/register_form.js" with { type: "text" };
import file85 from "../static/views/sign_in/sign_in.js" with { type: "text" };
import file86 from "../static/views/sign_in/sign_in_form.js" with { type: "text" };
import file87 from "../static/views/thread/thread.js" with { type: "text" };
import file88 from "../static/views/unreachable.js" with { type: "text" };

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
  ["/app.js", file0],
  ["/chatting.js", file1],
  ["/core/api.js", file2],
  ["/core/arrivals.js", file3],
  ["/core/assembly.js", file4],
  ["/core/backoff.js", file5],
  ["/core/cache.js", file6],
  ["/core/catch_up.js", file7],
  ["/core/chats.js", file8],
  ["/core/close.js", file9],
  ["/core/connection.js", file10],
  ["/core/debug_identity.js", file11],
  ["/core/draft.js", file12],
  ["/core/draft_list.js", file13],
  ["/core/draft_store.js", file14],
  ["/core/emitter.js", file15],
  ["/core/frames.js", file16],
  ["/core/i18n.js", file17],
  ["/core/keeper.js", file18],
  ["/core/link.js", file19],
  ["/core/marks.js", file20],
  ["/core/news.js", file21],
  ["/core/outbox.js", file22],
  ["/core/pace.js", file23],
  ["/core/platform.js", file24],
  ["/core/reception.js", file25],
  ["/core/refusal.js", file26],
  ["/core/registration.js", file27],
  ["/core/requests.js", file28],
  ["/core/slowness.js", file29],
  ["/core/state.js", file30],
  ["/core/text_en.js", file31],
  ["/core/text_zh.js", file32],
  ["/core/timeline.js", file33],
  ["/core/timers.js", file34],
  ["/core/typing.js", file35],
  ["/core/writing.js", file36],
  ["/device/attention.js", file37],
  ["/device/storage.js", file38],
  ["/docs/docs.css", file39],
  ["/docs/docs.js", file40],
  ["/docs/elements.js", file41],
  ["/docs/fields.js", file42],
  ["/docs/http.js", file43],
  ["/docs/index.html", file44],
  ["/docs/json.js", file45],
  ["/docs/parts.js", file46],
  ["/docs/socket.js", file47],
  ["/favicon.svg", file48],
  ["/index.html", file49],
  ["/server_facts.js", file50],
  ["/styles/base.css", file51],
  ["/styles/layout.css", file52],
  ["/styles/messenger.css", file53],
  ["/styles/parts.css", file54],
  ["/styles/sign_in.css", file55],
  ["/styles/test_panel.css", file56],
  ["/styles/thread.css", file57],
  ["/theme.js", file58],
  ["/vendor/LICENSES.txt", file59],
  ["/vendor/preact.js", file60],
  ["/views/debug/connect.js", file61],
  ["/views/debug/frame_log.js", file62],
  ["/views/debug/panel.js", file63],
  ["/views/debug/send.js", file64],
  ["/views/desk.js", file65],
  ["/views/header.js", file66],
  ["/views/lists/conversations.js", file67],
  ["/views/lists/online.js", file68],
  ["/views/lists/search.js", file69],
  ["/views/messenger.js", file70],
  ["/views/open_thread.js", file71],
  ["/views/page.js", file72],
  ["/views/parts/coalesced.js", file73],
  ["/views/parts/copy_button.js", file74],
  ["/views/parts/enter_key.js", file75],
  ["/views/parts/field.js", file76],
  ["/views/parts/form.js", file77],
  ["/views/parts/icon.js", file78],
  ["/views/parts/password.js", file79],
  ["/views/parts/person.js", file80],
  ["/views/parts/preferences.js", file81],
  ["/views/settings/settings.js", file82],
  ["/views/sign_in/account_card.js", file83],
  ["/views/sign_in/register_form.js", file84],
  ["/views/sign_in/sign_in.js", file85],
  ["/views/sign_in/sign_in_form.js", file86],
  ["/views/thread/thread.js", file87],
  ["/views/unreachable.js", file88],
]);
