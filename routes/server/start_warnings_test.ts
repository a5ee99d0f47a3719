import assert from "node:assert/strict";
import { readSettings } from "./settings.ts";
import { type StartFacts, startWarnings } from "./start_warnings.ts";

const FACTS: StartFacts = {
  origin: "http://0.0.0.0:8080",
  hiddenConfig: [],
  dataDirWarning: null,
  fewDescriptors: null,
};

function warnings(env: Readonly<Record<string, string>>, facts: Partial<StartFacts> = {}): readonly string[] {
  const settings = readSettings({ flags: {}, env, ini: null, dev: false });
  return startWarnings(settings, { ...FACTS, ...facts });
}

Deno.test("startWarnings() warns once in debug that anyone can be anyone, and who that is", () => {
  const [here, ...more] = warnings({ CHAT_APP_MODE: "debug" });
  assert.match(
    here ?? "",
    /^Debug mode: anyone on this machine who reaches http:\/\/0\.0\.0\.0:8080 can be anyone/,
  );
  assert.deepEqual(more, []);
  const [open] = warnings({ CHAT_APP_MODE: "debug", CHAT_HOST: "0.0.0.0" });
  assert.match(open ?? "", /anyone on the network/);
});

Deno.test("startWarnings() warns in release of plain http beyond this machine, naming the settings that end it", () => {
  const [warning, ...more] = warnings({});
  assert.match(warning ?? "", /can be read on the way.*CHAT_TLS_CERT.*CHAT_PUBLIC_URL/);
  assert.deepEqual(more, []);
  assert.deepEqual(warnings({ CHAT_HOST: "127.0.0.1" }), []);
  assert.deepEqual(warnings({ CHAT_PUBLIC_URL: "https://chat.example.com" }), []);
});

Deno.test("startWarnings() tells few descriptors, a data directory others may read, and what is ignored", () => {
  const env = { CHAT_HOST: "127.0.0.1", CHAT_NONSENSE: "1" };
  const facts = {
    fewDescriptors: 1_024,
    dataDirWarning: "Others may read ./data",
    hiddenConfig: ["./config.ini"],
  };
  const [few, data, hidden, unknown] = warnings(env, facts);
  assert.match(few ?? "", /Only 1024 descriptors.*819 sockets/);
  assert.equal(data, "Others may read ./data");
  assert.match(hidden ?? "", /\.\/config\.ini is ignored/);
  assert.match(unknown ?? "", /CHAT_NONSENSE is no setting/);
});
