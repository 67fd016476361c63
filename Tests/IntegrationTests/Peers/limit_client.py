"""Drives `rookery-bench limit` with another implementation (PyPI websockets), which checks every frame that it reads.

usage: limit_client.py PORT [PREFIX]
Prints one line for each thing that was seen to be right; the last line is "done".
"""

import asyncio
import os
import sys

from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode

PORT = int(sys.argv[1])
PREFIX = sys.argv[2] if len(sys.argv) > 2 else ""
URI = f"ws://127.0.0.1:{PORT}/any/path?at=all"
SIZES = [0, 1, 125, 126, 127, 128, 1_000, 65_535, 65_536, 70_000, 300_000]


def open_connection(**settings):
    # Nothing is asked for but the handshake: an extension would be ignored.
    return connect(URI, compression=None, max_size=None, ping_interval=None, **settings)


async def take(connection, count):
    return [await connection.recv() for _ in range(count)]


async def reaches_all():
    clients = [await open_connection() for _ in range(20)]
    sent = []
    for number, size in enumerate(SIZES * 2):
        text = f"{number} " + "é" * (size // 2) + "x" * (size % 2)
        sent.append(PREFIX + text)
        await clients[number % len(clients)].send(text)
        # One after another: from several senders at once the order would be the server's choice.
        for client in clients:
            assert await client.recv() == sent[-1], f"message {number} of {size} bytes came back changed"
    for sender in clients[:3]:
        for number in range(500):
            await sender.send(f"burst {number}")
        for client in clients:
            got = await take(client, 500)
            assert got == [f"{PREFIX}burst {number}" for number in range(500)], "a burst came back changed"
    print("reaches all")
    await (await clients[0].ping(b"are you there"))
    print("answers a ping")
    # In an order in which those who move up leave, too.
    for client in clients[10::2] + clients[19:10:-2]:
        await client.close()
        assert client.close_code == 1000, client.close_code
    await clients[0].send("still here")
    for client in clients[:10]:
        assert await client.recv() == PREFIX + "still here"
    for client in clients[:10]:
        client.transport.abort()
    print("forgets who has left")


async def takes_cut_frames():
    listener = await open_connection()
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    head = f"GET / HTTP/1.1\r\nHost: x\r\nsec-websocket-KEY:  dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    texts = ["first", "second " * 40, "", "third " * 20_000, "fourth"]
    frames = b"".join(Frame(Opcode.TEXT, text.encode()).serialize(mask=True) for text in texts)
    bytes_ = head + frames
    # One at a time, then the rest in pieces of an odd size.
    for index in range(700):
        writer.write(bytes_[index : index + 1])
        await writer.drain()
    for index in range(700, len(bytes_), 30_011):
        writer.write(bytes_[index : index + 30_011])
        await writer.drain()
        await asyncio.sleep(0.005)
    answer = await reader.readuntil(b"\r\n\r\n")
    # RFC 6455 section 1.3 computes this key.
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer, answer
    assert await take(listener, len(texts)) == [PREFIX + text for text in texts], "cut frames came changed"
    writer.close()
    await listener.close()
    print("takes cut frames")


async def slow_reader():
    """One reads nothing while 48 MB are sent: far more than its socket takes, so its frames leave in parts."""
    slow = await open_connection(max_queue=1)
    others = [await open_connection() for _ in range(3)]
    block = os.urandom(15_000).hex()
    texts = [f"{number:05} " + block[: number * 37 % 30_000] for number in range(3_200)]

    async def publish():
        for text in texts:
            await others[0].send(text)

    async def check(client, name):
        for number, text in enumerate(texts):
            assert await client.recv() == PREFIX + text, f"{name}: message {number} came changed"

    publishing = asyncio.create_task(publish())
    await asyncio.gather(*(check(client, "reader") for client in others))
    await publishing
    await check(slow, "slow reader")
    for client in [slow, *others]:
        await client.close()
        assert client.close_code == 1000, client.close_code
    print("slow reader")


async def main():
    await reaches_all()
    await takes_cut_frames()
    await slow_reader()
    print("done")


asyncio.run(asyncio.wait_for(main(), 100))
