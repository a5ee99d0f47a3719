import { BOT, echoThroughKills } from "../client/echo.ts";
import { buildClientLibrary } from "../support/client_library.ts";
import { needRuntime } from "../support/runtimes.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

Deno.test({
  name: "The echo bot beside the library's one file, on Node.js, echoes each message once through kills",
  // The bundler is a program of its own: its pipes end after it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    await using directory = await TemporaryDirectory.make();
    await buildClientLibrary(directory.path);
    const text = (await Deno.readTextFile(BOT)).replaceAll(
      "../../static/core/client.js",
      "./go-chat-client.js",
    );
    const bot = await directory.write("bot.js", text);
    await echoThroughKills([await needRuntime("node"), bot], "password");
  },
});
