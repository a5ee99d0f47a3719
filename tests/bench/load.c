// The load generator of `deno task bench`: one thread, one epoll, loopback only. Prints one line of JSON.
//
//   load saturate PORT DIALECT SOCKETS SECONDS DEPTH PID   closed loop: DEPTH messages of each socket in flight
//   load paced    PORT DIALECT SOCKETS SECONDS RATE  PID [SIGN_INS [MORE]]
//                                                          open loop: RATE messages a second, timed from when each was due;
//                                                          SIGN_INS people sign in at once when counting begins, and MORE is
//                                                          read=N or unread=N: one more person writes long messages to N
//                                                          others, FLOOD_DEPTH in flight, who read them or never read; or
//                                                          come=N: N others come one by one within COMING seconds and stay
//   load idle     PORT DIALECT SOCKETS SECONDS 0     PID   opens sockets and holds them: memory is the average of the
//                                                          second half, when what their coming left is collected
//   load upgrade  PORT DIALECT SOCKETS SECONDS 0     PID   opens and drops sockets, SOCKETS at a time
//
// DIALECT is `chat` (docs/protocol.md, debug identities), `chat-arrays` (the same, and takes arrays), `relay`
// (peers/gorilla/main.go) or `socketio` (the relay's messages as events of Socket.IO 4, over WebSocket alone);
// chat=FILE: nobody is told by the query, and socket k has the k-th token of the file, one a line.
// Socket 2k and socket 2k+1 write to each other. PID is the server, whose CPU time and memory are read from /proc, or
// PID,PID: and that of its database, of which the CPU time is read. A second of warm-up, half a run at the most, is not counted.
// Those who sign in are storm1, storm2 … with one password, each from an address of its own.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "bench-password-1"
enum { SIGN_INS_A_TURN = 8 };  // so that those who come at once do not keep this thread from the messages either
enum { FLOOD_TEXT = 4000, FLOOD_DEPTH = 64, FLOODER = 1000000, SMALL_WINDOW = 4096 };
enum { TEXT = 100, OUTSTANDING_HANDSHAKES = 64, PER_SOCKET_MAX = 256, DUE_RING = 1 << 20, STEPS = 64, POWERS = 40 };
static const double WARM_UP = 1.0, COMING = 5.0;

// ---- what a dialect says

// A message is made of the run, its number, the recipient and the text.
struct dialect {
  const char *name, *path, *message, *ack_mark, *id_key, *peer_mark;
  bool joins;  // by a packet of its own, once the socket is open
  const char *hello;  // what is said first
};
static const struct dialect DIALECTS[] = {
  {"chat", "/ws?user_id=%d&username=bench%d", "{\"type\":\"private\",\"id\":\"%s.%llu\",\"to_user_id\":%d,\"content\":\"%s\"}",
   "\"type\":\"read\"", "\"original_message_id\":\"", "\"type\":\"private\"", false, NULL},
  {"chat-arrays", "/ws?user_id=%d&username=bench%d", "{\"type\":\"private\",\"id\":\"%s.%llu\",\"to_user_id\":%d,\"content\":\"%s\"}",
   "\"type\":\"read\"", "\"original_message_id\":\"", "\"type\":\"private\"", false,
   "{\"type\":\"hello\",\"data\":{\"batch\":true}}"},
  {"relay", "/ws?u=u%d", "{\"type\":\"message\",\"id\":\"%s.%llu\",\"to\":\"u%d\",\"content\":\"%s\"}",
   "\"type\":\"ack\"", "\"id\":\"", "\"type\":\"message\"", false, NULL},
  {"socketio", "/socket.io/?EIO=4&transport=websocket&u=u%d",
   "42%2$llu[\"message\",{\"type\":\"message\",\"id\":\"%1$s.%2$llu\",\"to\":\"u%3$d\",\"content\":\"%4$s\"}]",
   "\"type\":\"ack\"", "\"id\":\"", "\"type\":\"message\"", true, NULL},
};

// ---- state

struct buffer { uint8_t *at; size_t size, room; };
struct socket { int fd, user; bool open, ready, signs_in, floods, never_reads; unsigned waiting; struct buffer in, out; };

