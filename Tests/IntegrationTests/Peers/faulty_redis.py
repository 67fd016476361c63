"""A small RESP server that does what the specification says, but for one thing: the fault whose name it is given. For the tests of
`rookery-bench conformance`, which must find that fault and nothing else. What it does not know it refuses as an unknown command.

    python3 faulty_redis.py PORT [FAULT]
"""
import fnmatch
import socket
import socketserver
import sys
import threading

FAULTS = {
    "hello-no-server": "HELLO does not tell the server's name",
    "proto-as-string": "HELLO tells the protocol version as a string",
    "refused-hello-switches": "HELLO 3 with a wrong password switches to RESP3 all the same",
    "no-noproto": "an unknown protocol version is refused with ERR",
    "infinity": "positive infinity is written as Infinity",
    "length-in-characters": "the length of a bulk string counts characters",
    "error-of-two-lines": "an error repeats the line ends of a command",
    "counted-twice": "a second SUBSCRIBE of a channel counts again",
    "nobody-counted": "PUBLISH answers 0 whoever receives it",
    "impatient-line": "an inline command ends where the first piece ends",
    "length-with-tail": "the letters behind the digits of a length are ignored",
    "goes-on": "after a broken length the next command is run",
    "exec-of-none-is-null": "EXEC of no commands is null",
    "aborted-is-empty": "a transaction that was aborted is an empty array",
    "silent-quit": "QUIT closes without a word",
    "wraps": "INCR of the greatest integer gives the least",
    "missing-is-empty": "MGET has an empty string in place of a null",
    "map-in-resp2": "HGETALL is a map in RESP2, too",
    "pattern-as-array": "a message of a pattern is an array in RESP3",
    "pattern-behind-channel": "a message of a pattern names the channel first",
    "pattern-or-channel": "who has the channel, too, gets no message of the pattern",
    "push-inside": "a message to the own connection stands inside the array of EXEC",
    "null-array-in-resp3": "EXEC of an aborted transaction is *-1 in RESP3",
    "set-as-array": "SMEMBERS is an array in RESP3, too",
    "double-as-bulk": "a score is a bulk string in RESP3, too",
    "stops-at-zero": "a bulk string ends at its first zero byte",
    "array-of-pong": "PING of a subscriber is an array in RESP3, too",
    "reset-keeps": "RESET keeps the subscriptions",
    "hears-on": "after UNSUBSCRIBE messages still come",
    "discard-runs": "DISCARD runs the commands of the transaction",
    "skip-is-answered": "CLIENT REPLY SKIP is answered itself",
    "half-is-run": "a command that was cut off by the end of the connection is run",
    "shards-hear-all": "PUBLISH reaches shard channels",
    "kinds-counted-apart": "a confirmation of a pattern counts patterns alone",
    "capitals-only": "a command in small letters is unknown",
}
FAULT = sys.argv[2] if len(sys.argv) > 2 else None
assert FAULT is None or FAULT in FAULTS, FAULT

LOCK = threading.RLock()
DATA = {}
CHANGES = {}
CLIENTS = set()
LEAST, GREATEST = -(2**63), 2**63 - 1


class Raw(bytes):
    """Bytes that are written as they are."""


class Error(Exception):
    pass


class Fatal(Exception):
    pass


def simple(text):
    return Raw(b"+" + text + b"\r\n")


def error(text):
    if FAULT != "error-of-two-lines":
        text = text.replace(b"\r", b" ").replace(b"\n", b" ")
    return Raw(b"-" + text + b"\r\n")


def integer(data):
    try:
        number = int(data)
    except ValueError:
        raise Error("ERR value is not an integer or out of range") from None
    if str(number).encode() != bytes(data) or not LEAST <= number <= GREATEST:
        raise Error("ERR value is not an integer or out of range")
    return number


def length(text):
    """A length of the request, or nothing."""
    if FAULT == "length-with-tail":
        digits = text.split(b"x")[0]
        text = digits or text
    return int(text) if text.isdigit() and len(text) < 20 else None


