"""The echo contract of `rookery-bench conformance --role client --protocol redis` with nothing but Python's standard library: a RESP client
that shows each reply as a line of JSON. A pattern for clients in any language; docs/conformance-redis.md explains it.

    python3 conformance_client.py HOST PORT
"""
import json
import re
import socket
import sys


class Wrong(Exception):
    """Bytes that are no RESP."""


class Reader:
    def __init__(self, stream):
        self.stream = stream

    def line(self):
        line = self.stream.readline(1 << 20)
        if not line.endswith(b"\n"):
            raise EOFError("the connection ended inside a reply")
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise Wrong("a line without CRLF")
        return line[:-2]

    def number(self, text, most=2**63):
        if not re.fullmatch(rb"[+-]?[0-9]+", text) or not -most <= int(text) < most:
            raise Wrong(f"{text!r} is no number")
        return int(text)

    def length(self, text):
        if not re.fullmatch(rb"[0-9]{1,19}", text):
            raise Wrong(f"{text!r} is no length")
        return int(text)

    def body(self, text):
        count = self.length(text)
        data = self.stream.read(count + 2)
        if len(data) < count + 2:
            raise EOFError("the connection ended inside a string")
        if data[-2:] != b"\r\n":
            raise Wrong("no CRLF behind a string")
        return data[:-2]

    def list(self, text):
        return [self.value() for _ in range(self.length(text))]

    def pairs(self, text):
        return [[self.value(), self.value()] for _ in range(self.length(text))]

    def value(self):
        """The next value, as Fixtures/README.md writes it; attributes are read over."""
        head = self.line()
        kind, rest = head[:1], head[1:]
        if kind == b"+":
            return {"t": "simple", "v": text(rest)}
        if kind == b"-":
            return {"t": "error", "v": text(rest)}
        if kind == b":":
            return {"t": "int", "v": str(self.number(rest))}
        if kind == b"$":
            return {"t": "null"} if rest == b"-1" else {"t": "bulk", "v": text(self.body(rest))}
        if kind == b"*":
            return {"t": "null"} if rest == b"-1" else {"t": "array", "v": self.list(rest)}
        if kind == b"_" and rest == b"":
            return {"t": "null"}
        if kind == b"#" and rest in (b"t", b"f"):
            return {"t": "bool", "v": rest == b"t"}
        if kind == b",":
            if not re.fullmatch(rb"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|-?inf|nan", rest):
                raise Wrong(f"{rest!r} is no double")
            return {"t": "double", "v": repr(float(rest))}
        if kind == b"(":
            return {"t": "bignum", "v": str(self.number(rest, 10**1000))}
        if kind == b"!":
            return {"t": "bulkerror", "v": text(self.body(rest))}
        if kind == b"=":
            data = self.body(rest)
            if data[3:4] != b":":
                raise Wrong("a verbatim string without colon")
            return {"t": "verbatim", "v": text(data[4:]), "f": text(data[:3])}
        if kind == b"%":
            return {"t": "map", "v": self.pairs(rest)}
        if kind == b"~":
            return {"t": "set", "v": self.list(rest)}
        if kind == b">":
            return {"t": "push", "v": self.list(rest)}
        if kind == b"|":
            self.pairs(rest)
            return self.value()
        raise Wrong(f"no type begins with {kind!r}")


def text(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def command(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def show(line):
    print(json.dumps(line), flush=True)


def main():
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3) as connection:
            reader = Reader(connection.makefile("rb"))
            connection.sendall(command(b"HELLO", b"3"))
            greeting = reader.value()
            # A server without HELLO is spoken to in RESP2.
            if greeting["t"] not in ("map", "error"):
                raise Wrong("HELLO is answered with neither a map nor an error")
            while True:
                connection.sendall(command(b"GET", b"rookery"))
                while (value := reader.value())["t"] == "push":
                    show({"push": value})
                show({"value": value})
    except (Wrong, EOFError, OSError) as problem:
        show({"error": f"{type(problem).__name__}: {problem}"})


main()
