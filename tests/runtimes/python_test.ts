import { echoThroughKills } from "../client/echo.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { needRuntime } from "../support/runtimes.ts";

const CLIENT = fromFileUrl(new URL("docs/examples/python_client.py", ROOT));

for (const way of ["password", "number"] as const) {
  Deno.test(`The client in Python, signed in by ${way}, echoes each message once, through kills`, async () => {
    await echoThroughKills([await needRuntime("python"), CLIENT], way);
  });
}