class Client(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.resp, self.name, self.replies, self.skips = 2, None, True, 0
        self.channels, self.patterns, self.shards, self.former = [], [], [], []
        self.queue, self.broken, self.watched, self.inside = None, False, {}, None
        self.writing = threading.Lock()
        with LOCK:
            CLIENTS.add(self)

    def finish(self):
        with LOCK:
            CLIENTS.discard(self)

    # Writing

    def encoded(self, value):
        three = self.resp == 3
        if isinstance(value, Raw):
            return value
        if value is None:
            return b"_\r\n" if three else b"$-1\r\n"
        if isinstance(value, bytes):
            count = len(value)
            if FAULT == "length-in-characters":
                try:
                    count = len(value.decode())
                except UnicodeDecodeError:
                    pass
            if FAULT == "stops-at-zero":
                value = value.split(b"\0")[0]
                count = len(value)
            return b"$%d\r\n%s\r\n" % (count, value)
        if isinstance(value, int):
            return b":%d\r\n" % value
        if isinstance(value, float):
            if FAULT == "double-as-bulk":
                three = False
            text = {float("inf"): "inf", float("-inf"): "-inf"}.get(value) or "%g" % value
            if FAULT == "infinity" and value == float("inf"):
                text = "Infinity"
            return (",%s\r\n" % text).encode() if three else self.encoded(text.encode())
        if isinstance(value, dict):
            items = [part for pair in value.items() for part in pair]
            is_map = three or FAULT == "map-in-resp2"
            head = b"%%%d\r\n" % len(value) if is_map else b"*%d\r\n" % len(items)
            return head + b"".join(map(self.encoded, items))
        if isinstance(value, set):
            return (b"~" if three and FAULT != "set-as-array" else b"*") + b"%d\r\n" % len(value) + b"".join(map(self.encoded, sorted(value)))
        return b"*%d\r\n" % len(value) + b"".join(map(self.encoded, value))

    def send(self, data):
        with self.writing:
            try:
                self.connection.sendall(data)
            except OSError:
                pass

    def tell(self, *parts, is_push=True):
        """A push in RESP3, an array in RESP2."""
        data = self.encoded(list(parts))
        data = b">" + data[1:] if self.resp == 3 and is_push else data
        if FAULT == "push-inside" and self.inside is not None:
            self.inside += data
        else:
            self.send(data)

    # Reading

    def line(self):
        text = self.rfile.readline(65_537)
        if text and not text.endswith(b"\n"):
            if len(text) > 65_536:
                raise Fatal("too big request")
            raise EOFError
        if not text:
            raise EOFError
        return text.removesuffix(b"\n").removesuffix(b"\r")

    def words(self):
        first = self.rfile.peek(1)[:1]
        if not first:
            raise EOFError
        if first != b"*":
            if FAULT == "impatient-line" and b"\n" not in (there := self.rfile.peek()):
                return self.rfile.read(len(there)).split()
            return self.quoted(self.line())
        head = self.line()[1:]
        if head in (b"0", b"-1"):
            return []
        count = length(head)
        if count is None or count >= 2**31:
            raise Fatal("invalid multibulk length")
        words = []
        for _ in range(count):
            head = self.line()
            if head[:1] != b"$":
                raise Fatal("expected '$'")
            size = length(head[1:])
            if size is None or size > 512 << 20:
                raise Fatal("invalid bulk length")
            word = self.rfile.read(size + 2)
            if len(word) < size + 2:
                if FAULT == "half-is-run" and word:
                    return words + [word]
                raise EOFError
            if word[-2:] != b"\r\n":
                raise Fatal("expected CRLF")
            words.append(word[:-2])
        return words

    @staticmethod
    def quoted(line):
        import shlex

        text = line.decode("latin-1")
        try:
            parts = shlex.split(text)
        except ValueError:
            raise Fatal("unbalanced quotes in request") from None
        if "\\" in text:
            parts = [part.encode("latin-1").decode("unicode_escape") for part in parts]
        return [part.encode("latin-1") for part in parts]

    def handle(self):
        while True:
            try:
                words = self.words()
                if not words:
                    continue
                reply = self.run(words)
            except (EOFError, OSError):
                return
            except Fatal as problem:
                self.send(error(b"ERR Protocol error: " + str(problem).encode()))
                if FAULT == "goes-on":
                    continue
                return self.linger()
            if reply is Client:
                return
            if self.skips:
                self.skips -= 1
            elif self.replies and reply is not NotImplemented:
                self.send(self.encoded(reply))

    def linger(self):
        """What is unread would turn the close into a reset, and the error would be lost."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(0.1)
        try:
            while self.connection.recv(65_536):
                pass
        except OSError:
            pass

    # Commands

    def run(self, words):
        name = words[0].decode("latin-1").lower()
        method = getattr(self, "do_" + name, None)
        subscribed = self.channels or self.patterns or self.shards
        try:
            if method is None or FAULT == "capitals-only" and not words[0].isupper():
                raise Error("ERR unknown command '" + words[0].decode("latin-1") + "'")
            if subscribed and self.resp == 2 and name not in (
                "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe", "ping", "quit", "reset",
            ):
                raise Error("ERR only (P|S)SUBSCRIBE / PING / QUIT / RESET are allowed in this context")
            code = method.__code__
            least = code.co_argcount - 1 - len(method.__defaults__ or ())
            if len(words) - 1 < least or (not code.co_flags & 4 and len(words) > code.co_argcount):
                raise Error("ERR wrong number of arguments for '%s' command" % name)
            if self.queue is not None and name not in ("exec", "discard", "multi", "watch", "quit", "reset"):
                if name.endswith("subscribe"):
                    raise Error("ERR not allowed inside MULTI")
                self.queue.append((method, words[1:]))
                return simple(b"QUEUED")
            with LOCK:
                return method(*words[1:])
        except Error as problem:
            if self.queue is not None:
                self.broken = True
            return error(str(problem).encode("latin-1"))

    def changed(self, key):
        CHANGES[key] = CHANGES.get(key, 0) + 1

    def typed(self, key, kind):
        value = DATA.get(key)
        if value is not None and not isinstance(value, kind):
            raise Error("WRONGTYPE Operation against a key holding the wrong kind of value")
        return value

    def do_hello(self, version=None, *options):
        resp, options, name = self.resp, list(options), self.name
        if version is not None:
            resp = integer(version)
            if resp not in (2, 3):
                raise Error(("ERR" if FAULT == "no-noproto" else "NOPROTO") + " unsupported protocol version")
        while options:
            option = options.pop(0).upper()
            if option == b"AUTH" and len(options) >= 2:
                if options[:1] != [b"default"]:
                    if FAULT == "refused-hello-switches":
                        self.resp = resp
                    raise Error("WRONGPASS invalid username-password pair")
                del options[:2]
            elif option == b"SETNAME" and options and b" " not in options[0]:
                name = options.pop(0)
            else:
                raise Error("ERR syntax error in HELLO")
        self.resp, self.name = resp, name
        told = {
            b"server": b"faulty", b"version": b"1.0", b"proto": 3, b"id": id(self), b"mode": b"standalone",
            b"role": b"master", b"modules": [],
        }
        if FAULT == "hello-no-server":
            del told[b"server"]
        if FAULT == "proto-as-string":
            told[b"proto"] = b"3"
        items = [part for pair in told.items() for part in pair]
        return told if resp == 3 else items

    def do_auth(self, user, password=None):
        if password is None:
            raise Error("ERR AUTH without any password configured")
        raise Error("WRONGPASS invalid username-password pair")

    def do_ping(self, text=None):
        if (self.resp == 2 or FAULT == "array-of-pong") and (self.channels or self.patterns or self.shards):
            return [b"pong", text or b""]
        return simple(b"PONG") if text is None else text

    def do_echo(self, text):
        return text

    def do_client(self, what, *more):
        what = what.upper()
        if what == b"ID":
            return id(self)
        if what == b"GETNAME":
            return self.name
        if what == b"SETNAME" and len(more) == 1:
            if b" " in more[0]:
                raise Error("ERR names cannot contain spaces")
            self.name = more[0]
            return simple(b"OK")
        if what == b"REPLY" and len(more) == 1:
            mode = more[0].upper()
            self.replies = mode != b"OFF"
            self.skips = 2 if mode == b"SKIP" and FAULT != "skip-is-answered" else 0
            return simple(b"OK")
        raise Error("ERR unknown subcommand")

    def do_quit(self):
        if FAULT != "silent-quit":
            self.send(b"+OK\r\n")
        self.linger_soon()
        return Client

    def linger_soon(self):
        try:
            self.linger()
        except OSError:
            pass

    def do_reset(self):
        self.resp, self.name, self.replies, self.queue, self.broken = 2, None, True, None, False
        self.watched = {}
        if FAULT != "reset-keeps":
            self.channels, self.patterns, self.shards = [], [], []
        return simple(b"RESET")

    def do_set(self, key, value, *options):
        if options and options != (b"NX",):
            raise Error("ERR syntax error")
        if options and key in DATA:
            return None
        DATA[key] = value
        self.changed(key)
        return simple(b"OK")

    def do_get(self, key):
        return self.typed(key, bytes)

    def do_mget(self, *keys):
        missing = b"" if FAULT == "missing-is-empty" else None
        return [DATA.get(key, missing) for key in keys]

    def do_del(self, *keys):
        for key in keys:
            self.changed(key)
        return sum(DATA.pop(key, None) is not None for key in keys)

    def do_exists(self, key):
        return int(key in DATA)

    def do_strlen(self, key):
        return len(self.typed(key, bytes) or b"")

    def do_append(self, key, more):
        DATA[key] = (self.typed(key, bytes) or b"") + more
        self.changed(key)
        return len(DATA[key])

    def do_type(self, key):
        return simple({bytes: b"string", list: b"list", dict: b"hash", set: b"set", type(None): b"none"}[type(DATA.get(key))])

    def do_incr(self, key):
        return self.do_incrby(key, b"1")

    def do_decr(self, key):
        return self.do_incrby(key, b"-1")

    def do_incrby(self, key, by):
        number = integer(self.typed(key, bytes) or b"0") + integer(by)
        if not LEAST <= number <= GREATEST:
            if FAULT != "wraps":
                raise Error("ERR increment or decrement would overflow")
            number = (number - LEAST) % 2**64 + LEAST
        DATA[key] = str(number).encode()
        self.changed(key)
        return number

    def do_rpush(self, key, *values):
        DATA[key] = (self.typed(key, list) or []) + list(values)
        self.changed(key)
        return len(DATA[key])

    def do_lrange(self, key, start, stop):
        values = self.typed(key, list) or []
        return values[integer(start):] if integer(stop) == -1 else values[integer(start):integer(stop) + 1]

    def do_lpop(self, key):
        values = self.typed(key, list)
        return values.pop(0) if values else None

    def do_hset(self, key, field, value):
        table = self.typed(key, dict)
        if table is None:
            table = DATA[key] = {}
        self.changed(key)
        is_new = field not in table
        table[field] = value
        return int(is_new)

    def do_hget(self, key, field):
        return (self.typed(key, dict) or {}).get(field)

    def do_hgetall(self, key):
        return dict(self.typed(key, dict) or {})

    def do_sadd(self, key, *members):
        values = self.typed(key, set) or set()
        count = len(set(members) - values)
        DATA[key] = values | set(members)
        self.changed(key)
        return count

    def do_smembers(self, key):
        return set(self.typed(key, set) or set())

    def do_sismember(self, key, member):
        return int(member in (self.typed(key, set) or set()))

    def do_zadd(self, key, score, member):
        try:
            number = float(score)
        except ValueError:
            raise Error("ERR value is not a valid float") from None
        DATA.setdefault(key, {})[member] = number
        return 1

    def do_zscore(self, key, member):
        return (DATA.get(key) or {}).get(member)

    # Transactions

    def do_multi(self):
        if self.queue is not None:
            raise Error("ERR MULTI calls can not be nested")
        self.queue, self.broken = [], False
        return simple(b"OK")

    def do_discard(self):
        if self.queue is None:
            raise Error("ERR DISCARD without MULTI")
        if FAULT == "discard-runs":
            self.do_exec()
        self.queue, self.watched = None, {}
        return simple(b"OK")

    def do_watch(self, *keys):
        if self.queue is not None:
            raise Error("ERR WATCH inside MULTI is not allowed")
        for key in keys:
            self.watched[key] = CHANGES.get(key, 0)
        return simple(b"OK")

    def do_unwatch(self):
        self.watched = {}
        return simple(b"OK")

    def do_exec(self):
        if self.queue is None:
            raise Error("ERR EXEC without MULTI")
        queue, watched, broken = self.queue, self.watched, self.broken
        self.queue, self.watched, self.broken = None, {}, False
        if broken:
            raise Error("EXECABORT Transaction discarded because of previous errors.")
        null = Raw(b"_\r\n" if self.resp == 3 and FAULT != "null-array-in-resp3" else b"*-1\r\n")
        if any(CHANGES.get(key, 0) != number for key, number in watched.items()):
            return [] if FAULT == "aborted-is-empty" else null
        if not queue and FAULT == "exec-of-none-is-null":
            return null
        replies = []
        for method, words in queue:
            self.inside = b""
            try:
                reply = self.encoded(method(*words))
            except Error as problem:
                reply = error(str(problem).encode("latin-1"))
            replies.append(Raw(self.inside + reply))
        self.inside = None
        return replies

    # Pub/Sub

    def subscribe(self, kind, names, mine, others):
        for name in names:
            if name not in mine or FAULT == "counted-twice":
                mine.append(name)
            if FAULT == "kinds-counted-apart" and kind == b"psubscribe":
                others = []
            self.tell(kind, name, len(mine) + len(others))
        return NotImplemented

    def unsubscribe(self, kind, names, mine, others):
        for name in names or list(dict.fromkeys(mine)) or [None]:
            while name in mine:
                mine.remove(name)
                if FAULT == "hears-on" and kind == b"unsubscribe":
                    self.former.append(name)
            self.tell(kind, name, len(mine) + len(others))
        return NotImplemented

    def do_subscribe(self, name, *names):
        return self.subscribe(b"subscribe", (name, *names), self.channels, self.patterns)

    def do_unsubscribe(self, *names):
        return self.unsubscribe(b"unsubscribe", names, self.channels, self.patterns)

    def do_psubscribe(self, name, *names):
        return self.subscribe(b"psubscribe", (name, *names), self.patterns, self.channels)

    def do_punsubscribe(self, *names):
        return self.unsubscribe(b"punsubscribe", names, self.patterns, self.channels)

    def do_ssubscribe(self, name, *names):
        return self.subscribe(b"ssubscribe", (name, *names), self.shards, [])

    def do_sunsubscribe(self, *names):
        return self.unsubscribe(b"sunsubscribe", names, self.shards, [])

    def do_publish(self, channel, payload):
        count = 0
        for client in list(CLIENTS):
            if channel in client.channels or channel in client.former:
                client.tell(b"message", channel, payload)
                count += 1
                if FAULT == "pattern-or-channel":
                    continue
            if FAULT == "shards-hear-all" and channel in client.shards:
                client.tell(b"smessage", channel, payload)
            for pattern in client.patterns:
                if fnmatch.fnmatchcase(channel.decode("latin-1"), pattern.decode("latin-1")):
                    names = (channel, pattern) if FAULT == "pattern-behind-channel" else (pattern, channel)
                    client.tell(b"pmessage", *names, payload, is_push=FAULT != "pattern-as-array")
                    count += 1
        return 0 if FAULT == "nobody-counted" else count

    def do_spublish(self, channel, payload):
        receivers = [client for client in CLIENTS if channel in client.shards]
        for client in receivers:
            client.tell(b"smessage", channel, payload)
        return len(receivers)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Client).serve_forever()
