"""A WebSocket echo server, written from RFC 6455 and RFC 7692 alone, with one fault that is chosen: what a conformance test must find.

usage: faulty_websocket.py PORT FAULT     ("none": as it should be; "--list" instead of PORT: the names of all faults)
"""

import base64
import hashlib
import os
import re
import socket
import struct
import sys
import threading
import zlib

FAULTS = """none accept-of-another-key names-with-case upgrade-with-case connection-as-substring connection-whole version-ignored version-untold
key-optional two-keys host-optional http-1.0 any-method unknown-extension-accepted subprotocol-made-up head-in-one-read unmasked-accepted mask-by-constant-key
reserved-bits-ignored reserved-opcodes-ignored frames-masked no-pong empty-pong pong-from-start long-ping-accepted
fragmented-ping-accepted ping-ends-message continuation-first-accepted interleaved-accepted first-fragment-only empty-fragment-ends
text-unchecked text-replaced surrogates-accepted overlong-accepted text-checked-by-fragment text-as-binary close-unanswered close-code-sent-back close-without-end
echo-after-close close-reason-sent-back failure-with-1000 failure-without-close deflate-invalid-offer deflate-window-ignored
deflate-context-kept deflate-context-forgotten deflate-final-block deflate-rsv1-everywhere deflate-uncompressed-confused""".split()

# What RFC 6455 allows: pongs that nobody asked for (§5.5.3), a limit for messages (§10.4).
FAULTS += ["unsolicited-pongs", "small-limit"]

FAULT = "none"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LAWFUL = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}


def has(fault):
    return FAULT == fault


def masked(payload, key):
    stream = (key * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(payload), "big")


class Failed(Exception):
    def __init__(self, code):
        self.code = code


class Refused(Exception):
    def __init__(self, status, *fields):
        self.status, self.fields = status, fields


class Gone(Exception):
    pass


