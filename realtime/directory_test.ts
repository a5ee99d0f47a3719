import assert from "node:assert/strict";
import type { User } from "../db/model.ts";
import { FakeClock } from "../tests/support/fake_clock.ts";
import { Directory } from "./directory.ts";

function account(username: string): User {
  return {
    id: 1,
    username,
    email: "",
    phone: "",
    avatar: "",
    status: "active",
    role: "member",
    lastSeenAt: null,
  };
}

Deno.test("Directory.forget() keeps out what was asked before it and is answered after", async () => {
  const answers: PromiseWithResolvers<readonly User[]>[] = [];
  const directory = new Directory({
    byIds: () => {
      const answer = Promise.withResolvers<readonly User[]>();
      answers.push(answer);
      return answer.promise;
    },
  }, new FakeClock());
  const early = directory.load([1]);
  directory.forget(1);
  answers[0]?.resolve([account("the old name")]);
  await early;
  assert.equal(directory.known(1), undefined, "it has to be asked again");
  const late = directory.load([1]);
  answers[1]?.resolve([account("the new name")]);
  assert.equal((await late).get(1)?.username, "the new name");
  assert.equal(directory.known(1)?.username, "the new name");
});

Deno.test("Directory.sweep() lets go of what is not believed any more, and of nothing else", async () => {
  const clock = new FakeClock();
  const directory = new Directory({
    byIds: (ids) => Promise.resolve(ids.map((id) => ({ ...account("ann"), id }))),
  }, clock);
  await directory.load([1, 2]);
  await clock.advance(29_999);
  await directory.load([3]);
  directory.sweep();
  assert.equal(directory.size, 3);
  await clock.advance(1);
  directory.sweep();
  assert.equal(directory.size, 1);
  assert.equal(directory.known(3)?.id, 3);
});
