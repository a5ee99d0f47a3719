/**
 * `deno task audit`: asks the registry whether anything in the lock file has a known weakness. Where it cannot be asked,
 * says so and fails nothing: that a build machine is cut off is no fault of the program.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "./paths.ts";
import { say } from "./say.ts";

/** How the runtime begins when the question itself failed; an advisory may say whatever it likes. */
const NOT_ASKED = /^error: error sending request for url/m;

const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["audit"],
  env: { NO_COLOR: "1" },
  cwd: fromFileUrl(ROOT),
  stdin: "null",
}).output();
const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
const isCutOff = code !== 0 && NOT_ASKED.test(said);
say(
  isCutOff
    ? `!! NOT ASKED, so nothing is known: the registry's list of weaknesses cannot be reached\n${said}`
    : said,
);
Deno.exit(isCutOff ? 0 : code);
