"""Everything that cent (PyPI) can ask, of a node with a live client of centrifuge-python.

    cent_client.py PORT KEY

The node's channels have presence, joins and history, but those of the namespace bare have nothing. Exit status 0 and "fine" when all holds.
"""

import asyncio
import sys

import cent
from centrifuge import Client, ClientEventHandler, SubscriptionEventHandler

port, key = sys.argv[1:3]
heard = []


class Connection(ClientEventHandler):
    async def on_connected(self, ctx):
        heard.append(("connected", ctx.client))

    async def on_disconnected(self, ctx):
        heard.append(("disconnected", ctx.code, ctx.reason))

    async def on_subscribed(self, ctx):
        heard.append(("server subscribed", ctx.channel))

    async def on_unsubscribed(self, ctx):
        heard.append(("server unsubscribed", ctx.channel))

    async def on_publication(self, ctx):
        heard.append(("server publication", ctx.channel, ctx.pub.data))


class Subscription(SubscriptionEventHandler):
    async def on_publication(self, ctx):
        heard.append(("publication", ctx.pub.data, ctx.pub.tags))

    async def on_unsubscribed(self, ctx):
        heard.append(("unsubscribed", ctx.code))


async def hear(*wanted):
    """Waits until something that begins with `wanted` was heard, and gives it."""
    for _ in range(1000):
        for item in heard:
            if item[: len(wanted)] == wanted:
                return item
        await asyncio.sleep(0.01)
    raise AssertionError(f"not heard: {wanted}; heard: {heard}")


async def refused(code, request):
    try:
        await request
    except cent.CentApiResponseError as error:
        assert error.code == code, error
    else:
        raise AssertionError(f"{code} expected")


async def main():
    api = cent.AsyncClient(f"http://127.0.0.1:{port}/api", api_key=key)
    client = Client(f"ws://127.0.0.1:{port}/connection/websocket", events=Connection())
    await client.connect()
    name = (await hear("connected"))[1]
    subscription = client.new_subscription("news", events=Subscription())
    await subscription.subscribe()
    await subscription.ready()

    # publish, broadcast, history
    first = await api.publish(cent.PublishRequest(channel="news", data={"n": 1}, tags={"a": "b"}, idempotency_key="k"))
    assert first.offset == 1 and len(first.epoch) > 0, first
    again = await api.publish(cent.PublishRequest(channel="news", data={"n": 2}, idempotency_key="k"))
    assert again == first, again
    many = await api.broadcast(cent.BroadcastRequest(channels=["news", "other", "nowhere:1", "bare:1"], data={"n": 3}))
    assert many.responses[0].result.offset == 2 and many.responses[1].result.offset == 1, many
    assert many.responses[2].error.code == 102 and many.responses[3].result.offset == 0, many
    await hear("publication", {"n": 1}, {"a": "b"})
    await hear("publication", {"n": 3})
    assert ("publication", {"n": 2}, None) not in heard
    skipped = await api.publish(cent.PublishRequest(channel="news", data=[1], skip_history=True))
    assert skipped.offset == 0, skipped
    await hear("publication", [1])
    history = await api.history(cent.HistoryRequest(channel="news", limit=-1))
    assert [p.data for p in history.publications] == [{"n": 1}, {"n": 3}] and history.offset == 2, history
    assert history.publications[0].tags == {"a": "b"} and history.epoch == first.epoch, history
    since = cent.StreamPosition(offset=1, epoch=first.epoch)
    history = await api.history(cent.HistoryRequest(channel="news", limit=1, since=since))
    assert [p.offset for p in history.publications] == [2], history
    history = await api.history(cent.HistoryRequest(channel="news", limit=1, reverse=True))
    assert [p.offset for p in history.publications] == [2], history
    await refused(112, api.history(cent.HistoryRequest(channel="news", since=cent.StreamPosition(offset=1, epoch="other"))))
    await api.history_remove(cent.HistoryRemoveRequest(channel="news"))
    history = await api.history(cent.HistoryRequest(channel="news", limit=-1))
    assert history.publications == [] and history.offset == 2 and history.epoch == first.epoch, history
    await refused(108, api.history(cent.HistoryRequest(channel="bare:1")))
    await refused(102, api.history_remove(cent.HistoryRemoveRequest(channel="nowhere:1")))

    # presence, channels, info
    presence = await api.presence(cent.PresenceRequest(channel="news"))
    assert list(presence.presence) == [name] and presence.presence[name].client == name, presence
    stats = await api.presence_stats(cent.PresenceStatsRequest(channel="news"))
    assert (stats.num_clients, stats.num_users) == (1, 1), stats
    await refused(108, api.presence(cent.PresenceRequest(channel="bare:1")))
    channels = await api.channels(cent.ChannelsRequest())
    assert {c: i.num_clients for c, i in channels.channels.items()} == {"news": 1}, channels
    assert (await api.channels(cent.ChannelsRequest(pattern="n[a-e]*"))).channels.keys() == {"news"}
    assert (await api.channels(cent.ChannelsRequest(pattern="x*"))).channels == {}
    info = (await api.info(cent.InfoRequest())).nodes[0]
    assert (info.num_clients, info.num_users, info.num_channels, info.num_subs) == (1, 1, 1, 1) and info.uid, info

    # subscribe, unsubscribe
    await api.subscribe(cent.SubscribeRequest(user="", channel="pushed", client=name, data={"hi": 1}))
    await hear("server subscribed", "pushed")
    await api.publish(cent.PublishRequest(channel="pushed", data={"n": 4}))
    await hear("server publication", "pushed", {"n": 4})
    await api.subscribe(cent.SubscribeRequest(user="nobody", channel="never"))
    await api.unsubscribe(cent.UnsubscribeRequest(user="", channel="pushed"))
    await hear("server unsubscribed", "pushed")
    await api.unsubscribe(cent.UnsubscribeRequest(user="", channel="news"))
    await hear("unsubscribed", 2000)

    # batch
    for parallel in (False, True):
        batch = cent.BatchRequest(
            requests=[
                cent.PublishRequest(channel="batched", data=1),
                cent.HistoryRequest(channel="batched", limit=-1),
                cent.PresenceStatsRequest(channel="batched"),
                cent.InfoRequest(),
            ],
            parallel=parallel,
        )
        replies = (await api.batch(batch)).replies
        assert replies[1].offset == replies[0].offset and replies[3].nodes[0].uid == info.uid, replies

    # refresh and disconnect
    await api.refresh(cent.RefreshRequest(user="nobody", expired=True))
    await api.disconnect(cent.DisconnectRequest(user="", whitelist=[name]))
    await api.publish(cent.PublishRequest(channel="x", data=1))
    assert not [item for item in heard if item[0] == "disconnected"], heard
    await refused(107, api.disconnect(cent.DisconnectRequest(user="", disconnect=cent.Disconnect(code=1000, reason="x"))))
    await api.disconnect(cent.DisconnectRequest(user="", disconnect=cent.Disconnect(code=4500, reason="for a test")))
    assert (await hear("disconnected"))[1:] == (4500, "for a test"), heard
    assert ("server subscribed", "never") not in heard

    stranger = cent.AsyncClient(f"http://127.0.0.1:{port}/api", api_key="wrong")
    try:
        await stranger.info(cent.InfoRequest())
        raise AssertionError("let in")
    except cent.CentUnauthorizedError:
        pass
    print("fine")


asyncio.run(main())
