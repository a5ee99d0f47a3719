/**
 * The page's files as part of the program, made by `deno task page`.
 *
 * @module
 */
import file0 from "../static/app.js" with { type: "text" };
import file1 from "../static/core/api.js" with { type: "text" };
import file2 from "../static/core/catch_up.js" with { type: "text" };
import file3 from "../static/core/chats.js" with { type: "text" };
import file4 from "../static/core/close.js" with { type: "text" };
import file5 from "../static/core/connection.js" with { type: "text" };
import file6 from "../static/core/draft.js" with { type: "text" };
import file7 from "../static/core/emitter.js" with { type: "text" };
import file8 from "../static/core/frames.js" with { type: "text" };
import file9 from "../static/core/i18n.js" with { type: "text" };
import file10 from "../static/core/link.js" with { type: "text" };
import file11 from "../static/core/marks.js" with { type: "text" };
import file12 from "../static/core/news.js" with { type: "text" };
import file13 from "../static/core/outbox.js" with { type: "text" };
import file14 from "../static/core/platform.js" with { type: "text" };
import file15 from "../static/core/registration.js" with { type: "text" };
import file16 from "../static/core/requests.js" with { type: "text" };
import file17 from "../static/core/state.js" with { type: "text" };
import file18 from "../static/core/text_en.js" with { type: "text" };
import file19 from "../static/core/text_zh.js" with { type: "text" };
import file20 from "../static/core/timeline.js" with { type: "text" };
import file21 from "../static/core/typing.js" with { type: "text" };
import file22 from "../static/docs/docs.css" with { type: "text" };
import file23 from "../static/docs/docs.js" with { type: "text" };
import file24 from "../static/docs/fields.js" with { type: "text" };
import file25 from "../static/docs/http.js" with { type: "text" };
import file26 from "../static/docs/index.html" with { type: "text" };
import file27 from "../static/docs/json.js" with { type: "text" };
import file28 from "../static/docs/parts.js" with { type: "text" };
import file29 from "../static/docs/socket.js" with { type: "text" };
import file30 from "../static/favicon.svg" with { type: "text" };
import file31 from "../static/index.html" with { type: "text" };
import file32 from "../static/styles/base.css" with { type: "text" };
import file33 from "../static/styles/layout.css" with { type: "text" };
import file34 from "../static/styles/messenger.css" with { type: "text" };
import file35 from "../static/styles/parts.css" with { type: "text" };
import file36 from "../static/styles/sign_in.css" with { type: "text" };
import file37 from "../static/styles/test_panel.css" with { type: "text" };
import file38 from "../static/styles/thread.css" with { type: "text" };
import file39 from "../static/theme.js" with { type: "text" };
import file40 from "../static/vendor/LICENSES.txt" with { type: "text" };
import file41 from "../static/vendor/preact.js" with { type: "text" };
import file42 from "../static/views/composer.js" with { type: "text" };
import file43 from "../static/views/conversations.js" with { type: "text" };
import file44 from "../static/views/debug_connect.js" with { type: "text" };
import file45 from "../static/views/debug_send.js" with { type: "text" };
import file46 from "../static/views/dom.js" with { type: "text" };
import file47 from "../static/views/field.js" with { type: "text" };
import file48 from "../static/views/frame_log.js" with { type: "text" };
import file49 from "../static/views/header.js" with { type: "text" };
import file50 from "../static/views/icons.js" with { type: "text" };
import file51 from "../static/views/message_items.js" with { type: "text" };
import file52 from "../static/views/messenger.js" with { type: "text" };
import file53 from "../static/views/online.js" with { type: "text" };
import file54 from "../static/views/people.js" with { type: "text" };
import file55 from "../static/views/preferences.js" with { type: "text" };
import file56 from "../static/views/scroll_keeper.js" with { type: "text" };
import file57 from "../static/views/sign_in.js" with { type: "text" };
import file58 from "../static/views/sign_in_forms.js" with { type: "text" };
import file59 from "../static/views/thread.js" with { type: "text" };

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
  ["/app.js", file0],
  ["/core/api.js", file1],
  ["/core/catch_up.js", file2],
  ["/core/chats.js", file3],
  ["/core/close.js", file4],
  ["/core/connection.js", file5],
  ["/core/draft.js", file6],
  ["/core/emitter.js", file7],
  ["/core/frames.js", file8],
  ["/core/i18n.js", file9],
  ["/core/link.js", file10],
  ["/core/marks.js", file11],
  ["/core/news.js", file12],
  ["/core/outbox.js", file13],
  ["/core/platform.js", file14],
  ["/core/registration.js", file15],
  ["/core/requests.js", file16],
  ["/core/state.js", file17],
  ["/core/text_en.js", file18],
  ["/core/text_zh.js", file19],
  ["/core/timeline.js", file20],
  ["/core/typing.js", file21],
  ["/docs/docs.css", file22],
  ["/docs/docs.js", file23],
  ["/docs/fields.js", file24],
  ["/docs/http.js", file25],
  ["/docs/index.html", file26],
  ["/docs/json.js", file27],
  ["/docs/parts.js", file28],
  ["/docs/socket.js", file29],
  ["/favicon.svg", file30],
  ["/index.html", file31],
  ["/styles/base.css", file32],
  ["/styles/layout.css", file33],
  ["/styles/messenger.css", file34],
  ["/styles/parts.css", file35],
  ["/styles/sign_in.css", file36],
  ["/styles/test_panel.css", file37],
  ["/styles/thread.css", file38],
  ["/theme.js", file39],
  ["/vendor/LICENSES.txt", file40],
  ["/vendor/preact.js", file41],
  ["/views/composer.js", file42],
  ["/views/conversations.js", file43],
  ["/views/debug_connect.js", file44],
  ["/views/debug_send.js", file45],
  ["/views/dom.js", file46],
  ["/views/field.js", file47],
  ["/views/frame_log.js", file48],
  ["/views/header.js", file49],
  ["/views/icons.js", file50],
  ["/views/message_items.js", file51],
  ["/views/messenger.js", file52],
  ["/views/online.js", file53],
  ["/views/people.js", file54],
  ["/views/preferences.js", file55],
  ["/views/scroll_keeper.js", file56],
  ["/views/sign_in.js", file57],
  ["/views/sign_in_forms.js", file58],
  ["/views/thread.js", file59],
]);
