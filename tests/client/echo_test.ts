import { BOT, echoThroughKills } from "./echo.ts";

const DENO = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-prompt",
  "--allow-net=127.0.0.1",
  "--allow-env",
  "--allow-read=.",
  "--allow-write=.",
  "--no-config",
  BOT,
];

Deno.test("The echo bot on Deno echoes each message once, through kills of it and of the server", async () => {
  await echoThroughKills(DENO, "password");
});

Deno.test("The echo bot that is somebody by number does so too", async () => {
  await echoThroughKills(DENO, "number");
});
