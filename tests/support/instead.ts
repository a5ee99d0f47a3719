/**
 * An object of the program with some of its members replaced.
 *
 * @module
 */

/** The object with `members` in place of its own; the rest works on the object itself. */
export function instead<T extends object>(object: T, members: Partial<T>): T {
  return seenThrough(object, (member, name) => name in members ? Reflect.get(members, name) : member);
}

/** The object with each of its members as `change` has it. */
export function seenThrough<T extends object>(
  object: T,
  change: (member: unknown, name: PropertyKey) => unknown,
): T {
  return new Proxy(object, {
    get(target, name): unknown {
      // Members with #private state work on the object alone.
      const member: unknown = Reflect.get(target, name, target);
      return change(typeof member === "function" ? member.bind(target) : member, name);
    },
  });
}
