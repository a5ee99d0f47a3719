/**
 * What sockets were told of who comes and goes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type ClusterOptions, startCluster, type TestCluster } from "../support/cluster.ts";
import type { FakeSocket } from "../support/instance.ts";

/** Joins or leaves that a socket was told of, in order. */
export function told(
  socket: FakeSocket,
  type: "join" | "leave",
  of?: number,
): readonly (number | undefined)[] {
  return socket.of(type).map((frame) => frame.from_user_id).filter((id) => of === undefined || id === of);
}

/** The people of the last `user_list`, in rising order. */
export function list(socket: FakeSocket): readonly number[] {
  const users = socket.of("user_list").at(-1)?.data?.["users"];
  assert.ok(Array.isArray(users));
  return users.map((user) => Number(user["user_id"])).toSorted((a, b) => a - b);
}

/** Three instances that are past the time in which nobody is taken for dead. */
export async function three(options: ClusterOptions = {}): Promise<TestCluster> {
  const cluster = await startCluster(3, options);
  await cluster.clock.advance(20_000);
  return cluster;
}
