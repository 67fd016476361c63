"""Talks compressed to a rookery with --echo by another implementation (PyPI websockets, Python's zlib), once per line of a table.

usage: deflate_client.py PORT [STEP]
Each line is a set of parameters (RFC 7692 §7.1) that the client offers; with STEP, only every so many of them. Messages go both ways: empty, short, long, fragmented, such
that compress and such that do not. Prints one line per offer: what was agreed on, or what went wrong; the last line is "done".
"""

import asyncio
import os
import sys

from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

OFFERS = [{}, {"client_max_window_bits": True}]
OFFERS += [{"server_no_context_takeover": True}, {"client_no_context_takeover": True}]
OFFERS += [{"server_no_context_takeover": True, "client_no_context_takeover": True}]
OFFERS += [{"server_max_window_bits": bits} for bits in range(8, 16)]
OFFERS += [{"client_max_window_bits": bits} for bits in range(9, 16)]
OFFERS += [{"server_max_window_bits": 9, "client_max_window_bits": 9, "server_no_context_takeover": True}]

LINE = '{"type":"message","channel":"lobby","from":"ada","text":"The quick brown fox jumps over the lazy dog"}'
MESSAGES = [
    "",
    "hi",
    "Grüße 👋 κόσμε " * 40,
    LINE * 4,
    LINE * 500,
    b"",
    bytes(range(256)),
    os.urandom(20_000),
    bytes(60_000),
    "".join(chr(0x20 + i * 7919 % 0x5000) for i in range(15_000)),
]


async def talk(uri, offer):
    factory = ClientPerMessageDeflateFactory(**offer)
    async with connect(uri, extensions=[factory], compression=None, max_size=None) as socket:
        answer = socket.response.headers.get("Sec-WebSocket-Extensions")
        for message in MESSAGES + MESSAGES:
            await socket.send(message)
            assert await socket.recv() == message, f"{message[:40]!r} came back changed"
        pieces = [LINE * 3, "", "é" * 200, LINE]
        await socket.send(pieces)
        assert await socket.recv() == "".join(pieces), "a fragmented message came back changed"
        for number in range(200):
            await socket.send(f"{number} {LINE * (number % 7)}")
        for number in range(200):
            assert await socket.recv() == f"{number} {LINE * (number % 7)}", f"message {number} of 200"
        await (await socket.ping())
        return answer


async def main():
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for offer in OFFERS[::step]:
        try:
            print(offer, "->", await talk(f"ws://127.0.0.1:{sys.argv[1]}/echo", offer), flush=True)
        except Exception as problem:
            print(offer, "failed:", repr(problem)[:300], flush=True)
    print("done")


asyncio.run(main())
