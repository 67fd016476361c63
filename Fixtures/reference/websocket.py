"""A reference decoder of WebSocket frames (RFC 6455 §5–§7) for either end, with permessage-deflate (RFC 7692), to be read.

Bytes in, events out, as ../ws/README.md writes them. It looks at one byte after the other and refuses at the first one that
breaks a rule: a bad header before its payload is there, an invalid byte of UTF-8 inside a frame that is not complete.
"""

from . import inflate

LIMITS = {"message": 65536, "fragments": 65536}
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Failed(Exception):
    """The connection fails; the argument is the close code."""


class UTF8:
    """RFC 3629 §4, byte by byte: refuses the first byte that cannot be part of valid text (Python's own incremental decoder
    waits for the third byte of a surrogate)."""

    def __init__(self):
        self.missing, self.low, self.high = 0, 0x80, 0xBF

    def feed(self, data):
        for byte in data:
            if self.missing:
                if not self.low <= byte <= self.high:
                    raise Failed(1007)
                self.missing, self.low, self.high = self.missing - 1, 0x80, 0xBF
            elif byte > 0x7F:
                self.begin(byte)

    def begin(self, byte):
        if not 0xC2 <= byte <= 0xF4:
            raise Failed(1007)
        self.missing = 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
        # No overlong forms, no surrogates, nothing above U+10FFFF.
        self.low = {0xE0: 0xA0, 0xF0: 0x90}.get(byte, 0x80)
        self.high = {0xED: 0x9F, 0xF4: 0x8F}.get(byte, 0xBF)

    def end(self):
        if self.missing:
            raise Failed(1007)


class Deflated:
    """The peer's messages as it compressed them; `agreed` is the member `deflate` of a case."""

    def __init__(self, role, agreed, emit):
        sender = "client" if role == "server" else "server"
        self.forgets = agreed.get(sender + "_no_context_takeover", False)
        self.inflater = inflate.Inflater(1 << agreed.get(sender + "_max_window_bits", 15), emit)

    def feed(self, data):
        for byte in data:
            try:
                self.inflater.feed(byte)
            except inflate.Corrupt:
                raise Failed(1007)

    def end(self):
        """RFC 7692 §7.2.2: the four bytes that the sender took off come back."""
        self.feed(b"\x00\x00\xff\xff")
        if not self.inflater.is_at_boundary:
            raise Failed(1007)
        if self.forgets:
            self.inflater.forget()


