import assert from "node:assert/strict";
import { OnlineList } from "./online_list.ts";

Deno.test("OnlineList.everybody() names all who are there, in the order they came", () => {
  const list = new OnlineList(10);
  for (const id of [3, 1, 2]) list.set(id, `${id}`);
  assert.equal(list.everybody(null), "3,1,2");
  list.delete(1);
  assert.equal(list.everybody(2), "3,2");
  list.set(1, "one");
  list.set(3, "three");
  assert.equal(list.everybody(null), "three,2,one");
});

Deno.test("OnlineList.everybody() is bounded, names the viewer all the same, and fills up when somebody goes", () => {
  const list = new OnlineList(2);
  for (const id of [1, 2, 3, 4]) list.set(id, `${id}`);
  assert.equal(list.everybody(null), "1,2");
  assert.equal(list.everybody(4), "1,2,4");
  assert.equal(list.everybody(99), "1,2");
  list.delete(4);
  assert.equal(list.everybody(null), "1,2");
  list.delete(1);
  assert.equal(list.everybody(null), "2,3");
});

Deno.test("OnlineList.of() names those asked for who are there", () => {
  const list = new OnlineList(2);
  list.set(1, "a");
  assert.equal(list.of([5, 1, 7]), "a");
  assert.equal(list.of([]), "");
});
