import assert from "node:assert/strict";
import { parseStoreAddress } from "./store_address.ts";

const MYSQL = { host: "db", port: 3306, user: "ann", password: "a+b", database: "chat" };

Deno.test("parseStoreAddress() reads a store with its messages where they are", () => {
  const embedded = { dataDir: "./data", mysql: null, mongodb: null };
  assert.deepEqual(parseStoreAddress("sqlite:./data"), embedded);
  assert.deepEqual(parseStoreAddress("sqlite:///srv/chat+1"), { ...embedded, dataDir: "/srv/chat+1" });
  assert.deepEqual(parseStoreAddress("sqlite:./data+mongodb://m/x"), {
    ...embedded,
    mongodb: { url: "mongodb://m/x" },
  });
  const mysql = { dataDir: "", mysql: MYSQL, mongodb: null };
  assert.deepEqual(parseStoreAddress("mysql://ann:a+b@db/chat"), mysql);
  assert.deepEqual(parseStoreAddress("mysql://ann:a+b@db/chat+mongodb+srv://u:p@m/x"), {
    ...mysql,
    mongodb: { url: "mongodb+srv://u:p@m/x" },
  });
});

Deno.test("parseStoreAddress() takes nothing else", () => {
  const wrong = [
    "",
    "data",
    "sqlite:",
    "mongodb://m/x",
    "mysql://db",
    "redis://r",
    "sqlite:./data+mongodb://",
  ];
  for (const text of wrong) assert.equal(parseStoreAddress(text), null, text);
});
