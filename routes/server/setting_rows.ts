/**
 * Every setting: its environment variable, its place in `config.ini`, its flag, and what it may be.
 *
 * @module
 */
import { type Form, host, origin, proxies, rate, secrets, text, whole, word } from "./setting_schemas.ts";

/** The words that a setting may be given by. */
export interface Row {
  readonly env: string;
  /** As the documented `config.ini` spells it; read without regard to case and underscores. */
  readonly section: string;
  readonly key: string;
  readonly flag?: Flag;
  /** Its text is never printed. */
  readonly secret?: true;
}

/** A row and what its text may be. */
export type Setting<T> = Row & Form<T>;

/** Flags that set something. */
export type Flag = "host" | "port" | "data" | "mode";

const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;
const MAX_COUNT = 1_000_000_000;

/** The settings of the contract that this version knows how to follow. */
export const SETTINGS = {
  mode: setting("CHAT_APP_MODE", "service", "AppMode", word(["debug", "release"]), { flag: "mode" }),
  host: setting("CHAT_HOST", "service", "HttpHost", host, { flag: "host" }),
  port: setting("CHAT_PORT", "service", "HttpPort", whole(0, 65_535, "0 takes a free one"), { flag: "port" }),
  dataDir: setting(
    "CHAT_DATA_DIR",
    "service",
    "DataDir",
    text("the path of a directory", (path) => !path.includes("\0")),
    { flag: "data" },
  ),
  secrets: setting("CHAT_SECRET", "service", "Secret", secrets, { secret: true }),
  publicUrl: setting("CHAT_PUBLIC_URL", "service", "PublicUrl", origin),
  trustProxy: setting("CHAT_TRUST_PROXY", "service", "TrustProxy", proxies),
  bcryptCost: setting("CHAT_BCRYPT_COST", "service", "BcryptCost", whole(4, 14, "release: from 10")),
  logLevel: setting("CHAT_LOG_LEVEL", "service", "LogLevel", word(LEVELS, { warn: "warning" })),
  limitMessages: setting("CHAT_LIMIT_MESSAGES", "limits", "LimitMessages", rate),
  limitFrames: setting("CHAT_LIMIT_FRAMES", "limits", "LimitFrames", rate),
  limitConnections: setting(
    "CHAT_LIMIT_CONNECTIONS",
    "limits",
    "LimitConnections",
    whole(0, 1_000_000, "0: off"),
  ),
  limitBuffer: setting("CHAT_LIMIT_BUFFER", "limits", "LimitBuffer", whole(0, MAX_COUNT, "bytes, 0: off")),
  limitMemory: setting("CHAT_LIMIT_MEMORY", "limits", "LimitMemory", whole(0, MAX_COUNT, "MiB, 0: off")),
  limitLogin: setting("CHAT_LIMIT_LOGIN", "limits", "LimitLogin", whole(0, 1_000_000, "0: off")),
  limitRegister: setting("CHAT_LIMIT_REGISTER", "limits", "LimitRegister", whole(0, 1_000_000, "0: off")),
  registration: setting("CHAT_REGISTRATION", "service", "Registration", word(["open", "invite", "closed"])),
  startTimeout: setting("CHAT_START_TIMEOUT", "service", "StartTimeout", whole(1, 3_600, "seconds")),
  presenceEveryoneBelow: setting(
    "CHAT_PRESENCE_EVERYONE_BELOW",
    "service",
    "PresenceEveryoneBelow",
    whole(0, MAX_COUNT, "accounts"),
  ),
  retentionDays: setting("CHAT_RETENTION_DAYS", "service", "RetentionDays", whole(0, 36_500, "0: for ever")),
  metricsToken: setting(
    "CHAT_METRICS_TOKEN",
    "service",
    "MetricsToken",
    text("printable ASCII characters without spaces", (token) => /^[\x21-\x7e]+$/.test(token)),
    { secret: true },
  ),
  tlsCert: setting("CHAT_TLS_CERT", "service", "TlsCert", text("the path of a PEM file")),
  tlsKey: setting("CHAT_TLS_KEY", "service", "TlsKey", text("the path of a PEM file")),
  transport: setting("CHAT_TRANSPORT", "service", "Transport", word(["native", "hardened"])),
  workers: setting("CHAT_WORKERS", "service", "Workers", whole(1, 64)),
} as const;

/** A database that a run may be given: what switches it on. */
export interface Backend {
  readonly name: string;
  readonly env: string;
  readonly section: string;
  readonly keys: readonly string[];
}

/** Databases that a run may be given: one address, or a section of `config.ini`. */
export const BACKENDS = {
  mysql: {
    name: "MySQL",
    env: "CHAT_MYSQL_URL",
    section: "mysql",
    keys: ["DbHost", "DbPort", "DbUser", "DbPassWord", "DbName"],
  },
  mongodb: {
    name: "MongoDB",
    env: "CHAT_MONGODB_URL",
    section: "MongoDB",
    keys: ["MongoDBAddr", "MongoDBPort", "MongoDBName"],
  },
  redis: { name: "Redis", env: "CHAT_REDIS_URL", section: "redis", keys: ["RedisAddr", "RedisDbName"] },
} as const satisfies Record<string, Backend>;

function setting<T>(
  env: string,
  section: string,
  ...[key, form, more]: [key: string, form: Form<T>, more?: Pick<Row, "flag" | "secret">]
): Setting<T> {
  return { env, section, key, ...form, ...more };
}