class Deflate:
    """What was agreed on, and both contexts (RFC 7692 §7)."""

    def __init__(self, server_alone, client_alone, server_bits, client_bits):
        self.server_alone, self.client_alone = server_alone, client_alone
        self.server_bits, self.client_bits = server_bits, client_bits
        self.deflater = self.inflater = None

    def deflate(self, data):
        if self.deflater is None or (self.server_alone and not has("deflate-context-kept")):
            bits = 15 if has("deflate-window-ignored") else self.server_bits
            self.deflater = zlib.compressobj(wbits=-bits)
        return (self.deflater.compress(data) + self.deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def inflate(self, data):
        if self.inflater is None or self.client_alone or has("deflate-context-forgotten"):
            self.inflater = zlib.decompressobj(wbits=-self.client_bits)
        output, rest = b"", data + b"\0\0\xff\xff"
        try:
            while rest:
                output += self.inflater.decompress(rest)
                rest = b""
                if self.inflater.eof:
                    if has("deflate-final-block"):
                        raise Failed(1007)
                    rest = self.inflater.unused_data
                    history = output[-32768:]
                    self.inflater = zlib.decompressobj(wbits=-self.client_bits, zdict=history)
        except zlib.error:
            raise Failed(1007) from None
        return output


def elements(value):
    """The elements of Sec-WebSocket-Extensions, each a list of (name, value); RFC 6455 §9.1."""
    token = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
    parameter = rf'{token}(?:[ \t]*=[ \t]*(?:{token}|"{token}"|"(?:\\?[!#$%&\'*+\-.^_`|~0-9A-Za-z])+"))?'
    element = rf"{token}(?:[ \t]*;[ \t]*{parameter})*"
    if not re.fullmatch(rf"[ \t,]*{element}(?:[ \t]*,[ \t,]*{element})*[ \t,]*", value):
        raise Refused("400 Bad Request")
    found = []
    for text in value.split(","):
        if text.strip():
            pairs = [part.partition("=") for part in text.split(";")]
            found.append([(n.strip(), v.strip().strip('"').replace("\\", "") if e else None) for n, e, v in pairs])
    return found


def agree(offers):
    for offer in offers:
        if offer[0][0] != "permessage-deflate":
            continue
        names = [name for name, _ in offer[1:]]
        given = dict(offer[1:])
        bits = {str(number): number for number in range(8, 16)}
        is_valid = len(names) == len(set(names)) and all(
            (name in ("server_no_context_takeover", "client_no_context_takeover") and value is None)
            or (name == "server_max_window_bits" and value in bits)
            or (name == "client_max_window_bits" and (value is None or value in bits))
            for name, value in offer[1:])
        if not is_valid and not has("deflate-invalid-offer"):
            continue
        # zlib cannot compress raw data with a window of 256 bytes.
        server_bits = bits.get(given.get("server_max_window_bits"), 15)
        if server_bits == 8:
            continue
        client_bits = bits.get(given.get("client_max_window_bits"), 15)
        agreed = Deflate(
            "server_no_context_takeover" in given, "client_no_context_takeover" in given, server_bits, max(client_bits, 9))
        answer = ["permessage-deflate"] + [n for n in names if n.endswith("takeover") and names.count(n) == 1]
        if "server_max_window_bits" in given:
            answer.append(f"server_max_window_bits={server_bits}")
        if "client_max_window_bits" in given and client_bits < 15:
            answer.append(f"client_max_window_bits={client_bits}")
        return agreed, "; ".join(answer)
    return None, None


class Connection:
    # A client (faulty_client.py) is this with the masks the other way round.
    is_server = True

    def __init__(self, sock):
        self.sock, self.buffer = sock, b""
        self.deflate = None
        self.fragments, self.kind, self.is_compressed = None, None, False
        self.has_sent_close = False

    # MARK: Bytes

    def fill(self):
        data = self.sock.recv(1 << 18)
        if not data:
            raise Gone
        self.buffer += data

    def take(self, count):
        pieces, have = [self.buffer], len(self.buffer)
        while have < count:
            data = self.sock.recv(1 << 18)
            if not data:
                raise Gone
            pieces.append(data)
            have += len(data)
        whole = b"".join(pieces)
        self.buffer = whole[count:]
        return whole[:count]

    # MARK: The opening handshake (RFC 6455 §4.2)

    def open(self):
        while b"\r\n\r\n" not in self.buffer:
            if len(self.buffer) > 65536:
                raise Refused("431 Request Header Fields Too Large")
            if self.buffer and has("head-in-one-read"):
                raise Refused("400 Bad Request")
            self.fill()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        if "\n" in head.decode("latin-1").replace("\r\n", ""):
            raise Refused("400 Bad Request")
        match = re.fullmatch(r"(\S+) (\S+) HTTP/(\d)\.(\d)", lines[0])
        if not match:
            raise Refused("400 Bad Request")
        if match[1] != "GET" and not has("any-method"):
            raise Refused("405 Method Not Allowed", "Allow: GET")
        if (int(match[3]), int(match[4])) < (1, 1) and not has("http-1.0"):
            raise Refused("505 HTTP Version Not Supported")
        fields = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
                raise Refused("400 Bad Request")
            fields.setdefault(name if has("names-with-case") else name.lower(), []).append(value.strip(" \t"))
        self.answer({name.lower(): values for name, values in fields.items()} if not has("names-with-case") else
                    {name.lower(): values for name, values in fields.items()
                     if name in ("Host", "Upgrade", "Connection") or name.startswith("Sec-WebSocket-")})

    def answer(self, fields):
        def tokens(name):
            return [token.strip() for value in fields.get(name, []) for token in value.split(",") if token.strip()]

        if len(fields.get("host", [])) != 1 and not has("host-optional"):
            raise Refused("400 Bad Request")
        upgrades, connections = tokens("upgrade"), tokens("connection")
        if not has("upgrade-with-case"):
            upgrades = [token.lower() for token in upgrades]
        if has("connection-as-substring"):
            is_upgrade = "upgrade" in ",".join(connections).lower()
        elif has("connection-whole"):
            is_upgrade = [value.lower() for value in fields.get("connection", [])] == ["upgrade"]
        else:
            is_upgrade = "upgrade" in [token.lower() for token in connections]
        if "websocket" not in upgrades or not is_upgrade:
            raise Refused("426 Upgrade Required", "Upgrade: websocket")
        versions, keys = fields.get("sec-websocket-version", []), fields.get("sec-websocket-key", [])
        if versions != ["13"] and not has("version-ignored"):
            told = [] if has("version-untold") else ["Sec-WebSocket-Version: 13"]
            raise Refused("426 Upgrade Required", *told)
        if has("key-optional"):
            keys = keys or [""]
        if has("two-keys"):
            keys = keys[:1]
        if len(keys) != 1 or not (keys[0] or has("key-optional")):
            raise Refused("400 Bad Request")
        if keys[0]:
            try:
                is_key = len(base64.b64decode(keys[0], validate=True)) == 16
            except ValueError:
                is_key = False
            if not is_key:
                raise Refused("400 Bad Request")
        guid = GUID.lower() if has("accept-of-another-key") else GUID
        accept = base64.b64encode(hashlib.sha1(keys[0].encode("latin-1") + guid).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}"]
        offers = [offer for value in fields.get("sec-websocket-extensions", []) if value.strip() for offer in elements(value)]
        self.deflate, text = agree(offers)
        if text:
            lines.append(f"Sec-WebSocket-Extensions: {text}")
        elif offers and offers[0][0][0].startswith("x-") and has("unknown-extension-accepted"):
            lines.append(f"Sec-WebSocket-Extensions: {offers[0][0][0]}")
        if fields.get("sec-websocket-protocol") and has("subprotocol-made-up"):
            lines.append("Sec-WebSocket-Protocol: chat")
        self.sock.sendall("\r\n".join(lines + ["", ""]).encode("latin-1"))

    # MARK: Frames (§5)

    def send(self, opcode, payload, reserved=0):
        mask = 0 if self.is_server else 0x80
        if (has("frames-masked") or has("frames-unmasked")) and opcode == PONG:
            mask ^= 0x80
        head = bytes([0x80 | reserved | opcode])
        if len(payload) < 126:
            head += bytes([mask | len(payload)])
        elif len(payload) < 65536:
            head += bytes([mask | 126]) + struct.pack("!H", len(payload))
        else:
            head += bytes([mask | 127]) + struct.pack("!Q", len(payload))
        if mask:
            key = b"\1\2\3\4" if has("mask-constant") else os.urandom(4)
            head, payload = head + key, masked(payload, key)
        self.sock.sendall(head + payload)

    def frame(self):
        first, second = self.take(2)
        opcode, reserved, count = first & 15, first & 0x70, second & 127
        if reserved and not has("reserved-bits-ignored"):
            may_compress = self.deflate and opcode in (TEXT, BINARY)
            if has("deflate-rsv1-everywhere"):
                may_compress = self.deflate is not None
            if reserved != 0x40 or not may_compress:
                raise Failed(1002)
        if opcode not in (0, TEXT, BINARY, CLOSE, PING, PONG):
            if not has("reserved-opcodes-ignored"):
                raise Failed(1002)
        if bool(second & 0x80) != self.is_server and not has("unmasked-accepted") and not has("masked-accepted"):
            raise Failed(1002)
        if opcode >= 8:
            if count > 125 and not (has("long-ping-accepted") and opcode == PING):
                raise Failed(1002)
            if not first & 0x80 and not (has("fragmented-ping-accepted") and opcode == PING):
                raise Failed(1002)
        if count == 126:
            count, = struct.unpack("!H", self.take(2))
            if count < 126:
                raise Failed(1002)
        elif count == 127:
            count, = struct.unpack("!Q", self.take(8))
            if count >> 63 or count < 65536:
                raise Failed(1002)
            if count > 80 << 20:
                raise Failed(1009)
        if has("small-limit") and count > 4096:
            self.take(count)
            raise Failed(1009)
        key = self.take(4) if second & 0x80 else b"\0\0\0\0"
        payload = self.take(count)
        if has("mask-by-constant-key") and count >= 4 and key == b"\0\0\0\1":
            key = b"\0\0\0\0"
        if any(key):
            payload = masked(payload, key)
        return first & 0x80, opcode, reserved, payload

    # MARK: Messages

    def serve(self):
        while True:
            if has("unsolicited-pongs"):
                self.send(PONG, b"a heartbeat")
            final, opcode, reserved, payload = self.frame()
            if opcode == PING:
                if has("ping-ends-message"):
                    self.fragments = None if self.fragments is None else [b"\0"]
                if not has("no-pong"):
                    self.send(PONG, b"" if has("empty-pong") else payload[:64] if has("pong-from-start") else payload[:125])
            elif opcode == PONG:
                if has("unsolicited-pongs"):
                    self.send(PONG, payload)
            elif opcode == CLOSE:
                return self.close(payload)
            elif opcode in (0, TEXT, BINARY):
                self.data(final, opcode, reserved, payload)

    def data(self, final, opcode, reserved, payload):
        if opcode == 0:
            if self.fragments is None:
                if not has("continuation-first-accepted"):
                    raise Failed(1002)
                self.fragments, self.kind, self.is_compressed = [], TEXT, False
            if has("empty-fragment-ends") and not payload:
                final = True
        else:
            if self.fragments is not None and not has("interleaved-accepted"):
                raise Failed(1002)
            self.fragments, self.kind, self.is_compressed = [], opcode, bool(reserved & 0x40)
            if has("deflate-uncompressed-confused") and self.deflate:
                self.is_compressed = True
        self.fragments.append(payload)
        if has("text-checked-by-fragment") and self.kind == TEXT and not self.is_compressed:
            self.checked(payload)
        if not final:
            return
        message = self.fragments[0] if has("first-fragment-only") else b"".join(self.fragments)
        self.fragments = None
        if self.is_compressed and self.deflate:
            message = self.deflate.inflate(message)
        if self.kind == TEXT:
            message = self.checked(message)
        self.echo(BINARY if has("text-as-binary") and len(message) == 3 else self.kind, message)

    def checked(self, message):
        if has("text-unchecked"):
            try:
                return message.decode().encode()
            except UnicodeDecodeError:
                # What is sent back is right again: only that it was accepted is wrong.
                return b"accepted"
        if has("text-replaced"):
            return message.decode(errors="replace").encode()
        if has("surrogates-accepted"):
            message = re.sub(b"\xed[\xa0-\xbf][\x80-\xbf]", b"?", message)
        if has("overlong-accepted"):
            message = re.sub(b"[\xc0\xc1][\x80-\xbf]", b"?", message)
        try:
            message.decode()
        except UnicodeDecodeError:
            raise Failed(1007) from None
        return message

    def echo(self, opcode, message):
        if self.deflate:
            self.send(opcode, self.deflate.deflate(message), 0x40)
        else:
            self.send(opcode, message)

    # MARK: The closing handshake (§5.5.1, §7)

    def close(self, payload):
        if has("close-unanswered"):
            return
        if has("close-reason-sent-back") and len(payload) > 1:
            return self.end(payload)
        if len(payload) == 1:
            raise Failed(1002)
        if payload:
            code, = struct.unpack("!H", payload[:2])
            is_lawful = code in LAWFUL or 3000 <= code <= 4999
            if not is_lawful and not has("close-code-sent-back"):
                raise Failed(1002)
            try:
                payload[2:].decode()
            except UnicodeDecodeError:
                raise Failed(1007) from None
        self.end(payload[:2])

    def end(self, payload):
        if has("failure-with-1000") and payload[:2] in (b"\x03\xea", b"\x03\xef"):
            payload = b"\x03\xe8"
        self.send(CLOSE, payload)
        if has("echo-after-close"):
            self.send(TEXT, b"one more")
        if has("close-without-end"):
            while self.sock.recv(65536):
                pass
        self.sock.shutdown(socket.SHUT_WR)
        self.sock.settimeout(2)
        while self.sock.recv(65536):
            pass


def talk(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(sock)
    with sock:
        try:
            connection.open()
            try:
                connection.serve()
            except Failed as failed:
                if not has("failure-without-close"):
                    connection.end(struct.pack("!H", failed.code))
        except Refused as refused:
            lines = [f"HTTP/1.1 {refused.status}", *refused.fields, "Content-Length: 0", "Connection: close", "", ""]
            sock.sendall("\r\n".join(lines).encode())
        except (Gone, OSError):
            pass


def main():
    global FAULT
    if sys.argv[1] == "--list":
        print("\n".join(FAULTS))
        return
    FAULT = sys.argv[2]
    assert FAULT in FAULTS, f"{FAULT}: no such fault"
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
    print(f"ready {listener.getsockname()[1]}", flush=True)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=talk, args=(sock,), daemon=True).start()


if __name__ == "__main__":
    main()
