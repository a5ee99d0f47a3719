/**
 * That a store is never left without an owner who may act.
 *
 * @module
 */
import type { Transaction } from "kysely";
import { LastOwnerError } from "../errors.ts";
import type { UserId } from "../model.ts";
import type { SqlDialect } from "./dialect.ts";
import type { Schema } from "./schema.ts";

/**
 * To be asked within the transaction that is about to end `id` as an active owner: throws {@link LastOwnerError} when
 * nobody else is one. Those who ask take turns until their transactions end.
 */
export async function refuseLastOwner(
  db: Transaction<Schema>,
  dialect: SqlDialect,
  id: UserId,
): Promise<void> {
  await dialect.alone(db);
  const owners = await db.selectFrom("user").select("id").where("role", "=", "owner").where(
    "status",
    "=",
    "active",
  )
    .where("deletedAt", "is", null).execute();
  if (owners.length === 1 && owners[0]?.id === id) throw new LastOwnerError();
}
