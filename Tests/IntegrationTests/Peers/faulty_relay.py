"""A WebSocket server that sends what anybody says to everybody, and does it wrong on purpose, for load generators that must notice.

usage: faulty_relay.py PORT [FAULT=N]...
The faults happen to the connection that came second, counted by its messages from 0: drop=N:COUNT, duplicate=N, swap=N (with
the one behind it), corrupt=N (one bit of the last byte), reset=N (the connection ends there).
"""

import asyncio
import sys

from websockets.asyncio.server import serve

faults = dict(word.split("=") for word in sys.argv[2:])
drop_from, drop_count = (int(number) for number in faults.get("drop", "0:0").split(":"))
duplicate, swap, corrupt, reset = (int(faults.get(name, -1)) for name in ("duplicate", "swap", "corrupt", "reset"))
connections = []
sent = 0
held = None


async def send_wrongly(connection, text):
    """The second connection's way."""
    global sent, held
    number = sent
    sent += 1
    if drop_from <= number < drop_from + drop_count:
        return
    if number == reset:
        connection.transport.abort()
        return
    if number == corrupt:
        text = text[:-1] + chr(ord(text[-1]) ^ 1)
    if number == swap:
        held = text
        return
    await connection.send(text)
    if number == swap + 1 and held is not None:
        await connection.send(held)
    if number == duplicate:
        await connection.send(text)


async def talk(connection):
    connections.append(connection)
    async for message in connection:
        for number, other in enumerate(connections):
            try:
                if number == 1:
                    await send_wrongly(other, "Relay: " + message)
                else:
                    await other.send("Relay: " + message)
            except Exception:
                pass


async def main():
    async with serve(talk, "127.0.0.1", int(sys.argv[1]), max_size=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


asyncio.run(main())
