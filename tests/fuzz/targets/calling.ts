/**
 * Every call of the API, straight into the application: answered in its envelope, and by no fault of its own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { AppHarness } from "../../http/app_harness.ts";
import { endsSession, someRequest } from "../requests.ts";
import { ownMemory, type Target } from "../target.ts";

const Asked = z.object({
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  body: z.string(),
});
const REMOTE = { remoteAddr: { hostname: "127.0.0.1" } };

/** Requests of an owner and of a member, in turns. */
export const REQUESTS: Target = {
  name: "requests",
  share: 0.05,
  inputs: someRequest.filter((request) => !endsSession(request)).map((request) => JSON.stringify(request)),
  open: async () => {
    const http = await AppHarness.open();
    const tokens = [(await http.join("ann")).token, (await http.join("bob")).token];
    let turn = 0;
    return {
      feed: async (inputs) => {
        for (const input of inputs) {
          const { method, path, query, body } = Asked.parse(JSON.parse(String(input)));
          const url = `http://localhost:8080/api/v1${path}?${new URLSearchParams(query)}`;
          const headers = { authorization: `Bearer ${tokens[turn++ % tokens.length]}` };
          const answer = await http.app.fetch(
            new Request(url, { method, headers, ...(method === "GET" ? {} : { body }) }),
            REMOTE,
          );
          const text = await answer.text();
          assert.ok(answer.status < 500, `${method} ${path} answered ${answer.status}: ${text}`);
        }
      },
      memory: ownMemory,
      [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
    };
  },
};
