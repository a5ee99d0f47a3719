/**
 * Requests out of chance for every call of the API, in the name of somebody who is signed in.
 *
 * @module
 */
import fc from "fast-check";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const PATHS = [
  "/auth/register",
  "/auth/login",
  "/auth/logout",
  "/auth/sessions",
  "/auth/password",
  "/user/profile",
  "/user/me",
  "/users",
  "/ws/online-users",
  "/conversations",
  "/conversations/1-2/messages",
  "/messages",
  "/invites",
  "/admin/users",
  "/admin/users/2",
] as const;

/** A request of one of two people. */
export interface SomeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signing out would only make the rest of the requests poorer. */
export function endsSession({ method, path }: SomeRequest): boolean {
  return path === "/auth/logout" || (path === "/auth/sessions" && method === "DELETE");
}

/** One of them. */
export const someRequest: fc.Arbitrary<SomeRequest> = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...PATHS),
  query: fc.dictionary(
    fc.constantFrom("id", "q", "limit", "before", "after", "before_seq", "after_seq", "user_id"),
    fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.integer().map(String)),
    { maxKeys: 3 },
  ),
  body: fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.dictionary(
      fc.constantFrom(
        "username",
        "email",
        "phone",
        "to_user_id",
        "conversation_id",
        "content",
        "id",
        "uses",
      ),
      fc.jsonValue({ maxDepth: 2 }),
    ).map((value) => JSON.stringify(value)),
    fc.string({ unit: "binary", maxLength: 40 }),
  ),
});
