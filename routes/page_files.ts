/**
 * The page's files as part of the program, made by `deno task page`.
 *
 * @module
 */
import file0 from "../static/app.js" with { type: "text" };
import file1 from "../static/chatting.js" with { type: "text" };
import file2 from "../static/core/api.js" with { type: "text" };
import file3 from "../static/core/catch_up.js" with { type: "text" };
import file4 from "../static/core/chats.js" with { type: "text" };
import file5 from "../static/core/close.js" with { type: "text" };
import file6 from "../static/core/connection.js" with { type: "text" };
import file7 from "../static/core/debug_identity.js" with { type: "text" };
import file8 from "../static/core/draft.js" with { type: "text" };
import file9 from "../static/core/emitter.js" with { type: "text" };
import file10 from "../static/core/frames.js" with { type: "text" };
import file11 from "../static/core/i18n.js" with { type: "text" };
import file12 from "../static/core/link.js" with { type: "text" };
import file13 from "../static/core/marks.js" with { type: "text" };
import file14 from "../static/core/news.js" with { type: "text" };
import file15 from "../static/core/outbox.js" with { type: "text" };
import file16 from "../static/core/platform.js" with { type: "text" };
import file17 from "../static/core/refusal.js" with { type: "text" };
import file18 from "../static/core/registration.js" with { type: "text" };
import file19 from "../static/core/requests.js" with { type: "text" };
import file20 from "../static/core/state.js" with { type: "text" };
import file21 from "../static/core/text_en.js" with { type: "text" };
import file22 from "../static/core/text_zh.js" with { type: "text" };
import file23 from "../static/core/timeline.js" with { type: "text" };
import file24 from "../static/core/typing.js" with { type: "text" };
import file25 from "../static/docs/docs.css" with { type: "text" };
import file26 from "../static/docs/docs.js" with { type: "text" };
import file27 from "../static/docs/elements.js" with { type: "text" };
import file28 from "../static/docs/fields.js" with { type: "text" };
import file29 from "../static/docs/http.js" with { type: "text" };
import file30 from "../static/docs/index.html" with { type: "text" };
import file31 from "../static/docs/json.js" with { type: "text" };
import file32 from "../static/docs/parts.js" with { type: "text" };
import file33 from "../static/docs/socket.js" with { type: "text" };
import file34 from "../static/favicon.svg" with { type: "text" };
import file35 from "../static/index.html" with { type: "text" };
import file36 from "../static/server_facts.js" with { type: "text" };
import file37 from "../static/styles/base.css" with { type: "text" };
import file38 from "../static/styles/layout.css" with { type: "text" };
import file39 from "../static/styles/messenger.css" with { type: "text" };
import file40 from "../static/styles/parts.css" with { type: "text" };
import file41 from "../static/styles/sign_in.css" with { type: "text" };
import file42 from "../static/styles/test_panel.css" with { type: "text" };
import file43 from "../static/styles/thread.css" with { type: "text" };
import file44 from "../static/theme.js" with { type: "text" };
import file45 from "../static/vendor/LICENSES.txt" with { type: "text" };
import file46 from "../static/vendor/preact.js" with { type: "text" };
import file47 from "../static/views/debug/connect.js" with { type: "text" };
import file48 from "../static/views/debug/frame_log.js" with { type: "text" };
import file49 from "../static/views/debug/panel.js" with { type: "text" };
import file50 from "../static/views/debug/send.js" with { type: "text" };
import file51 from "../static/views/desk.js" with { type: "text" };
import file52 from "../static/views/header.js" with { type: "text" };
import file53 from "../static/views/lists/conversations.js" with { type: "text" };
import file54 from "../static/views/lists/online.js" with { type: "text" };
import file55 from "../static/views/lists/search.js" with { type: "text" };
import file56 from "../static/views/messenger.js" with { type: "text" };
import file57 from "../static/views/open_thread.js" with { type: "text" };
import file58 from "../static/views/page.js" with { type: "text" };
import file59 from "../static/views/parts/coalesced.js" with { type: "text" };
import file60 from "../static/views/parts/copy_button.js" with { type: "text" };
import file61 from "../static/views/parts/enter_key.js" with { type: "text" };
import file62 from "../static/views/parts/field.js" with { type: "text" };
import file63 from "../static/views/parts/form.js" with { type: "text" };
import file64 from "../static/views/parts/icon.js" with { type: "text" };
import file65 from "../static/views/parts/password.js" with { type: "text" };
import file66 from "../static/views/parts/person.js" with { type: "text" };
import file67 from "../static/views/parts/preferences.js" with { type: "text" };
import file68 from "../static/views/settings/settings.js" with { type: "text" };
import file69 from "../static/views/sign_in/account_card.js" with { type: "text" };
import file70 from "../static/views/sign_in/register_form.js" with { type: "text" };
import file71 from "../static/views/sign_in/sign_in.js" with { type: "text" };
import file72 from "../static/views/sign_in/sign_in_form.js" with { type: "text" };
import file73 from "../static/views/thread/thread.js" with { type: "text" };
import file74 from "../static/views/unreachable.js" with { type: "text" };

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
  ["/app.js", file0],
  ["/chatting.js", file1],
  ["/core/api.js", file2],
  ["/core/catch_up.js", file3],
  ["/core/chats.js", file4],
  ["/core/close.js", file5],
  ["/core/connection.js", file6],
  ["/core/debug_identity.js", file7],
  ["/core/draft.js", file8],
  ["/core/emitter.js", file9],
  ["/core/frames.js", file10],
  ["/core/i18n.js", file11],
  ["/core/link.js", file12],
  ["/core/marks.js", file13],
  ["/core/news.js", file14],
  ["/core/outbox.js", file15],
  ["/core/platform.js", file16],
  ["/core/refusal.js", file17],
  ["/core/registration.js", file18],
  ["/core/requests.js", file19],
  ["/core/state.js", file20],
  ["/core/text_en.js", file21],
  ["/core/text_zh.js", file22],
  ["/core/timeline.js", file23],
  ["/core/typing.js", file24],
  ["/docs/docs.css", file25],
  ["/docs/docs.js", file26],
  ["/docs/elements.js", file27],
  ["/docs/fields.js", file28],
  ["/docs/http.js", file29],
  ["/docs/index.html", file30],
  ["/docs/json.js", file31],
  ["/docs/parts.js", file32],
  ["/docs/socket.js", file33],
  ["/favicon.svg", file34],
  ["/index.html", file35],
  ["/server_facts.js", file36],
  ["/styles/base.css", file37],
  ["/styles/layout.css", file38],
  ["/styles/messenger.css", file39],
  ["/styles/parts.css", file40],
  ["/styles/sign_in.css", file41],
  ["/styles/test_panel.css", file42],
  ["/styles/thread.css", file43],
  ["/theme.js", file44],
  ["/vendor/LICENSES.txt", file45],
  ["/vendor/preact.js", file46],
  ["/views/debug/connect.js", file47],
  ["/views/debug/frame_log.js", file48],
  ["/views/debug/panel.js", file49],
  ["/views/debug/send.js", file50],
  ["/views/desk.js", file51],
  ["/views/header.js", file52],
  ["/views/lists/conversations.js", file53],
  ["/views/lists/online.js", file54],
  ["/views/lists/search.js", file55],
  ["/views/messenger.js", file56],
  ["/views/open_thread.js", file57],
  ["/views/page.js", file58],
  ["/views/parts/coalesced.js", file59],
  ["/views/parts/copy_button.js", file60],
  ["/views/parts/enter_key.js", file61],
  ["/views/parts/field.js", file62],
  ["/views/parts/form.js", file63],
  ["/views/parts/icon.js", file64],
  ["/views/parts/password.js", file65],
  ["/views/parts/person.js", file66],
  ["/views/parts/preferences.js", file67],
  ["/views/settings/settings.js", file68],
  ["/views/sign_in/account_card.js", file69],
  ["/views/sign_in/register_form.js", file70],
  ["/views/sign_in/sign_in.js", file71],
  ["/views/sign_in/sign_in_form.js", file72],
  ["/views/thread/thread.js", file73],
  ["/views/unreachable.js", file74],
]);