class Decoder:
    """One end of an open connection. `deflate` is what was agreed on about permessage-deflate, None when it was not."""

    def __init__(self, role, limits=(), deflate=None):
        self.role, self.limits = role, {**LIMITS, **dict(limits)}
        self.events = []
        self.deflated = None if deflate is None else Deflated(role, deflate, self.add)
        self.is_closed = False
        self.message = None  # the opcode of the message begun
        self.header = b""  # of the frame begun
        self.is_in_payload = False

    def feed(self, piece):
        """Appends to `events`. Raises Failed at the first byte that breaks a rule."""
        for byte in piece:
            if self.is_closed:
                return  # §5.5.1: after Close nothing is read as data
            if self.is_in_payload:
                self.payload_byte(byte)
            else:
                self.header_byte(byte)

    @property
    def state(self):
        half = self.message is not None or self.header or self.is_in_payload
        return "partial" if half and not self.is_closed else "idle"

    # §5.2: the header

    def header_byte(self, byte):
        self.header += bytes([byte])
        if len(self.header) == 1:
            self.check_first_byte(byte)
            return
        if len(self.header) == 2:
            self.check_second_byte(byte)
            self.extended_end = 2 + {126: 2, 127: 8}.get(byte & 0x7F, 0)
            self.needed = self.extended_end + (4 if self.role == "server" else 0)
        if len(self.header) == self.extended_end:
            self.check_length()
        if len(self.header) == self.needed:
            self.begin_payload()

    def check_first_byte(self, byte):
        self.is_final, reserved, self.opcode = bool(byte & 0x80), byte >> 4 & 7, byte & 0xF
        # RFC 7692 §6: RSV1 marks a compressed message on its first frame; nothing else may be set.
        may_compress = self.deflated and self.opcode in (TEXT, BINARY)
        if reserved & ~(4 if may_compress else 0):
            raise Failed(1002)
        if self.opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Failed(1002)
        if self.opcode >= CLOSE:
            # §5.5: control frames are not fragmented.
            if not self.is_final:
                raise Failed(1002)
        elif (self.opcode == CONTINUATION) != (self.message is not None):
            # §5.4: a continuation inside a message, a beginning outside.
            raise Failed(1002)
        if self.opcode in (TEXT, BINARY):
            self.is_compressed = bool(reserved)

    def check_second_byte(self, byte):
        # §5.1: a client masks, a server does not.
        if bool(byte & 0x80) != (self.role == "server"):
            raise Failed(1002)
        # §5.5: control frames are short. §5.5.1: a close has no payload, or a code at least.
        if self.opcode >= CLOSE and byte & 0x7F > 125 or self.opcode == CLOSE and byte & 0x7F == 1:
            raise Failed(1002)

    def check_length(self):
        field = self.header[2 : self.extended_end]
        self.length = int.from_bytes(field, "big") if field else self.header[1] & 0x7F
        # §5.2: the shortest form, and no top bit.
        if len(field) == 2 and self.length < 126 or len(field) == 8 and self.length < 1 << 16:
            raise Failed(1002)
        if self.length >= 1 << 63:
            raise Failed(1002)
        if self.opcode >= CLOSE:
            return
        if self.opcode != CONTINUATION:
            self.fragments, self.raw, self.payload = 0, 0, bytearray()
            self.utf8 = UTF8()
        self.fragments += 1
        # §10.4: counted before anything is kept; what is compressed is counted as it grows, and may not be longer than any
        # encoder makes it: 9 bits a byte, a flush for each fragment, and some room for padding.
        most = self.limits["message"]
        self.raw += self.length
        if self.is_compressed:
            most += most // 8 + 1024 + 16 * self.fragments
        if self.raw > most:
            raise Failed(1009)
        if self.fragments > self.limits["fragments"]:
            raise Failed(1009)

    def begin_payload(self):
        self.key = self.header[-4:] if self.role == "server" else bytes(4)
        self.is_in_payload, self.position, self.control = True, 0, b""
        self.reason = UTF8()
        if self.opcode in (TEXT, BINARY):
            self.message = self.opcode
        if self.length == 0:
            self.end_frame()

    # §5.3: the payload

    def payload_byte(self, byte):
        data = bytes([byte ^ self.key[self.position % 4]])
        self.position += 1
        if self.opcode >= CLOSE:
            self.control += data
            if self.opcode == CLOSE:
                self.check_close(data)
        elif self.is_compressed:
            self.deflated.feed(data)
        else:
            self.add(data[0])
        if self.position == self.length:
            self.end_frame()

    def add(self, byte):
        if len(self.payload) == self.limits["message"]:
            raise Failed(1009)
        self.payload.append(byte)
        if self.message == TEXT:
            self.utf8.feed(bytes([byte]))  # §8.1

    def end_frame(self):
        self.header, self.is_in_payload = b"", False
        if self.opcode == PING:
            self.events.append({"ping": self.control.hex()})
        elif self.opcode == PONG:
            self.events.append({"pong": self.control.hex()})
        elif self.opcode == CLOSE:
            self.close()
        elif self.is_final:
            if self.is_compressed:
                self.deflated.end()
            is_text, self.message = self.message == TEXT, None
            if is_text:
                self.utf8.end()
            self.events.append({"text": self.payload.decode()} if is_text else {"binary": self.payload.hex()})

    def check_close(self, data):
        """§5.5.1, §7.4: a code that may stand in a frame, then UTF-8; each refused as soon as it is there."""
        if len(self.control) == 2:
            code = int.from_bytes(self.control, "big")
            if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
                raise Failed(1002)
        elif len(self.control) > 2:
            self.reason.feed(data)

    def close(self):
        self.reason.end()
        self.is_closed = True
        code = int.from_bytes(self.control[:2], "big") if self.control else None
        self.events.append({"close": code, "reason": self.control[2:].decode()})
