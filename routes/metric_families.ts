/**
 * Every family of figures at /metrics: what it is, and how those of several isolates are joined.
 *
 * @module
 */

/** A family of series. */
export interface Family {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** How the figures of isolates become one of the process; default: their sum. */
  readonly joined?: "max";
}

const count = (help: string): Family => ({ type: "counter", help });
const gauge = (help: string): Family => ({ type: "gauge", help });
const most = (help: string): Family => ({ type: "gauge", help, joined: "max" });
const sizes = (help: string): Family => ({ type: "histogram", help });

/** By name without the prefix `chat_`. A figure of no family is told as a fault by a test. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  "uptime_seconds": most("Since the program listens"),
  "memory_rss_bytes": most("Memory of the process that is in RAM"),
  "memory_heap_bytes": gauge("Used heap of the engine"),
  "memory_high": most("1 while so much memory is used that no socket is let in (CHAT_LIMIT_MEMORY)"),
  "event_loop_delay_seconds": most("How late timers ran in the last minute; quantile 1 is the latest"),
  "descriptors_available": most("Descriptors known to be there for sockets and requests"),
  connections: gauge("Open sockets"),
  "isolate_connections": gauge("Open sockets of each isolate (CHAT_WORKERS)"),
  "users_online": gauge("People with an open socket on this instance"),
  "other_instances": most("Other instances that share the store"),
  "frames_received_total": count("Frames from clients, by type"),
  "frames_sent_total": count("Frames handed to sockets, by type"),
  "acks_total": count("Messages acknowledged over sockets, by status"),
  "closes_total": count("Sockets that this side closed, by close code"),
  "errors_total": count(
    "Refusals by where they were told and by word: rate_limited, unavailable (the store), …",
  ),
  "resyncs_total": count("Times that devices were told to sync"),
  "backlog_bytes": gauge("What waits for slow readers"),
  "lingering_bytes": gauge("What waited for sockets that are closed and not gone"),
  "writes_waiting": gauge("Writes that wait for a commit"),
  "requests_waiting": gauge("Requests that wait to be let in"),
  "commits_total": count("Commits"),
  "commits_failed_total": count("Commits that the store refused"),
  "commit_seconds_total": count("Time spent in commits"),
  "commit_longest_seconds": most("The longest commit since the start"),
  "committed_total": count("Messages and marks committed"),
  "commit_duration_seconds": sizes("Time of a commit"),
  "commit_writes": sizes("Writes of a commit"),
  "store_bytes": most("Disk used by the embedded store"),
  "disk_free_bytes": most("Disk left for the data directory, where the program may ask"),
  "bus_waiting": gauge("Hints that wait for other instances"),
  "bus_lost_total": count("Hints given up"),
  "bus_unreadable_total": count("Hints of others that were not understood"),
  "bus_lag_seconds": sizes("From publishing a hint on one instance to hearing it on another"),
  "hash_jobs_total": count("Passwords hashed or compared"),
  "hash_refused_total": count("Passwords refused because too many waited"),
  "hash_worker_deaths_total": count("Workers for passwords that were lost"),
  "hash_jobs_waiting": gauge("Passwords that wait for a worker"),
  "hash_workers": gauge("Workers for passwords"),
  "http_requests_total": count(
    "Requests by method, route and status; sign-ins are those of /api/v1/auth/login",
  ),
  "http_request_seconds_total": count("Time spent on requests"),
};

/** The name of the family that a series is of. */
export function familyOf(series: string): string {
  const [name = series] = series.split("{", 1);
  if (FAMILIES[name] !== undefined) return name;
  const base = name.replace(/_(?:bucket|sum|count)$/, "");
  return FAMILIES[base]?.type === "histogram" ? base : name;
}
