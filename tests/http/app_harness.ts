/**
 * The real application over the real embedded store and realtime module, called by its `fetch` or by a listener.
 *
 * @module
 */
import assert from "node:assert/strict";
import bcrypt from "bcryptjs";
import { v7 } from "uuid";
import { z } from "zod";
import { type Clock, systemClock } from "../../db/clock.ts";
import { LocalBus } from "../../db/local/bus.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import { openStore } from "../../db/open.ts";
import type { Store } from "../../db/store.ts";
import { type ChatEvent, createRealtime, DEFAULT_LIMITS, type Realtime } from "../../realtime/mod.ts";
import {
  type Accounts,
  type App,
  type AppSettings,
  createAccounts,
  createApp,
  type Hasher,
} from "../../routes/mod.ts";
import { openTransport, type ServerTransport } from "../../routes/server/transport.ts";
import { TRANSPORT } from "../support/server.ts";
import { DocumentedCalls, type Noted } from "./documented.ts";

/** The page that the program serves. */
/** How long a listener waits for the requests at work, in ms. */
const CLOSE_MS = 1_000;
const STATIC_ROOT = new URL("../../static", import.meta.url).pathname;

/** What tests may change; the rest is debug mode on a loopback listener without limits. */
export interface HarnessOptions extends Partial<AppSettings> {
  readonly hasher?: Hasher;
  readonly staticRoot?: string;
  readonly notReady?: () => string | null;
  /** Stands between the application and the store. */
  readonly wrapStore?: (store: Store) => Store;
  readonly mayOpen?: (connections: number) => boolean;
}

/** What a request carries. */
export interface Ask {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: BodyInit;
  readonly headers?: HeadersInit;
  /** The address of the peer. */
  readonly peer?: string;
}

const Envelope = z.strictObject({
  code: z.number().int(),
  message: z.string().min(1),
  data: z.unknown().optional(),
  error: z.string().regex(/^[a-z_]+$/).optional(),
  fields: z.record(z.string(), z.string().min(1)).optional(),
});

/** An answer whose envelope was checked. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly message: string;
  readonly data: unknown;
  readonly error: string | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;
}

const SignInData = z.object({
  id: z.number(),
  username: z.string(),
  token: z.string(),
  session_id: z.string(),
  expires_at: z.string(),
});
/** Somebody signed in. */
export type Person = z.infer<typeof SignInData>;

/** The clock of this machine, which a test may put forward. */
export class ShiftedClock implements Clock {
  #shift = 0;

  now(): number {
    return Date.now() + this.#shift;
  }

  after(ms: number, run: () => void): { cancel(): void } {
    const handle = setTimeout(run, ms);
    return { cancel: () => clearTimeout(handle) };
  }

  /** Puts the time forward; waits run as before. */
  shift(ms: number): void {
    this.#shift += ms;
  }
}

/** bcrypt of the lowest cost on this thread: the same digests, in a millisecond. */
export class CheapHasher implements Hasher {
  readonly cost: number = 4;
  /** The digests that were checked or made, in order. */
  readonly jobs: string[] = [];

  hash(password: string): Promise<string> {
    this.jobs.push("hash");
    return bcrypt.hash(password, this.cost);
  }

  verify(password: string, digest: string): Promise<boolean> {
    this.jobs.push(`verify ${digest.slice(4, 6)}`);
    return bcrypt.compare(password, digest);
  }

  figures(): ReadonlyMap<string, number> {
    return new Map([["hash_jobs_total", this.jobs.length]]);
  }
}

/** One application in a folder of its own; disposing it ends everything it opened. */
export class AppHarness implements AsyncDisposable {
  readonly settings: AppSettings;
  readonly clock: ShiftedClock;
  readonly store: Store;
  readonly realtime: Realtime;
  readonly accounts: Accounts;
  readonly app: App;
  /** The one under test. */
  readonly transport: ServerTransport;
  /** The documented calls that were made, in order. */
  readonly noted: Noted[] = [];
  readonly #owned: AsyncDisposableStack;

  private constructor(
    parts: Pick<AppHarness, "settings" | "clock" | "store" | "realtime" | "accounts" | "app" | "transport">,
    owned: AsyncDisposableStack,
  ) {
    this.settings = parts.settings;
    this.clock = parts.clock;
    this.store = parts.store;
    this.realtime = parts.realtime;
    this.accounts = parts.accounts;
    this.app = parts.app;
    this.transport = parts.transport;
    this.#owned = owned;
  }

