import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { findPeers } from "./peers.ts";

/** A program that does as a shell script says. */
async function script(path: string, text: string): Promise<string> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`);
  await Deno.chmod(path, 0o755);
  return path;
}

/** An npm that has every package but Socket.IO, and puts a Bun in that runs here. */
const NPM = `
for word; do last=$word; done
name=\${last%@*}
[ "$name" = socket.io ] && { echo "404 Not Found"; exit 1; }
mkdir -p "$3/node_modules/$name" "$3/node_modules/@oven/bun-any/bin"
echo '{}' > "$3/node_modules/$name/package.json"
printf '#!/bin/sh\\necho 1.4.5\\n' > "$3/node_modules/@oven/bun-any/bin/bun"
chmod +x "$3/node_modules/@oven/bun-any/bin/bun"
echo "$name" >> "$(dirname "$0")/installed"`;

Deno.test("findPeers() installs what can be had, names what cannot, and installs nothing twice", async () => {
  await using directory = await TemporaryDirectory.make();
  const installing = {
    directory: `${directory.path}/peers`,
    npm: await script(`${directory.path}/npm`, NPM),
    node: await script(`${directory.path}/node`, "echo v20.1.0"),
  };
  const { there, missing } = await findPeers(installing);
  assert.deepEqual(there.map(({ name, dialect }) => [name, dialect]), [["ws", "relay"], ["Bun", "relay"]]);
  assert.match(there[0]?.what ?? "", /^ws [\d.]+ on Node\.js v20\.1\.0$/);
  for (const { command } of there) assert.ok(command.every((path) => existsSync(path)), command.join(" "));
  assert.equal(missing.length, 1);
  assert.match(missing[0] ?? "", /^Cannot measure beside Socket\.IO: /);

  await findPeers(installing);
  assert.deepEqual((await Deno.readTextFile(`${directory.path}/installed`)).split("\n"), ["ws", "bun", ""]);
});

Deno.test("findPeers() goes on without Node.js and without npm, and says so of each", async () => {
  await using directory = await TemporaryDirectory.make();
  const { there, missing } = await findPeers({
    directory: directory.path,
    npm: `${directory.path}/no-npm`,
    node: `${directory.path}/no-node`,
  });
  assert.deepEqual(there, []);
  assert.equal(missing.length, 3);
});
