"""A storm at the protocol door, without a library: clients that drop and recover while others publish, or that vanish at every stage.

chat_storm.py PORT recover CLIENTS PUBLICATIONS | vanish ROUNDS     prints one line of JSON with what was counted
"""
import asyncio
import json
import os
import random
import sys

PORT, MODE, NUMBERS = int(sys.argv[1]), sys.argv[2], [int(text) for text in sys.argv[3:]]
CHANNEL = "chat:storm"
REQUEST = (
    "GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
CONNECT = {"id": 1, "connect": {}}


def frame(*commands):
    """RFC 6455 §5.2: a masked text frame; the mask is zero, the payload stays as it is."""
    payload = "\n".join(json.dumps(command) for command in commands).encode()
    if len(payload) < 126:
        head = bytes([0x81, 0x80 | len(payload)])
    else:
        head = bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class Socket:
    """One connection: what it sends, and the messages it gets."""

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", PORT)
        self.writer.write(REQUEST)
        self.buffer = b""
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        return self

    def send(self, *commands):
        self.writer.write(frame(*commands))

    async def messages(self):
        """What has come, at least one message. Pings are answered and not shown."""
        found = []
        while not found:
            data = await self.reader.read(1 << 18)
            assert data, "the connection has ended"
            self.buffer += data
            start = 0
            while (end := self.end(start)) is not None:
                start, length = end
                payload = self.buffer[start - length:start]
                for line in payload.split(b"\n"):
                    if line == b"{}":
                        self.send({})
                    else:
                        found.append(json.loads(line))
            self.buffer = self.buffer[start:]
        return found

    def end(self, start):
        """Where the frame that begins at `start` ends, and how long its payload is. None: it is not all here."""
        head, length = start + 2, 0
        if len(self.buffer) < head:
            return None
        assert self.buffer[start] == 0x81, f"closed: {self.buffer[start:start + 60]}"
        length = self.buffer[start + 1]
        if length >= 126:
            size = 2 if length == 126 else 8
            length = int.from_bytes(self.buffer[head:head + size], "big")
            head += size
        return (head + length, length) if len(self.buffer) >= head + length else None

    def drop(self):
        self.writer.transport.abort()


class Counted:
    gaps = duplicates = drops = recovered = unrecovered = lost = 0


async def subscriber(last, ready):
    """Hears every offset up to `last` once, in order, over as many connections as it takes."""
    offset, epoch, source = 0, "", random.Random(os.urandom(8))

    def hear(publication):
        nonlocal offset
        if publication["offset"] > offset + 1:
            Counted.gaps += 1
        elif publication["offset"] <= offset:
            Counted.duplicates += 1
        assert publication["data"] == publication["offset"], publication
        offset = max(offset, publication["offset"])

    while offset < last:
        socket = await Socket().open()
        wish = {"channel": CHANNEL}
        if epoch:
            wish.update(recover=True, epoch=epoch, offset=offset)
        # Both in one frame, as SDKs do.
        socket.send(CONNECT, {"id": 2, "subscribe": wish})
        until, subscribed = 0, False
        while offset < last:
            for message in await socket.messages():
                if "push" in message:
                    if "pub" in message["push"]:
                        hear(message["push"]["pub"])
                    elif "unsubscribe" in message["push"]:
                        Counted.lost += 1
                        until = 0
                elif message.get("id") == 2:
                    reply = message["subscribe"]
                    if epoch:
                        Counted.recovered += reply.get("recovered", False)
                        Counted.unrecovered += not reply.get("recovered", False)
                    epoch, subscribed = reply["epoch"], True
                    for publication in reply.get("publications", []):
                        hear(publication)
                    until = offset + source.randrange(last // 10, last // 2)
                    ready.release()
            if subscribed and offset >= until:
                break
        if offset < last:
            Counted.drops += 1
        socket.drop()


async def publish(numbers, batch):
    socket = await Socket().open()
    socket.send(CONNECT)
    await socket.messages()
    while numbers:
        part, numbers = numbers[:batch], numbers[batch:]
        socket.send(*({"id": number + 1, "publish": {"channel": CHANNEL, "data": number}} for number in part))
        answers = 0
        while answers < len(part):
            for message in await socket.messages():
                assert "publish" in message, message
                answers += 1
        await asyncio.sleep(0)
    socket.drop()


async def recover(clients, publications):
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(subscriber(publications, ready)) for _ in range(clients)]

    async def begin():
        for _ in range(clients):
            await ready.acquire()
        await publish(list(range(1, publications + 1)), 10)

    await asyncio.gather(begin(), *tasks)
    return {
        name: getattr(Counted, name)
        for name in ("gaps", "duplicates", "drops", "recovered", "unrecovered", "lost")}


async def vanish(rounds):
    """Connections that end without a word at every stage, many of them before an answer can have come."""
    subscribe = [{"id": number, "subscribe": {"channel": f"chat:{number}"}} for number in range(2, 20)]
    unsubscribe = [{"id": number + 50, "unsubscribe": {"channel": f"chat:{number}"}} for number in range(2, 20)]
    history = [{"id": number + 100, "history": {"channel": "chat:2", "limit": 100}} for number in range(200)]
    stages = [
        [], [CONNECT], [CONNECT] + subscribe, [CONNECT] + subscribe + unsubscribe, [CONNECT] + subscribe[:1] + history,
        [CONNECT] + (subscribe + unsubscribe) * 3,
    ]

    async def one(stage, wait):
        socket = await Socket().open()
        if stage:
            socket.send(*stage)
        if wait:
            await asyncio.sleep(random.random() * 0.003)
        await socket.writer.drain()
        socket.drop()

    for number in range(rounds):
        await asyncio.gather(*(one(stage, number % 2) for stage in stages * 5))
    return {"vanished": rounds * len(stages) * 5}


print(json.dumps(asyncio.run(asyncio.wait_for({"recover": recover, "vanish": vanish}[MODE](*NUMBERS), 90))))
