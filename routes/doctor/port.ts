/**
 * Whether the port can be had, or is held by our own running server.
 *
 * @module
 */
import { tryPort } from "../server/listener.ts";
import { SettingsError } from "../server/settings_error.ts";
import { type Check, fault, type Finding, isOurs, ok, warning } from "./check.ts";

const NAME = "port";

/** The port. */
export const portCheck: Check = {
  name: NAME,
  async run({ settings, server, secrets }): Promise<readonly Finding[]> {
    const { host, port } = settings;
    if (port === 0) return [ok(NAME, "A free port is taken at start")];
    if (isOurs(await server)) return [ok(NAME, `Our own server listens on ${host}:${port}`)];
    try {
      tryPort(settings);
      return [ok(NAME, `${host}:${port} is free, so no server of ours runs there`)];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      if (!/ is in use/.test(error.message)) {
        return [fault(NAME, error.message, "Choose another CHAT_HOST or CHAT_PORT")];
      }
      if (secrets === null) {
        return [
          warning(
            NAME,
            `${host}:${port} is in use by a program that cannot be asked`,
            "Make the secret readable",
          ),
        ];
      }
      return [
        fault(
          NAME,
          `${host}:${port} is held by another program, or by a server with another secret`,
          "End that program, or choose another CHAT_PORT",
        ),
      ];
    }
  },
};
