"""The chat server of the tutorial: FastAPI, WebSockets and Redis Pub/Sub. It knows nothing of Rookery; both share a Redis.

usage: tutorial_server.py PORT REDIS_URL
"""

import asyncio
import sys

import redis.asyncio as redis
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

CHANNEL = "chat_channel"
port, redis_url = int(sys.argv[1]), sys.argv[2]

app = FastAPI()
link = redis.from_url(redis_url)
connected: set[WebSocket] = set()
subscribed = asyncio.Event()


async def deliver_from_redis():
    """What arrives on the channel goes, as text, to everybody connected here."""
    async with link.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        async for message in subscription.listen():
            if message["type"] == "subscribe":
                subscribed.set()
            elif message["type"] == "message":
                line = message["data"].decode("utf-8")
                for websocket in list(connected):
                    try:
                        await websocket.send_text(line)
                    except Exception:
                        connected.discard(websocket)


@app.websocket("/ws/{client_id}")
async def chat(websocket: WebSocket, client_id: str):
    await websocket.accept()
    connected.add(websocket)
    try:
        while True:
            text = await websocket.receive_text()
            await link.publish(CHANNEL, f"Client #{client_id} says: {text}")
    except WebSocketDisconnect:
        connected.discard(websocket)
        await link.publish(CHANNEL, f"Client #{client_id} left the chat")


async def main():
    delivery = asyncio.create_task(deliver_from_redis())
    await asyncio.wait_for(subscribed.wait(), 20)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            return serving.result()
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await serving
    delivery.cancel()


asyncio.run(main())
