/**
 * compose.yaml as Docker reads it, as far as this file goes.
 *
 * @module
 */
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./paths.ts";

const Service = z.object({
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});
const File = z.object({ services: z.record(z.string(), Service) });

/** The words of a service's command, and its environment. */
export type Service = z.infer<typeof Service>;

/** The service of compose.yaml, its variables taken from `env`. Throws when there is no such service or variable. */
export async function composeService(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<Service> {
  const text = await Deno.readTextFile(new URL("compose.yaml", ROOT));
  const service = File.parse(parse(text)).services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service "${name}"`);
  const environment = Object.entries(service.environment)
    .map(([key, value]) => [key, interpolate(value, env)]);
  return {
    command: service.command.map((word) => interpolate(word, env)),
    environment: Object.fromEntries(environment),
  };
}

/** `${NAME:-default}`, `${NAME:?message}` and `$$`. */
function interpolate(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(?:\$|\{(\w+):([-?])([^}]*)\})/g,
    (_, name: string | undefined, kind, rest: string) => {
      if (name === undefined) return "$";
      const value = env[name];
      if (value !== undefined && value !== "") return value;
      if (kind === "?") throw new Error(`${name} ${rest}`);
      return rest;
    },
  );
}
