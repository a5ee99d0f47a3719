/**
 * One HTTP request over a connection of its own, written by hand: `fetch` lets nobody set `Upgrade`, nor connect to
 * another address than that of the name.
 *
 * @module
 */
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where and what. */
export interface RawRequest {
  readonly url: URL;
  /** Connects here instead of to the URL's own host. */
  readonly address?: string;
  /** Whether the certificate must be valid. Default: yes. */
  readonly isVerified?: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The beginning of an answer. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 65_536;

/** Asks. Rejects when there is no HTTP answer in time. */
export async function rawRequest(request: RawRequest): Promise<RawAnswer> {
  const { url, headers, timeoutMs } = request;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = open(request);
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (piece: string) => {
    text += piece;
    if (isWhole(text) || text.length > MAX_ANSWER_BYTES) resolve(text);
  });
  socket.on("end", () => resolve(text));
  socket.on("close", () => resolve(text));
  socket.on("error", reject);
  const lines = Object.entries({ host: url.host, "user-agent": "go-chat-doctor", ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${head}\r\n`);
  try {
    return parse(await promise);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function open({ url, address, isVerified = true }: RawRequest): Socket {
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const host = address ?? name;
  if (url.protocol === "http:") return connectPlain({ host, port: Number(url.port || 80) });
  const servername = /^[\d.]+$|:/.test(name) ? {} : { servername: name };
  return connectTls({ host, port: Number(url.port || 443), rejectUnauthorized: isVerified, ...servername });
}

/** Whether the head and as much body as it promises are there. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  if (/^HTTP\/1\.1 101 /.test(text)) return true;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  return length !== undefined && text.length >= end + 4 + Number(length);
}

function parse(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(first)?.[1];
  if (status === undefined) {
    throw new Error(text === "" ? "the connection was closed" : "it does not speak HTTP");
  }
  const headers = new Headers();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== "") headers.append(name, value);
  }
  const body = rest.join("\r\n\r\n");
  const isChunked = /chunked/i.test(headers.get("transfer-encoding") ?? "");
  return { status: Number(status), headers, body: isChunked ? unchunk(body) : body };
}

function unchunk(body: string): string {
  let out = "";
  for (let rest = body; rest !== "";) {
    const [, digits] = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(rest) ?? [];
    const length = Number.parseInt(digits ?? "0", 16);
    if (length === 0) break;
    const begin = rest.indexOf("\r\n") + 2;
    out += rest.slice(begin, begin + length);
    rest = rest.slice(begin + length + 2);
  }
  return out;
}
