"""WebSocket echo servers on other implementations, for the conformance tests.

usage: conformance_peers.py PORT websockets|aiohttp|wsproto
"""

import asyncio
import sys

LIMIT = 32 << 20


async def websockets_server(port):
    from websockets.asyncio.server import serve

    async def talk(connection):
        async for message in connection:
            await connection.send(message)

    async with serve(talk, "127.0.0.1", port, max_size=LIMIT, ping_interval=None) as server:
        print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


async def aiohttp_server(port):
    from aiohttp import WSMsgType, web

    async def talk(request):
        connection = web.WebSocketResponse(max_msg_size=LIMIT)
        await connection.prepare(request)
        async for message in connection:
            if message.type == WSMsgType.TEXT:
                await connection.send_str(message.data)
            elif message.type == WSMsgType.BINARY:
                await connection.send_bytes(message.data)
        return connection

    application = web.Application()
    application.router.add_get("/", talk)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(f"ready {site._server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


async def wsproto_server(port):
    """As its documentation says: bytes in, events out, the rest is the server's."""
    from wsproto import ConnectionType, WSConnection
    from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, RejectConnection, Request, TextMessage
    from wsproto.extensions import PerMessageDeflate
    from wsproto.utilities import RemoteProtocolError

    async def talk(reader, writer):
        connection = WSConnection(ConnectionType.SERVER)
        parts = {"text": [], "binary": []}
        is_open = True
        try:
            while is_open:
                data = await reader.read(1 << 16)
                try:
                    connection.receive_data(data or None)
                    events = list(connection.events())
                except RemoteProtocolError as error:
                    hint = error.event_hint or RejectConnection(status_code=400)
                    writer.write(connection.send(hint))
                    break
                for event in events:
                    if isinstance(event, Request):
                        writer.write(connection.send(AcceptConnection(extensions=[PerMessageDeflate()])))
                    elif isinstance(event, Ping):
                        writer.write(connection.send(event.response()))
                    elif isinstance(event, CloseConnection):
                        if data:
                            writer.write(connection.send(event.response()))
                        is_open = False
                    elif isinstance(event, TextMessage):
                        parts["text"].append(event.data)
                        if event.message_finished:
                            writer.write(connection.send(TextMessage(data="".join(parts["text"]))))
                            parts["text"].clear()
                    elif isinstance(event, BytesMessage):
                        parts["binary"].append(bytes(event.data))
                        if event.message_finished:
                            writer.write(connection.send(BytesMessage(data=b"".join(parts["binary"]))))
                            parts["binary"].clear()
                await writer.drain()
                if not data:
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


servers = {"websockets": websockets_server, "aiohttp": aiohttp_server, "wsproto": wsproto_server}
asyncio.run(servers[sys.argv[2]](int(sys.argv[1])))
