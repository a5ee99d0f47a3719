/** The units of docs/deploy/, as systemd itself reads them. */
import assert from "node:assert/strict";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { replaced } from "../support/replaced.ts";
import { runs } from "../support/run.ts";
import { say } from "../support/say.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const DEPLOY = fromFileUrl(new URL("docs/deploy/", ROOT));
const hasSystemd = await runs("systemd-analyze", "--version");
if (!hasSystemd) say("!! units_test.ts: there is no systemd-analyze, so it does not verify the units");

async function units(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const names = (await Array.fromAsync(Deno.readDir(DEPLOY))).map(({ name }) => name);
  const found = names.filter((name) => /\.(service|timer)$/.test(name)).sort();
  return await Promise.all(found.map(async (name) => ({
    name,
    text: await Deno.readTextFile(`${DEPLOY}/${name}`),
  })));
}

/** What systemd has to say of the units; `more` is added to each. */
async function verify(more: string = ""): Promise<string> {
  await using directory = await TemporaryDirectory.make();
  const paths: string[] = [];
  for (const { name, text } of await units()) {
    // The program is not installed here, and systemd looks whether it is.
    const isService = name.endsWith(".service");
    const adapted = isService ? replaced(text, [["/usr/local/bin/go-chat", "/bin/true"]]) : text;
    paths.push(await directory.write(name, adapted + more));
  }
  const { stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: ["verify", "--man=no", ...paths],
    stdin: "null",
  }).output();
  const lines = [stdout, stderr].flatMap((bytes) => new TextDecoder().decode(bytes).split("\n"));
  // It looks at what they need too, which is this machine's own.
  return lines.filter((line) => line.includes("go-chat")).join("\n");
}

Deno.test({
  name: "systemd finds nothing to say against the units, and would say it",
  ignore: !hasSystemd,
  async fn(): Promise<void> {
    assert.equal(await verify(), "");
    assert.match(await verify("\n[Service]\nNoSuchWord=1\n"), /NoSuchWord/);
  },
});

Deno.test("the services read their settings from the same file", async () => {
  const services = (await units()).filter(({ name }) => name.endsWith(".service"));
  assert.ok(services.length > 1);
  const files = services.map(({ text }) => /^EnvironmentFile=(.*)$/m.exec(text)?.[1]);
  assert.deepEqual([...new Set(files)], ["-/etc/go-chat.env"]);
});

Deno.test("the services share the user and the directory of the server", async () => {
  const services = (await units()).filter(({ name }) => name.endsWith(".service"));
  for (const word of ["DynamicUser", "User", "StateDirectoryMode"]) {
    const said = services.map(({ text }) => new RegExp(`^${word}=(.*)$`, "m").exec(text)?.[1]);
    assert.equal(new Set(said).size, 1, word);
    assert.notEqual(said[0], undefined, word);
  }
  for (const { name, text } of services) {
    const directories = /^StateDirectory=(.*)$/m.exec(text)?.[1]?.split(" ") ?? [];
    assert.ok(directories.includes("go-chat"), name);
    // Whatever is written to stands among them: what systemd makes is theirs, what it does not is root's.
    for (const [, directory = ""] of text.matchAll(/\/var\/lib\/([\w-]+)/g)) {
      if (directory !== "private") assert.ok(directories.includes(directory), `${name}: ${directory}`);
    }
  }
});
