"""A WebSocket echo server on another implementation (PyPI websockets): the kit's own clients are tried on it.

usage: echo_server.py PORT
A text message "close CODE" makes the server close with that code; "say N" makes it send N numbered messages.
"""

import asyncio
import sys

from websockets.asyncio.server import serve


async def talk(connection):
    async for message in connection:
        if isinstance(message, str) and message.startswith("close "):
            await connection.close(int(message.split()[1]), "as you wish")
        elif isinstance(message, str) and message.startswith("say "):
            for number in range(int(message.split()[1])):
                await connection.send(f"message {number}")
        else:
            await connection.send(message)


async def main():
    async with serve(talk, "127.0.0.1", int(sys.argv[1]), max_size=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


asyncio.run(main())
