import { openTestRedis } from "../../support/redis.ts";
import { openBackend } from "./opened.ts";
import { testTally } from "../../contract/tally_contract.ts";

testTally("Redis", async () => {
  const redis = await openTestRedis();
  const backend = await openBackend(redis);
  return {
    tally: backend.openTally(),
    // The server's clock cannot be moved, what is left to each key can.
    async letPass(ms: number): Promise<void> {
      for (const key of await redis.client.keys(`${redis.prefix}:limit:*`)) {
        await redis.client.pexpire(key, await redis.client.pttl(key) - ms);
      }
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await backend[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
});
