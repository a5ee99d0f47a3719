#!/usr/bin/env python3
"""A client of Go Chat in Python 3.9 with nothing but its standard library, written from docs/write-a-client.md: a bot
that answers every message with its text, once, whatever is killed in between, the bot or the server.

    BOT_URL=http://127.0.0.1:8080 BOT_USERNAME=echo BOT_PASSWORD=... python3 docs/examples/python_client.py

BOT_STATE is the file in which it keeps how far it has come. In debug mode BOT_USER_ID=9 takes the password's place.
The numbers in comments are the sections of that page.
"""
import base64, collections, hashlib, json, os, random, signal, socket, ssl, struct, sys, time, urllib.error
import urllib.parse, urllib.request, uuid


class Lost(Exception):
    """The connection is gone; `code` says why (9)."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """A question or a message was refused (12)."""

    def __init__(self, error):
        super().__init__(error["error"])
        self.word, self.temporary = error["error"], error["temporary"]
        self.wait = error.get("retry_after_ms", 1000) / 1000


class Ended(Exception):
    """There is no use in trying again."""


class State:
    """What outlives a run, as lines of JSON; the last one for a key counts."""

    def __init__(self, path):
        self.values = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    try:
                        key, value = json.loads(line)
                        self.values[key] = value
                    except ValueError:
                        pass  # cut short by a kill: as if it had not been set
        with open(path + ".new", "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.writelines(json.dumps(item) + "\n" for item in self.values.items())
        os.replace(path + ".new", path)
        self.file = open(path, "a", encoding="utf-8")

    def get(self, key, default=None):
        return self.values.get(key, default)

    def set(self, key, value):
        self.values[key] = value
        self.file.write(json.dumps([key, value]) + "\n")
        self.file.flush()


class WebSocket:
    """The part of RFC 6455 that is needed (3, 4)."""

    def __init__(self, url, path, headers):
        address = urllib.parse.urlsplit(url)
        port = address.port or (443 if address.scheme == "https" else 80)
        self.socket = socket.create_connection((address.hostname, port), timeout=15)
        if address.scheme == "https":
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=address.hostname)
        self.received = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: go-chat", *headers]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.received:
            self.fill()
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        status, *answered = head.decode("latin-1").split("\r\n")
        code = int(status.split(" ")[1])
        if code in (400, 401, 403, 421, 426):
            raise Ended(f"The handshake is refused with {code}")
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in answered)}
        if code != 101 or fields.get("sec-websocket-accept") != base64.b64encode(digest).decode():
            raise Lost(1013)

    def fill(self):
        data = self.socket.recv(65536)
        if data == b"":
            raise Lost(1006)
        self.received += data

    def take(self, count):
        while len(self.received) < count:
            self.fill()
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def write(self, opcode, payload):
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else (
            b"\xfe" + struct.pack(">H", size) if size < 65536 else b"\xff" + struct.pack(">Q", size))
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def read(self):
        """The next text; answers pings on the way."""
        text = b""
        while True:
            while len(self.received) < 2:
                self.fill()  # where it times out, nothing has been taken
            first, second = self.take(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
            payload = self.take(size)
            opcode = first & 0x0F
            if opcode == 8:
                self.write(8, payload[:2])
                raise Lost(struct.unpack(">H", payload[:2])[0] if size >= 2 else 1005)
            if opcode == 9:
                self.write(10, payload)
            elif opcode in (0, 1):
                text += payload
                if first & 0x80:
                    return text.decode()


class Client:
    """One connection, and what it is asked and told."""

    def __init__(self, url, state, identity, handle):
        path, headers = identity
        self.state, self.handle, self.waiting = state, handle, collections.deque()
        self.web = WebSocket(url, path, headers)
        welcome = json.loads(self.web.read())["data"]
        self.id, self.beat = welcome["user_id"], welcome["heartbeat_seconds"]
        self.username = welcome["username"]
        if state.get("epoch") != welcome["epoch"]:  # another store, or the first run (5)
            for key in [key for key in state.values if key.startswith("at ")]:
                state.set(key, None)
            state.set("begun", False)
            state.set("epoch", welcome["epoch"])

    def frame(self, patience):
        """The next frame, or None after that many seconds."""
        self.web.socket.settimeout(patience)
        try:
            return json.loads(self.web.read())
        except socket.timeout:
            return None

    def ask(self, frame, answers):
        """Sends and waits for what `answers` says is the answer; other frames wait for their turn."""
        self.web.socket.settimeout(10)
        self.web.write(1, json.dumps(frame).encode())
        end = time.monotonic() + 20
        while time.monotonic() < end:
            got = self.frame(max(0.1, end - time.monotonic()))
            if got is None:
                break
            if got["type"] == "error" and got.get("id") == frame["id"]:
                raise Refused(got["data"])
            if answers(got):
                return got["data"]
            self.waiting.append(got)
        raise Lost(4408)

    def question(self, kind, data):
        while True:
            id = str(uuid.uuid4())
            try:
                return self.ask({"type": kind, "id": id, "data": data}, lambda got: got.get("id") == id)
            except Refused as refused:
                if not refused.temporary:
                    raise
                time.sleep(refused.wait)

    def send(self, to, text, id):
        """Sends until it is stored (6); the caller repeats it on the next connection."""
        wait = 1.0
        while True:
            try:
                sent = self.ask({"type": "private", "id": id, "to_user_id": to, "content": text},
                                lambda got: got["type"] == "read" and got["data"]["original_message_id"] == id)
                if sent["seq"] == self.position(sent["conversation_id"]) + 1:
                    self.state.set("at " + sent["conversation_id"], sent["seq"])
                return sent
            except Refused as refused:
                if not refused.temporary:
                    raise
                time.sleep(max(refused.wait, wait) * (0.5 + random.random()))
                wait = min(30.0, wait * 2)

    def position(self, conversation):
        return self.state.get("at " + conversation) or 0

    def sync(self):
        """Catches up with everything (7)."""
        page, is_first, found = {}, not self.state.get("begun"), []
        while page is not None:
            answer = self.question("sync", {"limit": 1, **page})
            found += answer["conversations"]
            page = {"page": answer["next"]} if answer["next"] else None
        for info in found:
            key = "at " + info["conversation_id"]
            if is_first and self.state.get(key) is None:
                self.state.set(key, info["delivered_seq"])
        self.state.set("begun", True)
        for info in found:
            id, position = info["conversation_id"], self.position(info["conversation_id"])
            # The store is an older one, or has removed the oldest messages.
            self.state.set("at " + id, min(max(position, info["first_seq"] - 1), info["last_seq"]))
            self.catch_up(id, info["last_seq"])

    def catch_up(self, conversation, last):
        while self.position(conversation) < last:
            after = self.position(conversation)
            wanted = {"conversation_id": conversation, "after_seq": after, "limit": 100}
            messages = self.question("history", wanted)["messages"]
            first = messages[0]["data"]["seq"] if messages else last + 1
            self.state.set("at " + conversation, max(self.position(conversation), first - 1))
            for message in messages:
                self.take(message)

    def take(self, message):
        """Handles a message in its turn (8)."""
        conversation, seq = message["data"]["conversation_id"], message["data"]["seq"]
        if seq > self.position(conversation) + 1:
            return self.catch_up(conversation, seq)
        if seq <= self.position(conversation):
            return
        if message["from_user_id"] != self.id and "deleted_at" not in message["data"]:
            self.handle(self, message)
        self.state.set("at " + conversation, seq)
        mark = {"type": "delivered", "data": {"conversation_id": conversation, "seq": seq}}
        self.web.write(1, json.dumps(mark).encode())

    def run(self):
        """Until the connection ends (9)."""
        self.sync()
        while True:
            got = self.waiting.popleft() if self.waiting else self.frame(self.beat)
            if got is None:
                self.web.write(1, b'{"type": "heartbeat", "content": "ping"}')
                got = self.frame(10)
                if got is None:
                    raise Lost(4408)
            if got["type"] == "private":
                self.take(got)
            elif got["type"] == "resync":
                time.sleep(random.random() * min(got["data"]["within_ms"] / 1000, 5))
                self.sync()


def echo(client, message):
    try:
        client.send(message["from_user_id"], message["content"], "echo:" + message["id"])
    except Refused as refused:
        print(f"Message {message['id']} has no echo: {refused.word}", file=sys.stderr)


def identity(url, state):
    """The socket's path and headers (2, 3)."""
    env = os.environ
    if "BOT_USER_ID" in env:
        query = urllib.parse.urlencode({"user_id": env["BOT_USER_ID"], "username": env["BOT_USERNAME"]})
        return f"/ws?{query}", []
    if state.get("token") is None:
        body = json.dumps({"username": env["BOT_USERNAME"], "password": env["BOT_PASSWORD"]}).encode()
        with urllib.request.urlopen(urllib.parse.urljoin(url, "/api/v1/auth/login"), body, timeout=20) as answer:
            state.set("token", json.load(answer)["data"]["token"])
    return "/ws", [f"Authorization: Bearer {state.get('token')}"]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    url, state = os.environ["BOT_URL"], State(os.environ.get("BOT_STATE", "python_client.state"))
    window, since = 0.5, None
    while True:
        begun, code = time.monotonic(), 1006
        try:
            client = Client(url, state, identity(url, state), echo)
            print("online", client.username, flush=True)
            client.run()
        except Lost as lost:
            code = lost.code
        except Ended:
            state.set("token", None)  # the next start signs in anew
            raise
        except urllib.error.HTTPError as refused:
            raise Ended(f"Signing in is refused with {refused.code}")
        except OSError:
            pass  # not there, or gone
        if 4500 <= code <= 4999:
            state.set("token", None)
            raise Ended(f"Closed with {code}")
        now = time.monotonic()
        if since is None or now - begun > 5:
            window, since = 0.5, now
        spread = {1012: 3, 1013: 5, 4429: 4}.get(code, 0)
        time.sleep({1013: 1, 4429: 2}.get(code, 0) + random.random() * max(window, spread))
        window = min(window * 2, 1.5 if now - since < 20 else 30)


if __name__ == "__main__":
    main()
