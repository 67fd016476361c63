"""A reference decoder of RESP2 and RESP3, written to be read: https://redis.io/docs/latest/develop/reference/protocol-spec/.

It keeps all bytes of a value until the value is whole and then parses from the first byte again, by recursion. That is slow
and simple, and so a good judge of decoders that are fast. Values are those of ../README.md: {"t": type, "v": value}.

The one thing that waiting for a whole value cannot do is to refuse early; so `parse` refuses as soon as the bytes that are
there break a rule, and says `More` only while they are a true beginning.
"""

import re

LIMITS = {"bulk": 64 << 20, "value": 128 << 20, "elements": 1 << 20, "depth": 32, "line": 64 << 10}


class Refused(Exception):
    """The bytes are no RESP; the argument is a word of the list in ../README.md."""


class More(Exception):
    """The bytes are the beginning of a value."""


def text(data):
    """Bytes as the fixtures write them: JSON text where they are UTF-8, else hexadecimal."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": data.hex()}


class Parser:
    """Reads one top-level value from the start of `data`."""

    def __init__(self, data, limits):
        self.data, self.limits, self.at = data, {**LIMITS, **limits}, 0
        self.elements = 0  # of all aggregates of the value
        self.bytes = 0  # of all strings of the value

    # Lines

    def line(self):
        """The type byte and what follows it up to CRLF."""
        if self.at >= len(self.data):
            raise More
        kind = self.data[self.at : self.at + 1]
        if kind not in b"+-:$*_#,(!=%~>|;.":
            raise Refused("type")
        rest = self.data[self.at + 1 :]
        end = re.search(rb"[\r\n]", rest)
        length = end.start() if end else len(rest)
        if length > self.limits["line"]:
            raise Refused("line")
        if not end:
            raise More
        if rest[length : length + 1] == b"\n":
            raise Refused("line")
        if len(rest) == length + 1:
            raise More
        if rest[length + 1 : length + 2] != b"\n":
            raise Refused("line")
        self.at += 1 + length + 2
        return kind, rest[:length]

    # Values

    def value(self, depth=0, in_push=False):
        """A value with what stands in front of it, or the end of a stream as None."""
        attributes = []
        has_attributes = False
        while True:
            kind, rest = self.line()
            if kind == b"|":
                if rest == b"?":
                    raise Refused("stream")
                has_attributes = True
                attributes += self.pairs(self.count(rest, 2), depth, in_push)
                continue
            if kind == b".":
                if rest or has_attributes:
                    raise Refused("stream")
                return None
            result = self.body(kind, rest, depth, in_push)
            if attributes:
                result["attrs"] = attributes
            return result

    def body(self, kind, rest, depth, in_push):
        if kind == b"+":
            return {"t": "simple", "v": text(self.counted(rest))}
        if kind == b"-":
            return {"t": "error", "v": text(self.counted(rest))}
        if kind == b":":
            return {"t": "int", "v": self.integer(rest)}
        if kind == b"_":
            if rest:
                raise Refused("null")
            return {"t": "null"}
        if kind == b"#":
            if rest not in (b"t", b"f"):
                raise Refused("boolean")
            return {"t": "bool", "v": rest == b"t"}
        if kind == b",":
            return {"t": "double", "v": self.double(rest)}
        if kind == b"(":
            if not re.fullmatch(rb"[+-]?[0-9]+", rest):
                raise Refused("bignum")
            self.counted(rest)
            sign, digits = (rest[:1], rest[1:]) if rest[:1] in b"+-" else (b"", rest)
            digits = digits.lstrip(b"0") or b"0"
            return {"t": "bignum", "v": ("-" if sign == b"-" and digits != b"0" else "") + digits.decode()}
        if kind in b"$!=":
            return self.string(kind, rest, in_push)
        if kind == b";":
            raise Refused("stream")
        return self.aggregate(kind, rest, depth, in_push)

    def integer(self, rest):
        if not re.fullmatch(rb"[+-]?[0-9]+", rest):
            raise Refused("integer")
        number = int(rest)
        if not -(1 << 63) <= number < 1 << 63:
            raise Refused("integer")
        return str(number)

    def double(self, rest):
        # Servers before 7.2 print what their C library prints: "-nan", "nan(0x1)", in either case.
        if re.fullmatch(rb"(?is)[+-]?nan(\(.*\))?", rest):
            return "nan"
        if re.fullmatch(rb"(?i)[+-]?inf(inity)?", rest):
            return "-inf" if rest[:1] == b"-" else "inf"
        if not re.fullmatch(rb"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", rest):
            raise Refused("double")
        return repr(float(rest))

    # Strings

    def length(self, rest):
        """A declared length: digits only, within 63 bits; None for "-1"."""
        if rest == b"-1":
            return None
        if not re.fullmatch(rb"[0-9]+", rest) or int(rest) >= 1 << 63:
            raise Refused("length")
        return int(rest)

    def counted(self, data):
        self.bytes += len(data)
        if self.bytes > self.limits["value"]:
            raise Refused("too-long")
        return data

    def take(self, length):
        """A body and the CRLF behind it."""
        body = self.data[self.at : self.at + length]
        tail = self.data[self.at + length : self.at + length + 2]
        if not b"\r\n".startswith(tail):
            raise Refused("terminator")
        if len(tail) < 2:
            raise More
        self.at += length + 2
        return body

    def announce(self, length, so_far, in_push):
        """Compares a length with the limits. True: the string is over the limit of a push, and is skipped."""
        if so_far + length > self.limits["bulk"]:
            if not in_push:
                raise Refused("too-long")
            return True
        self.bytes += length
        if self.bytes > self.limits["value"]:
            raise Refused("too-long")
        return False

    def string(self, kind, rest, in_push):
        if kind == b"$" and rest == b"?":
            return self.chunks(in_push)
        length = self.length(rest)
        if length is None:
            if kind == b"$":
                return {"t": "null"}
            raise Refused("length")
        if kind == b"=" and length < 4:
            raise Refused("verbatim")
        if self.announce(length, 0, in_push):
            self.take(length)
            return {"t": "oversized", "v": str(length)}
        if kind == b"=":
            colon = self.data[self.at + 3 : self.at + 4]
            if colon and colon != b":":
                raise Refused("verbatim")
        body = self.take(length)
        if kind == b"=":
            return {"t": "verbatim", "v": text(body[4:]), "f": text(body[:3])}
        return {"t": "bulk" if kind == b"$" else "bulkerror", "v": text(body)}

    def chunks(self, in_push):
        body, length, oversized = b"", 0, False
        while True:
            kind, rest = self.line()
            if kind != b";":
                raise Refused("stream")
            chunk = self.length(rest)
            if chunk is None:
                raise Refused("length")
            if chunk == 0:
                break
            oversized = self.announce(chunk, length, in_push) or oversized
            length += chunk
            body += self.take(chunk)
        return {"t": "oversized", "v": str(length)} if oversized else {"t": "bulk", "v": text(body)}

    # Aggregates

    def count(self, rest, per_entry):
        """A declared number of entries as a number of elements; None for "-1"."""
        entries = self.length(rest)
        if entries is None:
            raise Refused("length")
        return entries * per_entry

    def aggregate(self, kind, rest, depth, in_push):
        name = {b"*": "array", b"~": "set", b"%": "map", b">": "push"}[kind]
        if rest == b"-1":
            if name == "array":
                return {"t": "null"}
            raise Refused("length")
        if rest == b"?":
            if name == "push":
                raise Refused("stream")
            count = None
        else:
            count = self.count(rest, 2 if name == "map" else 1)
        if name == "push" and depth > 0:
            raise Refused("nested-push")
        in_push = in_push or name == "push"
        if name == "map":
            return {"t": name, "v": self.pairs(count, depth, in_push)}
        return {"t": name, "v": self.children(count, depth, in_push)}

    def children(self, count, depth, in_push):
        """As many values as were declared, or (None) up to the end of the stream."""
        if depth == self.limits["depth"]:
            raise Refused("too-deep")
        if count is not None:
            self.elements += count
            if self.elements > self.limits["elements"]:
                raise Refused("too-many")
        values = []
        while count is None or len(values) < count:
            child = self.value(depth + 1, in_push)
            if child is None:
                if count is not None:
                    raise Refused("stream")
                return values
            values.append(child)
            if count is None:
                self.elements += 1
                if self.elements > self.limits["elements"]:
                    raise Refused("too-many")
        return values

    def pairs(self, count, depth, in_push):
        values = self.children(count, depth, in_push)
        if len(values) % 2:
            raise Refused("map")
        return [list(pair) for pair in zip(values[::2], values[1::2])]


class Decoder:
    """Bytes in, in any pieces; values out."""

    def __init__(self, limits=()):
        self.limits, self.data = dict(limits), b""
        self.values = []

    def feed(self, piece):
        """Appends to `values` what is whole now. Raises Refused at the first byte that breaks a rule."""
        self.data += piece
        while self.data:
            parser = Parser(self.data, self.limits)
            try:
                value = parser.value()
            except More:
                return
            if value is None:
                raise Refused("stream")
            self.values.append(value)
            self.data = self.data[parser.at :]

    @property
    def state(self):
        return "partial" if self.data else "idle"