static const struct dialect *dialect;
static struct socket *sockets;
static int poller, port, wanted, ready, lost;
static bool counting, closed_loop;
static char run[32], text[TEXT + 1];
static uint64_t issued, acked, delivered, refused, late;
static struct socket *people;
static int people_wanted, people_come;
static uint64_t storm_began, signed_in, turned_away, failed, slowest_refusal;
static struct socket *readers, flooder;
static int readers_wanted, pid_of_server;
static bool readers_read;
static struct socket *comers;
static int comers_wanted, comers_come;
static uint64_t coming_began;
static char **tokens;
static int tokens_read;
static uint64_t flooded;
static long memory_peak, memory_sum, memory_looks;
static uint64_t due_at[DUE_RING];
static uint64_t latencies[POWERS * STEPS];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what) { fprintf(stderr, "load: %s: %s\n", what, strerror(errno)); exit(1); }

// ---- latencies: 64 steps for each power of two of nanoseconds, so at most 1.6 % off

static void note_latency(uint64_t ns) {
  int power = ns < 2 * STEPS ? 0 : 57 - __builtin_clzll(ns);  // leaves 64 to 127 after the shift
  latencies[(power + 1) * STEPS + (int)(ns >> power) - STEPS]++;
}

static double latency_ms(double share) {
  uint64_t total = 0, seen = 0;
  for (int i = 0; i < POWERS * STEPS; i++) total += latencies[i];
  for (int i = 0; i < POWERS * STEPS; i++) {
    seen += latencies[i];
    if (total && seen >= share * total) {
      int power = i < 2 * STEPS ? 0 : i / STEPS - 1;
      return (double)((uint64_t)(i - power * STEPS) << power) / 1e6;
    }
  }
  return 0;
}

// ---- buffers and frames

static void append(struct buffer *b, const void *bytes, size_t n) {
  if (b->size + n > b->room) {
    b->room = (b->size + n) * 2;
    b->at = realloc(b->at, b->room);
    if (!b->at) die("memory");
  }
  memcpy(b->at + b->size, bytes, n);
  b->size += n;
}

static void drop_front(struct buffer *b, size_t n) {
  memmove(b->at, b->at + n, b->size - n);
  b->size -= n;
}

static void interest(struct socket *s) {
  struct epoll_event e = {.events = EPOLLIN | (s->out.size ? EPOLLOUT : 0), .data.ptr = s};
  epoll_ctl(poller, EPOLL_CTL_MOD, s->fd, &e);
}

static void drain(struct socket *s) {
  bool had = s->out.size > 0;
  while (s->out.size) {
    ssize_t n = send(s->fd, s->out.at, s->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n <= 0) break;
    drop_front(&s->out, (size_t)n);
  }
  if (had) interest(s);
}

static void write_frame(struct socket *s, int opcode, const char *body, size_t n) {
  uint8_t frame[FLOOD_TEXT + 1024];
  size_t at = 0;
  frame[at++] = (uint8_t)(0x80 | opcode);
  if (n < 126) frame[at++] = (uint8_t)(0x80 | n);
  else { frame[at++] = 0x80 | 126; frame[at++] = (uint8_t)(n >> 8); frame[at++] = (uint8_t)n; }
  memset(frame + at, 0, 4);  // a mask of zeros is a valid mask
  at += 4;
  memcpy(frame + at, body, n);
  at += n;
  ssize_t sent = s->out.size ? 0 : send(s->fd, frame, at, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == (ssize_t)at) return;
  if (sent < 0) sent = 0;
  append(&s->out, frame + sent, at - (size_t)sent);
  interest(s);
}

static void write_message(struct socket *s, uint64_t due) {
  char json[512];
  due_at[issued % DUE_RING] = due;
  int n = snprintf(json, sizeof json, dialect->message, run, (unsigned long long)issued, ((s->user - 1) ^ 1) + 1, text);
  issued++;
  s->waiting++;
  write_frame(s, 1, json, (size_t)n);
}

static void write_flood(struct socket *s) {
  static char json[FLOOD_TEXT + 256], long_text[FLOOD_TEXT + 1];
  static uint64_t number;
  if (!long_text[0]) memset(long_text, 'x', FLOOD_TEXT);
  char id[48];
  snprintf(id, sizeof id, "flood-%s", run);
  int to = FLOODER + 1 + (int)(number % (uint64_t)readers_wanted);
  int n = snprintf(json, sizeof json, dialect->message, id, (unsigned long long)number++, to, long_text);
  write_frame(s, 1, json, (size_t)n);
}

// ---- what comes back

static const char *find(const char *in, size_t n, const char *what) { return memmem(in, n, what, strlen(what)); }

