/**
 * From which address a request really comes.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import ipaddr from "ipaddr.js";

const log = getLogger(["chat", "http"]);

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** What the connection and its proxies say of a client. */
export interface Client {
  /** In its shortest form; IPv4 inside IPv6 is told as IPv4. */
  readonly address: string;
  /** The scheme that a trusted proxy tells; null: none is trusted, or it told none. */
  readonly scheme: "http" | "https" | null;
  /** Whether the connection itself is a trusted proxy's. */
  readonly isByProxy: boolean;
}

/** Reads the client of a request. */
export interface ClientReader {
  read(peer: string, headers: Headers): Client;
}

/** A reader that believes proxies in `trusted` (addresses or CIDRs). Throws RangeError on one that is neither. */
export function createClientReader(trusted: readonly string[]): ClientReader {
  const ranges = trusted.map(parseRange);
  let hasWarned = false;
  return {
    read(peer, headers): Client {
      const forwarded = headers.get("x-forwarded-for");
      if (ranges.length === 0 && forwarded !== null && !hasWarned) {
        hasWarned = true;
        log.warn(
          "X-Forwarded-For is ignored: CHAT_TRUST_PROXY is off, so all clients of a proxy count as one",
        );
      }
      const direct = parseAddress(peer);
      if (direct === null) return { address: peer, scheme: null, isByProxy: false };
      if (!isTrusted(direct, ranges)) return { address: direct.toString(), scheme: null, isByProxy: false };
      return {
        address: rightmostStranger(direct, forwarded ?? "", ranges).toString(),
        scheme: toldScheme(headers.get("x-forwarded-proto")),
        isByProxy: true,
      };
    },
  };
}

/** What counts as one client: an IPv4 address, or the /64 that one IPv6 customer gets. */
export function addressBlock(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null || parsed.kind() === "ipv4") return parsed?.toString() ?? address;
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}

/** Entries are appended, so the right end is what our own proxies saw; the left end is what anybody may claim. */
function rightmostStranger(direct: Address, forwarded: string, ranges: readonly Range[]): Address {
  let client = direct;
  for (const entry of forwarded.split(",").reverse()) {
    const address = parseAddress(withoutPort(entry.trim()));
    if (address === null) return client;
    client = address;
    if (!isTrusted(address, ranges)) return client;
  }
  return client;
}

function toldScheme(header: string | null): "http" | "https" | null {
  const last = header?.split(",").at(-1)?.trim().toLowerCase();
  return last === "http" || last === "https" ? last : null;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(entry) ? entry.slice(0, entry.indexOf(":")) : entry;
}

function parseAddress(text: string): Address | null {
  // ipaddr.js takes "127" and octal for addresses.
  if (!text.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(text)) return null;
  return ipaddr.isValid(text) ? ipaddr.process(text) : null;
}

function parseRange(text: string): Range {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = parseAddress(text);
  if (address === null) {
    throw new RangeError(
      `Cannot trust the proxy "${text}": it is neither an address nor a CIDR (CHAT_TRUST_PROXY)`,
    );
  }
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isTrusted(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some((range) => address.kind() === range[0].kind() && address.match(range));
}