  /** Opens an application. */
  static async open(options: HarnessOptions = {}): Promise<AppHarness> {
    const { hasher = new CheapHasher(), staticRoot = STATIC_ROOT, notReady, wrapStore, ...rest } = options;
    const { mayOpen = (): boolean => true, ...changed } = rest;
    const settings: AppSettings = { ...DEFAULTS, ...changed };
    await using owned = new AsyncDisposableStack();
    const clock = new ShiftedClock();
    const dataDir = await Deno.makeTempDir({ prefix: "chat-http-" });
    owned.defer(() => Deno.remove(dataDir, { recursive: true }));
    const opened = owned.use(await openStore({ dataDir, clock }));
    const store = wrapStore?.(opened) ?? opened;
    const bus = owned.use(new LocalBus<ChatEvent>());
    const transport = await openTransport(TRANSPORT, systemClock);
    const realtime = owned.use(
      await createRealtime({
        mode: settings.mode,
        store,
        bus,
        presence: new LocalPresence(new PresenceMemory(clock), "only"),
        clock,
        newMessageId: (now) => v7({ msecs: now }),
        newConnectionId: () => crypto.randomUUID(),
        limits: DEFAULT_LIMITS,
        presenceEveryoneBelow: 500,
        mayOpen,
        upgrade: transport.upgrade,
      }),
    );
    const randomBytes = (length: number): Uint8Array<ArrayBuffer> =>
      crypto.getRandomValues(new Uint8Array(length));
    const accounts = createAccounts({ settings, store, realtime, hasher, clock, randomBytes });
    const shared = { settings, store, realtime, accounts, clock };
    const app = createApp({ ...shared, staticRoot, version: "1.2.3", ...(notReady && { notReady }) });
    owned.use(app);
    return new AppHarness({ ...shared, app, transport }, owned.move());
  }

  /** One request, straight into the application. Fails where the answer is not as openapi.json says. */
  async fetch(method: string, path: string, ask: Ask = {}): Promise<Response> {
    const headers = new Headers(ask.headers);
    if (ask.token !== undefined) headers.set("authorization", `Bearer ${ask.token}`);
    const body = ask.raw ?? (ask.body === undefined ? null : JSON.stringify(ask.body));
    const request = new Request(new URL(path, "http://localhost:8080"), { method, headers, body });
    const response = await this.app.fetch(request, infoOf(ask.peer ?? "127.0.0.1"));
    const documented = await this.documented();
    const noted = await documented.check({ method, url: new URL(request.url), body: ask.body, response });
    if (noted !== null) this.noted.push(noted);
    return response;
  }

  /** What openapi.json says. Read once, as it says the same in every mode. */
  documented(): Promise<DocumentedCalls> {
    return documentedCalls ??= readDocument(this.app);
  }

  /** One call of the API, whose answer must be the envelope. */
  async call(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    return await readAnswer(await this.fetch(method, `/api/v1${path}`, ask));
  }

  /** Registers somebody: the first one is the owner. */
  async register(username: string, more: object = {}): Promise<number> {
    const body = { username, email: `${username}@example.com`, password: passwordOf(username), ...more };
    const answer = await this.call("POST", "/auth/register", { body });
    assert.equal(answer.status, 200, JSON.stringify(answer.fields ?? answer.message));
    return z.object({ id: z.number() }).parse(answer.data).id;
  }

  /** Signs somebody in. */
  async signIn(username: string, ask: Ask = {}): Promise<Person> {
    const body = { username, password: passwordOf(username) };
    const answer = await this.call("POST", "/auth/login", { ...ask, body });
    assert.equal(answer.status, 200, answer.message);
    return SignInData.parse(answer.data);
  }

  /** Registers somebody and signs them in. */
  async join(username: string): Promise<Person> {
    await this.register(username);
    return await this.signIn(username);
  }

  /** Listens on a free port of the loopback, by the transport under test, until the harness ends. */
  async listen(): Promise<URL> {
    const place = { host: "127.0.0.1", port: 0, portSource: "the test", tls: null };
    const listener = await this.transport.listen({ ...place, fetch: this.app.fetch, clock: systemClock });
    this.#owned.defer(() => listener.close(CLOSE_MS));
    return new URL(listener.origin);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

let documentedCalls: Promise<DocumentedCalls> | null = null;

async function readDocument(app: App): Promise<DocumentedCalls> {
  const request = new Request("http://localhost:8080/api/v1/openapi.json");
  const response = await app.fetch(request, infoOf("127.0.0.1"));
  return new DocumentedCalls(await response.text());
}

function infoOf(hostname: string): Deno.ServeHandlerInfo<Deno.NetAddr> {
  return {
    remoteAddr: { transport: "tcp", hostname, port: 50_000 },
    completed: Promise.resolve(),
  };
}

/** The password that {@link AppHarness.register} gives. */
export function passwordOf(username: string): string {
  return `pw of ${username}`.slice(0, 20).padEnd(12, ".");
}

/** Reads an answer, asserting the envelope. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/, text.slice(0, 200));
  const envelope = Envelope.parse(JSON.parse(text));
  assert.equal(envelope.code, response.status);
  const isGood = response.status === 200;
  assert.equal(envelope.error === undefined, isGood, "error exactly where it failed");
  assert.ok(isGood || envelope.data === undefined, "data never where it failed");
  return {
    status: response.status,
    headers: response.headers,
    message: envelope.message,
    data: envelope.data,
    error: envelope.error,
    fields: envelope.fields,
  };
}

const DEFAULTS: AppSettings = {
  mode: "debug",
  publicUrl: null,
  loopback: true,
  tls: false,
  trustProxy: [],
  secrets: ["a secret of more than thirty-two bytes, for tests"],
  registration: "open",
  limitLogin: 0,
  limitRegister: 0,
  metricsToken: null,
};
