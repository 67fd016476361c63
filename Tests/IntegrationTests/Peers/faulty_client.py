"""A WebSocket client that echoes, with one fault that is chosen: what a conformance test of clients must find. Frames, messages and the closing
handshake, and their faults, are those of faulty_websocket.py. It is driven as Autobahn's fuzzing server drives clients.

usage: faulty_client.py URL FAULT     (URL: ws://host:port; "none": as it should be)
"""

import base64
import hashlib
import os
import re
import socket
import struct
import sys

import faulty_websocket as base
from faulty_websocket import GUID, Failed, Gone, Refused, has

FAULTS = base.FAULTS + """no-host no-upgrade no-connection version-8 key-short http-1.0-request accept-unchecked accept-without-case
status-ignored upgrade-unchecked connection-unchecked connection-by-substring extension-unchecked subprotocol-unchecked
answer-in-one-read bytes-behind-answer-lost frames-unmasked masked-accepted mask-constant key-constant deflate-answer-unchecked""".split()


class Client(base.Connection):
    is_server = False

    def __init__(self, sock, path):
        super().__init__(sock)
        self.path = path
        self.collected = None

    # MARK: The opening handshake (RFC 6455 §4.1)

    def open(self):
        nonce = b"the same nonce.." if has("key-constant") else os.urandom(12 if has("key-short") else 16)
        key = base64.b64encode(nonce).decode()
        fields = [("Host", "127.0.0.1"), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
                  ("Sec-WebSocket-Version", "8" if has("version-8") else "13"),
                  ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")]
        left_out = {"no-host": "Host", "no-upgrade": "Upgrade", "no-connection": "Connection"}.get(base.FAULT)
        lines = [f"GET {self.path} HTTP/1.{0 if has('http-1.0-request') else 1}"]
        lines += [f"{name}: {value}" for name, value in fields if name != left_out]
        self.sock.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.buffer:
            if len(self.buffer) > 65536 or (self.buffer and has("answer-in-one-read")):
                raise Refused("too long")
            self.fill()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if has("bytes-behind-answer-lost"):
            self.buffer = b""
        self.check(head.decode("latin-1"), key)

    def check(self, head, key):
        lines = head.split("\r\n")
        status = r"HTTP/1\.\d \d\d\d( .*)?" if has("status-ignored") else r"HTTP/1\.[1-9] 101( .*)?"
        if "\n" in head.replace("\r\n", "") or not re.fullmatch(status, lines[0]):
            raise Refused("status")
        fields = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
                raise Refused("field")
            fields.setdefault(name.lower(), []).append(value.strip(" \t"))

        def tokens(name):
            return [token.strip().lower() for value in fields.get(name, []) for token in value.split(",")]

        if tokens("upgrade") != ["websocket"] and not has("upgrade-unchecked"):
            raise Refused("Upgrade")
        is_upgrade = "upgrade" in tokens("connection") or has("connection-unchecked")
        if has("connection-by-substring"):
            is_upgrade = "upgrade" in ",".join(tokens("connection"))
        if not is_upgrade:
            raise Refused("Connection")
        accept = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()
        given = fields.get("sec-websocket-accept", [])
        is_accepted = given == [accept] or has("accept-unchecked")
        if has("accept-without-case"):
            is_accepted = [value.lower() for value in given] == [accept.lower()]
        if not is_accepted:
            raise Refused("Sec-WebSocket-Accept")
        if "sec-websocket-protocol" in fields and not has("subprotocol-unchecked"):
            raise Refused("Sec-WebSocket-Protocol")
        if "sec-websocket-extensions" in fields:
            self.agreed([element for value in fields["sec-websocket-extensions"] for element in base.elements(value)])

    def agreed(self, answers):
        """RFC 7692 §7.1: the one extension that was offered, known parameters, once each, with valid values."""
        given = dict(answers[0][1:])
        bits = {str(number): number for number in range(8, 16)}
        is_known = len(answers) == 1 and answers[0][0][0] == "permessage-deflate"
        is_valid = len(given) == len(answers[0]) - 1 and all(
            (name in ("server_no_context_takeover", "client_no_context_takeover") and value is None)
            or (name in ("server_max_window_bits", "client_max_window_bits") and value in bits)
            for name, value in answers[0][1:])
        if not is_known and has("extension-unchecked"):
            return
        # zlib cannot compress raw data with a window of 256 bytes.
        if not is_known or not (is_valid or has("deflate-answer-unchecked")) or given.get("client_max_window_bits") == "8":
            raise Refused("Sec-WebSocket-Extensions")
        self.deflate = base.Deflate(
            "client_no_context_takeover" in given, "server_no_context_takeover" in given,
            bits.get(given.get("client_max_window_bits"), 15), bits.get(given.get("server_max_window_bits"), 15))

    def echo(self, opcode, message):
        if self.collected is None:
            super().echo(opcode, message)
        else:
            self.collected.append(message)


def visit(address, path, collects=False):
    with socket.create_connection(address) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(sock, path)
        client.collected = [] if collects else None
        try:
            client.open()
            try:
                client.serve()
            except Failed as failed:
                if not has("failure-without-close"):
                    client.end(struct.pack("!H", failed.code))
        except (Refused, Gone, OSError):
            pass
        return client.collected


def main():
    host, port = re.fullmatch(r"ws://(.+):(\d+)", sys.argv[1]).groups()
    address = (host, int(port))
    assert sys.argv[2] in FAULTS, f"{sys.argv[2]}: no such fault"
    # How many there are is asked without a fault.
    count = int(visit(address, "/getCaseCount", collects=True)[0])
    base.FAULT = sys.argv[2]
    for number in range(1, count + 1):
        visit(address, f"/runCase?case={number}&agent=faulty")
    base.FAULT = "none"
    visit(address, "/updateReports?agent=faulty", collects=True)


main()
