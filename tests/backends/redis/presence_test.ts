import type { PresenceStore } from "../../../db/presence.ts";
import { openTestRedis, type TestRedis } from "../../support/redis.ts";
import { testPresence } from "../../contract/presence_contract.ts";
import { openBackend } from "./opened.ts";

async function removeAll({ client, prefix }: TestRedis, kind: "lease" | "claim"): Promise<void> {
  const keys = await client.keys(`${prefix}:presence:${kind}:*`);
  if (keys.length > 0) await client.del(...keys);
}

testPresence("Redis", async () => {
  const redis = await openTestRedis();
  return {
    async instance(instanceId: string): Promise<PresenceStore> {
      const backend = await openBackend(redis, { instanceId });
      const presence = backend.openPresence();
      return {
        instanceId,
        renew: () => presence.renew(),
        write: (change) => presence.write(change),
        read: (id) => presence.read(id),
        claim: (id) => presence.claim(id),
        remove: (id) => presence.remove(id),
        leave: () => presence.leave(),
        [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
      };
    },
    // A key that is removed is one that ran out: the server's clock cannot be moved.
    letLeasesEnd: () => removeAll(redis, "lease"),
    async letClaimsEnd(): Promise<void> {
      await removeAll(redis, "lease");
      await removeAll(redis, "claim");
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
});
