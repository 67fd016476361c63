"""WebSocket clients on other implementations that echo, driven as Autobahn's fuzzing server drives clients.

usage: conformance_clients.py websockets|websocket-client URL        (URL: ws://host:port)
"""

import asyncio
import sys

AGENT = sys.argv[1]
URL = sys.argv[2]
LIMIT = 80 << 20


async def websockets_client():
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    async def ask(path):
        async with connect(URL + path) as connection:
            return [message async for message in connection]

    count = int((await ask("/getCaseCount"))[0])
    for number in range(1, count + 1):
        try:
            async with connect(f"{URL}/runCase?case={number}&agent={AGENT}", max_size=LIMIT, ping_interval=None) as connection:
                async for message in connection:
                    await connection.send(message)
        except (WebSocketException, OSError, EOFError, asyncio.TimeoutError):
            pass
    await ask(f"/updateReports?agent={AGENT}")


def websocket_client():
    import websocket

    count_connection = websocket.create_connection(URL + "/getCaseCount", timeout=60)
    count = int(count_connection.recv())
    count_connection.close()
    for number in range(1, count + 1):
        connection = None
        try:
            connection = websocket.create_connection(f"{URL}/runCase?case={number}&agent={AGENT}", timeout=60)
            while connection.connected:
                opcode, data = connection.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    break
                connection.send(data, opcode)
        except (websocket.WebSocketException, OSError, ValueError):
            pass
        finally:
            if connection is not None:
                connection.shutdown()
    websocket.create_connection(f"{URL}/updateReports?agent={AGENT}", timeout=60).close()


if AGENT == "websockets":
    asyncio.run(websockets_client())
else:
    websocket_client()
