/**
 * `healthcheck`: whether the server of these settings lives; opens no store.
 *
 * @module
 */
import type { Command } from "commander";
import { connect } from "node:net";
import type { GivenFlags } from "../server/given_settings.ts";
import { CommandError } from "./command_error.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";

const ANSWER_MS = 3_000;

/** Where a server is asked. */
export interface HealthPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Adds it. */
export function addHealthcheck(
  program: Command,
  tools: CommandTools,
  placeOf: (given: GivenFlags) => Promise<HealthPlace>,
): void {
  tools.withJson(
    program.command("healthcheck")
      .summary("Tell whether the server lives")
      .description(
        "Asks the server of these settings whether it lives: exit code 0, or 1 where it does not. Opens no store. " +
          "Of a server with a certificate of its own it only sees that it takes connections.",
      )
      .addHelpText("after", "\nExample:\n  go-chat healthcheck --port 8080"),
  ).action(async (_options, command: Command) => {
    const place = await placeOf(givenFlags(command));
    const host = place.host === "0.0.0.0" ? "127.0.0.1" : place.host === "::" ? "::1" : place.host;
    const url = `${place.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${place.port}`;
    const fault = await faultOf({ ...place, host }, url);
    if (fault !== null) throw new CommandError(`The server at ${url} does not live: ${fault}`);
    tools.report(command).result({ live: true, url }, `alive: ${url}`);
  });
}

async function faultOf({ host, port, tls }: HealthPlace, url: string): Promise<string | null> {
  try {
    if (tls) return await takesConnections(host, port);
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
    return answer.ok ? null : `it answers ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message.split("\n", 1).join("") : "it does not answer";
  }
}

/** Its certificate is of a public name, not of this machine. */
function takesConnections(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (fault: string | null): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end("it does not answer"));
    socket.once("error", (error) => end(error.message));
  });
}
