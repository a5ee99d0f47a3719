/**
 * `deno task audit`: asks the registry whether anything in the lock file has a known weakness. Where it cannot be asked,
 * says so and fails nothing: that a build machine is cut off is no fault of the program.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "./paths.ts";
import { say } from "./say.ts";

const OUT_OF_REACH = /error sending request|client error \(Connect\)|dns error|timed out/i;

const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["audit"],
  cwd: fromFileUrl(ROOT),
  stdin: "null",
}).output();
const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
const isCutOff = code !== 0 && OUT_OF_REACH.test(said);
say(isCutOff ? `!! NOT ASKED: the registry's list of weaknesses cannot be reached\n${said}` : said);
Deno.exit(isCutOff ? 0 : code);