static void on_acknowledged(struct socket *s, const char *body, size_t n) {
  const char *id = find(body, n, dialect->id_key);
  if (!id) return;
  id += strlen(dialect->id_key);
  if (strncmp(id, run, strlen(run)) || id[strlen(run)] != '.') return;
  uint64_t number = strtoull(id + strlen(run) + 1, NULL, 10);
  s->waiting--;
  acked++;
  if (counting) note_latency(now() - due_at[number % DUE_RING]);
  if (closed_loop) write_message(s, now());
}

static void become_ready(struct socket *s) {
  s->ready = true;
  ready++;
  if (dialect->hello) write_frame(s, 1, dialect->hello, strlen(dialect->hello));
}

// The packets of Engine.IO and Socket.IO around the messages; answers whether it was one of these.
static bool take_packet(struct socket *s, const char *body, size_t n) {
  if (n > 0 && body[0] == '0') write_frame(s, 1, "40", 2);
  else if (n == 1 && body[0] == '2') write_frame(s, 1, "3", 1);
  else if (n > 1 && !memcmp(body, "40", 2)) become_ready(s);
  else return false;
  return true;
}

static void on_object(struct socket *s, const char *body, size_t n) {
  size_t head = n < 2000 ? n : 2000;  // marks stand near the front, ids of acknowledgements too
  if (find(body, head, dialect->ack_mark)) {
    if (!s->floods) on_acknowledged(s, body, n);
    else { flooded++; write_flood(s); }
  }
  else if (find(body, head, dialect->peer_mark)) delivered++;
  else if (find(body, head, "\"type\":\"error\"") && refused++ == 0) fprintf(stderr, "load: first refusal: %.*s\n", (int)head, body);
}

// An array holds several of what is an object otherwise.
static void on_text(struct socket *s, const char *body, size_t n) {
  if (dialect->joins && take_packet(s, body, n)) return;
  if (!n || body[0] != '[') { on_object(s, body, n); return; }
  bool in_text = false;
  size_t depth = 0, begun = 0;
  for (size_t at = 1; at < n; at++) {
    char c = body[at];
    if (in_text) {
      if (c == '\\') at++;
      else if (c == '"') in_text = false;
    }
    else if (c == '"') in_text = true;
    else if (c == '{' && depth++ == 0) begun = at;
    else if (c == '}' && --depth == 0) on_object(s, body + begun, at + 1 - begun);
  }
}

// Takes one frame off the front; 0 when it is not whole yet.
static size_t take_frame(struct socket *s, const uint8_t *at, size_t have) {
  if (have < 2) return 0;
  size_t head = 2, n = at[1] & 127;
  int bytes = n == 126 ? 2 : n == 127 ? 8 : 0;
  if (have < head + (size_t)bytes) return 0;
  if (bytes) for (n = 0; head < (size_t)(2 + bytes); head++) n = n << 8 | at[head];
  if (have < head + n) return 0;
  int opcode = at[0] & 15;
  if (opcode == 1) on_text(s, (const char *)at + head, n);
  if (opcode == 9) write_frame(s, 10, (const char *)at + head, n);
  return head + n;
}

static size_t take_handshake(struct socket *s) {
  const char *end = find((char *)s->in.at, s->in.size, "\r\n\r\n");
  if (!end) return 0;
  if (s->in.size < 12 || memcmp(s->in.at, "HTTP/1.1 101", 12)) {
    fprintf(stderr, "load: user %d refused: %.*s\n", s->user, (int)(s->in.size < 400 ? s->in.size : 400), s->in.at);
    exit(1);
  }
  s->open = true;
  if (!dialect->joins) become_ready(s);
  return (size_t)(end + 4 - (char *)s->in.at);
}

// The status says all; a person's connection ends with the answer.
static void take_sign_in(struct socket *s) {
  if (s->in.size < 12) return;
  int status = atoi((char *)s->in.at + 9);
  if (status == 200) signed_in++;
  else if (status == 503) { turned_away++; slowest_refusal = now() - storm_began; }
  else if (failed++ == 0) fprintf(stderr, "load: first failed sign-in: %.*s\n", (int)(s->in.size < 400 ? s->in.size : 400), s->in.at);
  close(s->fd);
  s->fd = -1;
}

