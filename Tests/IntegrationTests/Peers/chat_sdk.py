"""centrifuge-python, the official SDK, at the protocol door. chat_sdk.py PORT json|protobuf API-KEY SECRET

Holds everything below with the node on PORT, all at once, and prints `done` at the end; what is wrong ends it with a traceback. The node has
the namespaces of Tests/IntegrationTests/Chat/SDKTests.swift.
"""
import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request

import centrifuge

PORT, CODEC, KEY, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
PROTOBUF = CODEC == "protobuf"
URL = f"ws://127.0.0.1:{PORT}/connection/websocket"


def pack(value):
    return json.dumps(value, separators=(",", ":")).encode() if PROTOBUF else value


def unpack(data):
    return json.loads(data) if PROTOBUF else data


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(**claims):
    text = encoded(b'{"alg":"HS256","typ":"JWT"}') + "." + encoded(json.dumps(claims).encode())
    return text + "." + encoded(hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256))


async def api(method, **body):
    def post():
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/api/{method}", json.dumps(body).encode(), {"X-API-Key": KEY})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    answer = await asyncio.to_thread(post)
    assert "result" in answer, (method, body, answer)
    return answer["result"]


async def until(what, condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        await asyncio.sleep(0.005)


async def kill(one):
    """The socket of a client, without a word."""
    await one.ready(15)
    one._conn.transport.abort()


class Heard(centrifuge.SubscriptionEventHandler):
    """What one subscription has heard."""

    def __init__(self):
        self.publications, self.subscribed, self.ended, self.joins, self.leaves, self.errors = [], [], [], [], [], []

    async def on_publication(self, event):
        self.publications.append(event.pub)

    async def on_subscribed(self, event):
        self.subscribed.append(event)

    async def on_unsubscribed(self, event):
        self.ended.append(event)

    async def on_join(self, event):
        self.joins.append(event.info.client)

    async def on_leave(self, event):
        self.leaves.append(event.info.client)

    async def on_error(self, event):
        self.errors.append(event)

    @property
    def offsets(self):
        return [publication.offset for publication in self.publications]

    @property
    def data(self):
        return [unpack(publication.data) for publication in self.publications]


class Events(centrifuge.ClientEventHandler):
    """What one client has heard."""

    def __init__(self):
        self.ids, self.ends, self.connecting, self.publications, self.server = [], [], [], [], []

    async def on_connected(self, event):
        self.ids.append(event.client)

    async def on_connecting(self, event):
        self.connecting.append(event.code)

    async def on_disconnected(self, event):
        self.ends.append((event.code, event.reason))

    async def on_subscribed(self, event):
        self.server.append(event)

    async def on_publication(self, event):
        self.publications.append((event.channel, unpack(event.pub.data)))


async def client(user=None, **options):
    events = Events()
    if user is not None:
        options["token"] = token(sub=user, info={"name": user})
    made = centrifuge.Client(
        URL, events=events, use_protobuf=PROTOBUF, proxy=None, min_reconnect_delay=0.01, max_reconnect_delay=0.1,
        timeout=15, **options)
    await made.connect()
    return made, events


async def subscribed(of, channel, **options):
    heard = Heard()
    subscription = of.new_subscription(channel, events=heard, min_resubscribe_delay=0.01, **options)
    await subscription.subscribe()
    await subscription.ready(15)
    return subscription, heard


async def anonymous():
    one, events = await client()
    await one.ready(15)
    assert len(events.ids) == 1
    try:
        await one.publish("chat:anonymous", pack(1))
        raise AssertionError("published")
    except centrifuge.ReplyError as error:
        assert error.code == 103, error
    await one.disconnect()
    assert events.ends == [(0, "disconnect called")], events.ends


async def two_clients():
    (ann, ann_events), (bob, bob_events) = await client("ann"), await client("bob")
    one, heard_one = await subscribed(ann, "chat:two")
    await until("the own join", lambda: len(heard_one.joins) == 1)
    two, heard_two = await subscribed(bob, "chat:two")
    await until("the other's join", lambda: len(heard_one.joins) == 2)
    for number in range(20):
        await (one if number % 2 else two).publish(pack({"n": number}))
    for heard in (heard_one, heard_two):
        await until("twenty publications", lambda: len(heard.publications) >= 20)
        assert heard.offsets == list(range(1, 21)), heard.offsets
        assert heard.data == [{"n": number} for number in range(20)]
        first = heard.publications[0].info
        assert (first.user, first.client, unpack(first.conn_info)) == ("bob", bob_events.ids[0], {"name": "bob"})
    page = await one.history(limit=5, reverse=True)
    assert page.offset == 20 and [publication.offset for publication in page.publications] == [20, 19, 18, 17, 16]
    assert unpack(page.publications[0].data) == {"n": 19}
    since = centrifuge.StreamPosition(offset=3, epoch=page.epoch)
    page = await two.history(limit=2, since=since)
    assert [publication.offset for publication in page.publications] == [4, 5]
    presence = await two.presence()
    assert {key: info.user for key, info in presence.clients.items()} == {
        ann_events.ids[0]: "ann", bob_events.ids[0]: "bob"}
    numbers = await one.presence_stats()
    assert (numbers.num_clients, numbers.num_users) == (2, 2)
    await bob.disconnect()
    await until("the leave", lambda: heard_one.leaves == [bob_events.ids[0]])
    assert heard_one.joins == [ann_events.ids[0], bob_events.ids[0]]
    numbers = await one.presence_stats()
    assert (numbers.num_clients, numbers.num_users) == (1, 1)
    await ann.disconnect()


async def recovery():
    """Sockets are killed while another publishes: no gap, no duplicate."""
    (reader, events), (writer, _) = await client("reader"), await client("writer")
    _, heard = await subscribed(reader, "chat:kill")
    for number in range(300):
        await writer.publish("chat:kill", pack(number))
        if number % 50 == 25:
            await kill(reader)
    await until("all publications", lambda: len(heard.publications) >= 300)
    assert heard.offsets == list(range(1, 301)), heard.offsets
    assert heard.data == list(range(300))
    assert len(events.ids) >= 5 and len(set(events.ids)) == len(events.ids)
    assert all(event.recovered for event in heard.subscribed[1:])
    for one in (reader, writer):
        await one.disconnect()


async def loops():
    one, _ = await client("loop")
    subscription, heard = await subscribed(one, "chat:loop")
    for _ in range(10):
        await subscription.unsubscribe()
        await subscription.subscribe()
    await subscription.ready(15)
    numbers = await subscription.presence_stats()
    assert (numbers.num_clients, numbers.num_users) == (1, 1), numbers
    await one.disconnect()
    other, _ = await client("other")
    for _ in range(100):
        numbers = await other.presence_stats("chat:loop")
        if numbers.num_clients == 0:
            break
        await asyncio.sleep(0.02)
    assert numbers.num_clients == 0, numbers
    await other.disconnect()


async def personal():
    one, events = await client("pat")
    await until("the personal channel", lambda: len(events.server) == 1)
    assert events.server[0].channel == "mine:#pat" and events.server[0].recoverable
    await api("publish", channel="mine:#pat", data={"n": 1})
    await until("its publication", lambda: events.publications == [("mine:#pat", {"n": 1})])
    # What comes while it is away is recovered, at connect.
    await kill(one)
    await api("publish", channel="mine:#pat", data={"n": 2})
    await until("what it missed", lambda: len(events.publications) == 2)
    assert events.publications[1] == ("mine:#pat", {"n": 2})
    await one.disconnect()


async def refresh():
    """The connection outlives its tokens; an expired one makes the SDK ask for another."""
    asked = 0

    async def get():
        nonlocal asked
        asked += 1
        return token(sub="fresh", exp=int(time.time()) + 2)

    one, events = await client(token=token(sub="fresh", exp=int(time.time()) - 10), get_token=get)
    await one.ready(15)
    await until("two refreshes", lambda: asked >= 3, 20)
    await one.presence_stats("chat:fresh")
    assert len(events.ids) == 1 and not events.ends, (events.ids, events.ends)
    await one.disconnect()


async def subscription_tokens():
    one, events = await client("sub")
    asked = []

    async def get(channel):
        asked.append(channel)
        return token(sub="sub", channel=channel, exp=int(time.time()) + 2, info={"role": "mod"})

    subscription, heard = await subscribed(one, "$chat:secret", get_token=get)
    presence = await subscription.presence()
    assert unpack(presence.clients[events.ids[0]].chan_info) == {"role": "mod"}
    await until("a new token", lambda: len(asked) >= 2, 20)
    await subscription.publish(pack("still here"))
    await until("a publication", lambda: heard.data == ["still here"])
    assert len(heard.subscribed) == 1 and not heard.ended
    refused = Heard()

    async def wrong(channel):
        return token(sub="sub", channel="$chat:other")[:-8] + "AAAAAAAA"

    other = one.new_subscription("$chat:wrong", events=refused, get_token=wrong)
    await other.subscribe()
    await until("the refusal", lambda: len(refused.ended) == 1)
    assert refused.ended[0].code == 103, refused.ended
    await one.disconnect()


async def server_api():
    one, events = await client("api")
    _, heard = await subscribed(one, "chat:api")
    await api("publish", channel="chat:api", data={"text": "hi"}, tags={"lang": "en"})
    await until("the publication", lambda: heard.data == [{"text": "hi"}])
    assert heard.publications[0].tags == {"lang": "en"}
    await api("disconnect", user="api", disconnect={"code": 3011, "reason": "force reconnect"})
    await until("it is back", lambda: len(events.ids) == 2)
    await api("publish", channel="chat:api", data=2)
    await until("the next", lambda: heard.data == [{"text": "hi"}, 2])
    await api("unsubscribe", user="api", channel="chat:api")
    await until("the end of the subscription", lambda: len(heard.ended) == 1)
    assert (heard.ended[0].code, heard.ended[0].reason) == (2000, "server unsubscribe")
    await api("disconnect", user="api")
    await until("the end", lambda: events.ends == [(3503, "force disconnect")])


async def bytes_that_are_no_json():
    one, events = await client("bytes")
    _, heard = await subscribed(one, "bin:1")
    raw = b"\x00\xff{\n"
    await api("publish", channel="bin:1", b64data=base64.b64encode(raw).decode())
    if PROTOBUF:
        await until("the bytes", lambda: [publication.data for publication in heard.publications] == [raw])
        await one.disconnect()
    else:
        await until("the end", lambda: events.ends == [(3506, "inappropriate protocol")])


async def deltas():
    one, _ = await client("delta")
    _, heard = await subscribed(one, "chat:delta", delta=centrifuge.DeltaType.FOSSIL)
    text = "Grüße 🐦 " * 40
    for number in range(20):
        await api("publish", channel="chat:delta", delta=True, data={"n": number, "text": text + str(number)})
        if number == 10:
            await kill(one)
    await until("twenty publications", lambda: len(heard.publications) >= 20)
    assert heard.offsets == list(range(1, 21))
    assert heard.data == [{"n": number, "text": text + str(number)} for number in range(20)]
    # The SDK hides which of them were differences: without the kill all but the first are.
    await one.disconnect()


async def filters():
    one, _ = await client("filter")
    _, heard = await subscribed(one, "chat:filter", tags_filter=centrifuge.Filter.eq("lang", "en"))
    for number in range(10):
        await api("publish", channel="chat:filter", data=number, tags={"lang": "en" if number % 3 == 0 else "de"})
    await until("those in English", lambda: len(heard.publications) >= 4)
    assert heard.data == [0, 3, 6, 9], heard.data
    await one.disconnect()


async def state():
    """An impossible position is answered with 112: the SDK asks the application for another."""
    one, _ = await client("state")
    page = await api("publish", channel="chat:state", data=1)
    positions = [("_", 0), (page["epoch"], 0)]

    async def get(channel):
        epoch, offset = positions.pop(0)
        return centrifuge.StreamPosition(offset=offset, epoch=epoch)

    _, heard = await subscribed(one, "chat:state", get_state=get)
    await until("the first publication", lambda: heard.data == [1])
    assert not positions
    await one.disconnect()


async def bad_token():
    one, events = await client(token=token(sub="bad")[:-8] + "AAAAAAAA")
    await until("the refusal", lambda: events.ends == [(3500, "invalid token")])


async def main():
    await asyncio.gather(
        anonymous(), two_clients(), recovery(), loops(), personal(), refresh(), subscription_tokens(), server_api(),
        bytes_that_are_no_json(), deltas(), filters(), state(), bad_token())
    # All have gone, and with them what the node kept of them.
    for _ in range(200):
        node = (await api("info"))["nodes"][0]
        if node["num_clients"] == 0:
            break
        await asyncio.sleep(0.02)
    assert (node["num_clients"], node["num_subs"], node["num_channels"], node["num_users"]) == (0, 0, 0, 0), node
    print("done")


asyncio.run(asyncio.wait_for(main(), 60))
