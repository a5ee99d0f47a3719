/** Every figure that a running program tells is of a family that is described, in the code and in docs/metrics.md. */
import assert from "node:assert/strict";
import { z } from "zod";
import { FAMILIES, familyOf } from "../../routes/metric_families.ts";
import { readFigures } from "../support/figures.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const DOCS = new URL("../../docs/", import.meta.url);

const Dashboard = z.object({
  panels: z.array(z.object({
    title: z.string().min(1),
    targets: z.array(z.object({ expr: z.string().min(1) })).min(1),
  })).min(1),
});

Deno.test("docs/metrics.md has a row for each family, and none for another", async () => {
  const text = await Deno.readTextFile(new URL("metrics.md", DOCS));
  const rows = [...text.matchAll(/^\| `chat_(\w+)`\s*\| (\w+)\s*\| (.*?)\s*\|$/gm)]
    .map(([, name = "", type = "", help = ""]) => [name, type, help]);
  const families = Object.entries(FAMILIES).map(([name, { type, help }]) => [name, type, help]);
  assert.deepEqual(rows, families);
});

Deno.test("Every figure of a running program belongs to a family, and counts what happened", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.open(new URL("?user_id=1&username=ann", server.socketUrl));
  await ann.next("welcome");
  await ann.ask({ type: "private", to_user_id: 2, content: "counted" });
  ann.send("no frame");
  await ann.next("error");
  const figures = await readFigures(server.url);
  const unknown = [...figures.keys()].filter((name) => FAMILIES[familyOf(name)] === undefined);
  assert.deepEqual(unknown, []);
  const counted = (name: string): number | undefined => figures.get(name);
  assert.equal(counted('frames_received_total{type="private"}'), 1);
  assert.equal(counted('frames_received_total{type="unreadable"}'), 1);
  assert.equal(counted('frames_sent_total{type="read"}'), 1);
  assert.equal(counted('frames_sent_total{type="welcome"}'), 1);
  assert.equal(counted('frames_sent_total{type="error"}'), 1);
  assert.equal(counted('acks_total{status="stored"}'), 1);
  assert.equal(counted('errors_total{where="socket",error="bad_request"}'), 1);
  assert.equal(counted('commit_writes_bucket{le="+Inf"}'), counted("commits_total"));
  assert.equal(counted("commit_duration_seconds_count"), counted("commits_total"));
  assert.ok((counted("store_bytes") ?? 0) > 0);
  assert.ok((counted("disk_free_bytes") ?? 0) > 0);
});

Deno.test("The dashboard for Grafana asks for nothing that is not there", async () => {
  const text = await Deno.readTextFile(new URL("deploy/grafana-dashboard.json", DOCS));
  const { panels } = Dashboard.parse(JSON.parse(text));
  const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/chat_\w+/g) ?? []));
  assert.ok(asked.length >= panels.length);
  const unknown = asked.filter((name) => FAMILIES[familyOf(name.slice("chat_".length))] === undefined);
  assert.deepEqual(unknown, []);
});
