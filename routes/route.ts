/**
 * One declaration of a call gives its validation, its handler's types and its documentation.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { z } from "zod";
import type { Clock } from "../db/clock.ts";
import { ChatError, type ErrorCode, type Sentence } from "../realtime/errors.ts";
import type { Access, AskerOf, Askers } from "./askers.ts";
import { readJsonObject } from "./body.ts";
import { failure, success } from "./envelope.ts";
import type { Facts } from "./facts.ts";
import { fieldFaults } from "./field_faults.ts";

/** Which pattern took a request, for /metrics. */
export interface Seen {
  route: string;
}

/** What every handler under Hono is given. */
export interface RouteEnv {
  Bindings: { readonly facts: Facts; readonly seen: Seen };
}

/** An HTTP method that a call may have. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A call: who may make it, what it takes (`params`, `query`, `body`), what it answers. */
export interface CallSpec<A extends Access = Access, I extends z.ZodObject = z.ZodObject, D = z.ZodType> {
  readonly method: Method;
  /** Absolute, with `:name` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: A;
  readonly input: I;
  /** A body that it takes, where it takes one. */
  readonly example?: object;
  readonly data: D;
  /** What the person is told when it worked. */
  readonly done: Sentence;
  /** Errors beyond those that every call of its kind may answer. */
  readonly errors: readonly ErrorCode[];
}

/** One call being made. */
export interface Call<A extends Access, I extends z.ZodObject> {
  readonly asker: AskerOf[A];
  readonly input: z.output<I>;
  readonly facts: Facts;
  /** Headers of the answer. */
  readonly headers: Headers;
}

/** A GET that answers outside the envelope. */
export interface RawSpec {
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The media type of its answer. */
  readonly type: string;
  readonly errors: readonly ErrorCode[];
}

/** Answers a raw request. */
export type RawHandler = (facts: Facts) => Response | Promise<Response>;

/** The calls of the application, mounted and documented together. */
export class Routes {
  readonly hono: Hono<RouteEnv> = new Hono<RouteEnv>();
  readonly #askers: Askers;
  readonly #clock: Clock;
  readonly #specs: CallSpec[] = [];
  readonly #raws: RawSpec[] = [];
  readonly #methods = new Map<string, Set<string>>();

  constructor(askers: Askers, clock: Clock) {
    this.#askers = askers;
    this.#clock = clock;
  }

  /** Every call declared so far. */
  get specs(): readonly CallSpec[] {
    return this.#specs;
  }

  /** Every GET outside the envelope declared so far. */
  get raws(): readonly RawSpec[] {
    return this.#raws;
  }

  /** Mounts a call. What its handler resolves to becomes `data`. */
  call<A extends Access, I extends z.ZodObject, D extends z.ZodType>(
    spec: CallSpec<A, I, D>,
    handle: (call: Call<A, I>) => Promise<z.input<D>>,
  ): void {
    this.#specs.push(spec);
    this.#mount(spec.method, spec.path, async (context) => {
      const { facts } = context.env;
      const asker = await this.#askers[spec.access](facts);
      const input = await this.#input(spec.input, context);
      const headers = new Headers();
      const data = await handle({ asker, input, facts, headers });
      const response = success(spec.done[facts.language], data);
      for (const [name, value] of headers) response.headers.append(name, value);
      return response;
    });
  }

  /** Mounts a GET that answers as it likes. */
  raw(spec: RawSpec, handle: RawHandler): void {
    this.#raws.push(spec);
    this.#mount("GET", spec.path, async (context) => await handle(context.env.facts));
  }

  /** Mounts a GET of which the documents say nothing: for this program's own commands. */
  own(path: string, handle: RawHandler): void {
    this.#mount("GET", path, async (context) => await handle(context.env.facts));
  }

  /** Answers 405 wherever a path is known and its method is not; to be called when all calls are mounted. */
  refuseOtherMethods(): void {
    for (const [path, methods] of this.#methods) {
      const allowed = [...methods, ...(methods.has("GET") ? ["HEAD"] : [])].join(", ");
      this.hono.all(path, (context) => {
        context.env.seen.route = path;
        return notAllowed(context.env.facts, allowed);
      });
    }
  }

  #mount(method: Method, path: string, handle: (context: Context<RouteEnv>) => Promise<Response>): void {
    const methods = this.#methods.get(path) ?? new Set();
    this.#methods.set(path, methods.add(method));
    this.hono.on(method, path, (context) => {
      context.env.seen.route = path;
      return handle(context);
    });
  }

  async #input<I extends z.ZodObject>(schema: I, context: Context<RouteEnv>): Promise<z.output<I>> {
    const { facts } = context.env;
    const raw = {
      params: context.req.param(),
      query: Object.fromEntries([...facts.url.searchParams].reverse()),
      body: "body" in schema.shape ? await readJsonObject(facts.request, this.#clock) : undefined,
    };
    const parsed = schema.safeParse(raw, { reportInput: true });
    if (parsed.success) return parsed.data;
    throw fieldFaults(parsed.error.issues);
  }
}

/** 405, naming what is allowed. */
export function notAllowed(facts: Facts, allowed: string): Response {
  const response = failure(new ChatError("method_not_allowed"), facts.language);
  response.headers.set("allow", allowed);
  return response;
}
