/**
 * The hand-written types of the client library say what its code is: each is put where the other is wanted, so that
 * the check of types fails when they part.
 *
 * @module
 */
import assert from "node:assert/strict";
import type * as Declared from "../../static/core/client.d.ts";
import * as code from "../../static/core/client.js";

/** Of a function what it takes and gives: methods are compared as loosely as they are assigned. */
type Signature<T> = T extends (...taken: infer Taken) => infer Given ? { taken: Taken; given: Given } : T;
/** A function for each type: two of them are one only where the types are identical. */
type Only<T> = <Any>() => Any extends T ? 1 : 2;
type Same<One, Other> = Only<One> extends Only<Other> ? true : false;
type Both<One, Other> = [One, Other] extends [Other, One] ? true : false;
/** Member by member, without what is private. */
type SameMembers<One, Other> = Same<keyof One, keyof Other> extends true ? Same<
    { [Key in keyof One]-?: Same<Signature<One[Key]>, Signature<Other[Key & keyof Other]>> }[keyof One],
    true
  >
  : false;

/** Of the code's own: the client is made by `connect`, and nobody else calls these. */
type Inner = "emit" | "emitAndWait" | "isHeard" | "start";

interface Agreements {
  readonly options: SameMembers<Declared.ClientOptions, code.ClientOptions>;
  readonly optionality: Both<Declared.ClientOptions, code.ClientOptions>;
  readonly events: SameMembers<Declared.ClientEvents, code.ClientEvents>;
  readonly client: SameMembers<Omit<Declared.Client, "on">, Omit<code.Client, "on" | Inner>>;
  readonly send: SameMembers<Options<Declared.Client["send"], 2>, Options<code.Client["send"], 2>>;
  readonly older: SameMembers<Options<Declared.Client["older"], 1>, Options<code.Client["older"], 1>>;
  readonly close: SameMembers<Options<Declared.Client["close"], 0>, Options<code.Client["close"], 0>>;
  readonly on: Both<Declared.Client["on"], code.Client["on"]>;
  readonly signIn: Same<Signature<typeof Declared.signIn>, Signature<typeof code.signIn>>;
  readonly memory: Both<typeof Declared.storageMemory, typeof code.storageMemory>;
  readonly sendError: SameMembers<Declared.SendError, code.SendError>;
  readonly requestError: SameMembers<Declared.RequestError, code.RequestError>;
  readonly signInError: SameMembers<Declared.SignInError, code.SignInError>;
  readonly newSendError: Made<typeof Declared.SendError, typeof code.SendError>;
  readonly newRequestError: Made<typeof Declared.RequestError, typeof code.RequestError>;
  readonly newSignInError: Made<typeof Declared.SignInError, typeof code.SignInError>;
}
/** What may be left out of a call. */
type Options<Method extends (...taken: never) => unknown, At extends number> = NonNullable<
  Parameters<Method>[At]
>;
type Class = abstract new (...taken: never) => unknown;
type Made<One extends Class, Other extends Class> = Same<
  ConstructorParameters<One>,
  ConstructorParameters<Other>
>;

const AGREEMENTS: { readonly [Name in keyof Agreements]: Agreements[Name] & true } = {
  options: true,
  optionality: true,
  events: true,
  client: true,
  send: true,
  older: true,
  close: true,
  on: true,
  signIn: true,
  memory: true,
  sendError: true,
  requestError: true,
  signInError: true,
  newSendError: true,
  newRequestError: true,
  newSignInError: true,
};

Deno.test("client.d.ts says what client.js is, and names all that it exports", async () => {
  assert.ok(Object.values(AGREEMENTS).every(Boolean));
  const declared = await Deno.readTextFile(new URL("../../static/core/client.d.ts", import.meta.url));
  const names = [...declared.matchAll(/^export (?:function|class|const) (\w+)/gm)].map(([, name]) => name);
  // The class is made by connect(): its type is an interface.
  assert.deepEqual(names.toSorted(), Object.keys(code).filter((name) => name !== "Client").toSorted());
});