static void take_input(struct socket *s) {
  static uint8_t chunk[65536];
  for (;;) {
    ssize_t n = recv(s->fd, chunk, sizeof chunk, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (n <= 0) { close(s->fd); s->fd = -1; lost++; return; }
    append(&s->in, chunk, (size_t)n);
    if (s->signs_in) { take_sign_in(s); return; }
    size_t at = s->open ? 0 : take_handshake(s), taken;
    if (s->open && s->never_reads) { epoll_ctl(poller, EPOLL_CTL_DEL, s->fd, NULL); return; }
    while (s->open && (taken = take_frame(s, s->in.at + at, s->in.size - at))) at += taken;
    if (at) drop_front(&s->in, at);
    if ((size_t)n < sizeof chunk) break;
  }
  if (!s->in.size && s->in.room > 4096) { free(s->in.at); s->in = (struct buffer){0}; }
}

static int turn(int wait_ms) {
  struct epoll_event events[512];
  int n = epoll_wait(poller, events, 512, wait_ms);
  for (int i = 0; i < n; i++) {
    struct socket *s = events[i].data.ptr;
    if (s->fd >= 0 && events[i].events & EPOLLOUT) drain(s);
    if (s->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_input(s);
  }
  return n;
}

// ---- opening

// Connects from an address of the loopback net; many addresses have many ports.
static void connect_from(struct socket *s, uint32_t address) {
  int yes = 1, small = SMALL_WINDOW;
  struct linger at_once = {1, 0};
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  s->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (s->fd < 0) die("socket");
  setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  setsockopt(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  // What the system takes for somebody who does not read is not what is measured.
  if (s->never_reads) setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  from.sin_addr.s_addr = htonl(address);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(s->fd, (struct sockaddr *)&from, sizeof from) || connect(s->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = s};
  epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &e);
}

static void open_socket(struct socket *s, int user) {
  *s = (struct socket){.user = user, .floods = s->floods, .never_reads = s->never_reads};
  connect_from(s, 0x7f000002u + (uint32_t)(user % 16) + ((uint32_t)getpid() % 4096 << 8));
  char path[128], who[2300] = "", request[2600];
  if (!tokens_read) snprintf(path, sizeof path, dialect->path, user, user);
  else {
    snprintf(path, sizeof path, "/ws");
    snprintf(who, sizeof who, "Authorization: Bearer %s\r\n", tokens[(user - 1) % tokens_read]);
  }
  int n = snprintf(request, sizeof request,
    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n%s"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Z28tY2hhdCBiZW5jaCEhIQ==\r\n\r\n", path, port, who);
  if (send(s->fd, request, (size_t)n, MSG_NOSIGNAL) != n) die("handshake");
}

static void sign_in(struct socket *s, int person) {
  *s = (struct socket){.user = person, .signs_in = true};
  connect_from(s, 0x7f800002u + (uint32_t)person);
  char body[128], request[512];
  int length = snprintf(body, sizeof body, "{\"username\":\"storm%d\",\"password\":\"" PASSWORD "\"}", person);
  int n = snprintf(request, sizeof request,
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", port, port, length, body);
  if (send(s->fd, request, (size_t)n, MSG_NOSIGNAL) != n) die("sign-in");
}

static void let_people_come(void) {
  if (people_come == 0) storm_began = now();
  for (int i = 0; i < SIGN_INS_A_TURN && people_come < people_wanted; i++, people_come++) sign_in(&people[people_come], people_come + 1);
}

static void let_others_come(void) {
  if (comers_come == 0) coming_began = now();
  double due = (now() - coming_began) / 1e9 / COMING * comers_wanted;
  for (; comers_come < comers_wanted && comers_come < due; comers_come++) open_socket(&comers[comers_come], FLOODER + 1 + comers_come);
}

static void read_tokens(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) die(path);
  for (char line[2200]; fgets(line, sizeof line, f);) {
    line[strcspn(line, "\n")] = 0;
    tokens = realloc(tokens, (size_t)(tokens_read + 1) * sizeof *tokens);
    if (!tokens || !(tokens[tokens_read++] = strdup(line))) die("memory");
  }
  fclose(f);
}

static double open_some(int from, int to) {
  uint64_t begun = now();
  for (int i = from; i < to; i++) {
    open_socket(&sockets[i], i + 1);
    while (i - ready - lost >= OUTSTANDING_HANDSHAKES && now() - begun < 60000000000u) turn(50);
  }
  while (ready + lost < to && now() - begun < 60000000000u) turn(50);
  return (now() - begun) / 1e9;
}

// Those of the flood are none of the sockets that are asked for.
static void open_flood(void) {
  int before = ready;
  flooder.floods = true;
  open_socket(&flooder, FLOODER);
  for (int i = 0; i < readers_wanted; i++) {
    readers[i].never_reads = !readers_read;
    open_socket(&readers[i], FLOODER + 1 + i);
    for (uint64_t begun = now(); ready - before < i && now() - begun < 10000000000u;) turn(50);
  }
  for (uint64_t begun = now(); ready - before <= readers_wanted && now() - begun < 10000000000u;) turn(50);
  if (ready - before != readers_wanted + 1) die("the sockets of the flood");
  ready = before;
}

// ---- the server's figures

static double cpu_of(int pid) {
  char path[64], line[1024];
  unsigned long user = 0, kernel = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  char *name_end = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
  if (f) fclose(f);
  if (name_end) sscanf(name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
  return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static long memory_of(int pid) {
  char path[64], line[256];
  long kib = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f)) sscanf(line, "VmRSS: %ld", &kib);
  if (f) fclose(f);
  return kib;
}

// How long this thread could have run and was not let: somebody else had the core.
static double waited_for_core(void) {
  unsigned long long ran, waited = 0;
  FILE *f = fopen("/proc/self/schedstat", "r");
  if (f && fscanf(f, "%llu %llu", &ran, &waited) != 2) waited = 0;
  if (f) fclose(f);
  return (double)waited / 1e9;
}

static double cpu_of_us(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

// ---- the four runs

// Answers the share of the time in which there was work: a paced run spins, so its CPU time would say nothing.
static double go_on(double seconds, double rate) {
  static int next;
  uint64_t busy = 0;
  uint64_t begun = now(), end = begun + (uint64_t)(seconds * 1e9), given = 0, looked = 0;
  for (uint64_t t = begun; t < end; t = now()) {
    uint64_t given_before = given;
    for (; rate > 0 && begun + (uint64_t)(given / rate * 1e9) <= t; given++) {
      struct socket *s = &sockets[next];
      next = (next + 1) % wanted;
      if (s->fd < 0 || s->waiting >= PER_SOCKET_MAX) late++;
      else write_message(s, begun + (uint64_t)(given / rate * 1e9));
    }
    if (counting && t - looked > 100000000u) {
      looked = t;
      long memory = memory_of(pid_of_server);
      if (memory > memory_peak) memory_peak = memory;
      if (t - begun > (end - begun) / 2) { memory_sum += memory; memory_looks++; }
    }
    if (counting && people_come < people_wanted) let_people_come();
    if (counting && comers_come < comers_wanted) let_others_come();
    if (turn(rate > 0 ? 0 : 20) > 0 || given > given_before) busy += now() - t;
  }
  return busy / (seconds * 1e9);
}

// Waits until the server has nothing more to do, half a minute at the most: one that was just started compresses its
// page.
static void settle(int pid) {
  for (int second = 0; second < 30; second++) {
    double before = cpu_of(pid);
    go_on(1, 0);
    if (cpu_of(pid) - before < .03) return;
  }
}

static double churn(double seconds) {
  uint64_t begun = now(), made = 0;
  int user = wanted;
  while (now() - begun < seconds * 1e9) {
    turn(20);
    for (int i = 0; i < wanted; i++) {
      if (!sockets[i].ready && sockets[i].fd >= 0) continue;
      if (sockets[i].fd >= 0) { close(sockets[i].fd); made++; }
      free(sockets[i].in.at);
      free(sockets[i].out.at);
      user = user % 5000 + 1;
      open_socket(&sockets[i], user);
    }
  }
  return made / ((now() - begun) / 1e9);
}

int main(int argc, char **argv) {
  if (argc < 8 || argc > 10) { fputs("usage: load saturate|paced|idle|upgrade PORT chat|chat-arrays|relay|socketio SOCKETS SECONDS DEPTH_OR_RATE PID [SIGN_INS [MORE]]\n", stderr); return 2; }
  const char *mode = argv[1];
  char *file = strchr(argv[3], '=');
  if (file) { *file++ = 0; read_tokens(file); }
  for (size_t i = 0; i < sizeof DIALECTS / sizeof *DIALECTS; i++) if (!strcmp(argv[3], DIALECTS[i].name)) dialect = &DIALECTS[i];
  port = atoi(argv[2]); wanted = atoi(argv[4]);
  double seconds = atof(argv[5]), amount = atof(argv[6]), warm_up = seconds / 2 < WARM_UP ? seconds / 2 : WARM_UP;
  int pid = pid_of_server = atoi(argv[7]);
  const char *comma = strchr(argv[7], ',');
  int database = comma ? atoi(comma + 1) : 0;
  if (!dialect || wanted < 2 || wanted % 2) { fputs("load: an unknown dialect, or an odd number of sockets\n", stderr); return 2; }
  struct rlimit files;
  if (!getrlimit(RLIMIT_NOFILE, &files)) { files.rlim_cur = files.rlim_max; setrlimit(RLIMIT_NOFILE, &files); }
  memset(text, 'x', TEXT);
  snprintf(run, sizeof run, "%lx-%d", (long)time(NULL), getpid());
  poller = epoll_create1(0);
  sockets = calloc((size_t)wanted, sizeof *sockets);
  people_wanted = argc > 8 ? atoi(argv[8]) : 0;
  readers_read = argc > 9 && !strncmp(argv[9], "read=", 5);
  int more = argc > 9 && strchr(argv[9], '=') ? atoi(strchr(argv[9], '=') + 1) : 0;
  bool they_come = argc > 9 && !strncmp(argv[9], "come=", 5);
  readers_wanted = they_come ? 0 : more;
  comers_wanted = they_come ? more : 0;
  comers = calloc((size_t)comers_wanted + 1, sizeof *comers);
  readers = calloc((size_t)readers_wanted + 1, sizeof *readers);
  people = calloc((size_t)people_wanted + 1, sizeof *people);

  bool is_idle = !strcmp(mode, "idle");
  if (is_idle) settle(pid);
  long memory_before = memory_of(pid);
  double opening = open_some(0, wanted);
  double upgrades = ready / opening;
  if (readers_wanted) open_flood();
  if (!strcmp(mode, "upgrade")) {
    churn(warm_up);
  } else if (!strcmp(mode, "saturate")) {
    closed_loop = true;
    for (int i = 0; i < wanted; i++) for (int d = 0; d < (int)amount; d++) write_message(&sockets[i], now());
    go_on(warm_up, 0);
  } else {
    go_on(warm_up, !strcmp(mode, "paced") ? amount : 0);
  }

  uint64_t acked_before = acked, delivered_before = delivered, begun = now();
  int ready_before = ready;
  double server_cpu = cpu_of(pid), own_cpu = cpu_of_us(), own_waits = waited_for_core(), database_cpu = database ? cpu_of(database) : 0;
  counting = true;
  for (int d = 0; readers_wanted && d < FLOOD_DEPTH; d++) write_flood(&flooder);
  double share = 0;
  if (!strcmp(mode, "upgrade")) upgrades = churn(seconds);
  else share = go_on(seconds, !strcmp(mode, "paced") ? amount : 0);
  double took = (now() - begun) / 1e9;
  server_cpu = (cpu_of(pid) - server_cpu) / took;
  database_cpu = database ? (cpu_of(database) - database_cpu) / took : 0;
  own_waits = (waited_for_core() - own_waits) / took;
  int arrived = comers_wanted ? ready - ready_before : 0;
  own_cpu = strcmp(mode, "paced") ? (cpu_of_us() - own_cpu) / took : share;

  printf("{\"sockets\":%d,\"lost\":%d,\"acked\":%.1f,\"delivered\":%.1f,\"refused\":%llu,\"late\":%llu,\"upgrades\":%.1f,"
         "\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"server_cpu\":%.3f,\"load_cpu\":%.3f,\"load_waited\":%.3f,\"database_cpu\":%.3f,\"memory\":%ld,\"memory_before\":%ld,"
         "\"signed_in\":%llu,\"turned_away\":%llu,\"failed\":%llu,\"slowest_refusal\":%.3f,\"flooded\":%.1f,\"memory_peak\":%ld,\"arrived\":%d}\n",
    ready - arrived, lost, (acked - acked_before) / took, (delivered - delivered_before) / took, (unsigned long long)refused,
    (unsigned long long)late, upgrades, latency_ms(.5), latency_ms(.99), latency_ms(.999), server_cpu, own_cpu, own_waits, database_cpu, is_idle ? memory_sum / (memory_looks ? memory_looks : 1) : memory_of(pid), memory_before,
    (unsigned long long)signed_in, (unsigned long long)turned_away, (unsigned long long)failed, slowest_refusal / 1e6, flooded / took, memory_peak, arrived);
  return 0;
}
