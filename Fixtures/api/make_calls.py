#!/usr/bin/env python3
"""Writes calls.jsonl: calls of the HTTP API, what they ask of the channels, and their answers.

    pip install cent==5.2.0
    python3 Fixtures/api/make_calls.py

Bodies are what cent's request classes send; an answer is written only when cent reads from it what the channels gave.
"""
import json
import pathlib
from importlib.metadata import version

import cent

HERE = pathlib.Path(__file__).parent
CENT = f"cent {version('cent')}"
RULES = "the API's description"
lines = []


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def add(name, spec, origin, call, body, asked, given, **outcome):
    comment = outcome.pop("comment", None)
    line = {"id": name, "spec": f"HTTP API, {spec}", "origin": origin, "call": call, "body": body, "asked": asked,
        "given": given, **outcome}
    if comment:
        line["comment"] = comment
    lines.append(compact(line))


def accept(name, request, asked, given, result, reads=None, **more):
    """A call that cent makes and whose answer it understands."""
    answer = {"result": result}
    read = request.parse_response(compact(answer)).result
    for path, value in (reads or {}).items():
        found = read
        for part in path.split("."):
            found = found[part] if isinstance(found, dict) else getattr(found, part) if not part.isdigit() else found[int(part)]
        assert found == value, (name, path, found)
    method = request.api_method
    add(f"accept-{name}", method, CENT, method, compact(request.api_payload), asked, given, expect=answer, **more)


def plain(name, call, body, asked, given, expect, comment=None):
    """A call in words that cent does not send."""
    add(f"accept-{name}", call, RULES, call, compact(body), asked, given, expect=expect, **({"comment": comment} if comment else {}))


def reject(name, call, body, code, words, given=None, asked=None, comment=None):
    """`words` stand in the message."""
    text = body if isinstance(body, str) else compact(body)
    add(f"reject-{name}", call, RULES, call, text, asked or [], given or [], error={"code": code, "words": words},
        **({"comment": comment} if comment else {}))


place = {"offset": 9, "epoch": "xKqPzTbw"}
info = {"user": "7", "client": "c9"}

# publish
accept("publish", cent.PublishRequest(channel="chat:1", data={"text": "hi"}, tags={"lang": "en"}),
    [{"publish": {"channel": "chat:1", "data": {"text": "hi"}, "tags": {"lang": "en"}}}], [{"position": place}], place,
    {"offset": 9, "epoch": "xKqPzTbw"})
accept("publish-without-history", cent.PublishRequest(channel="a", data=[1, "é", {"x": False}]),
    [{"publish": {"channel": "a", "data": [1, "é", {"x": False}]}}], [{"position": None}], {}, {"offset": 0, "epoch": ""})
accept("publish-all-members", cent.PublishRequest(channel="a", data="text", skip_history=True, idempotency_key="k-1", delta=True),
    [{"publish": {"channel": "a", "data": "text", "skip_history": True, "idempotency_key": "k-1", "delta": True}}],
    [{"position": place}], place)
accept("publish-base64", cent.PublishRequest(channel="a", data=1, b64data="AP/+"),
    [{"publish": {"channel": "a", "hex": "00fffe"}}], [{"position": None}], {}, comment="b64data goes before data")
plain("publish-null", "publish", {"channel": "a", "data": None}, [{"publish": {"channel": "a", "data": None}}], [{"position": None}],
    {"result": {}}, "null is a JSON value like any other")
plain("publish-zero-members", "publish",
    {"channel": "a", "data": 0, "tags": None, "idempotency_key": "", "version": 0, "version_epoch": "", "b64data": ""},
    [{"publish": {"channel": "a", "data": 0}}], [{"position": None}], {"result": {}})
plain("publish-unknown-member", "publish", {"channel": "a", "data": 0, "colour": {"x": [1]}},
    [{"publish": {"channel": "a", "data": 0}}], [{"position": None}], {"result": {}})
reject("publish-no-channel", "publish", {"data": 1}, 107, ["channel", "missing"])
reject("publish-empty-channel", "publish", {"channel": "", "data": 1}, 107, ["channel", "empty"])
reject("publish-channel-number", "publish", {"channel": 7, "data": 1}, 107, ["channel", "a string", "a number", "byte 11"])
reject("publish-no-data", "publish", {"channel": "a"}, 107, ["data", "missing"])
reject("publish-bad-base64", "publish", {"channel": "a", "b64data": "AP/"}, 107, ["b64data", "Base64"])
reject("publish-tags-list", "publish", {"channel": "a", "data": 1, "tags": ["x"]}, 107, ["tags", "an object", "a list"])
reject("publish-tag-number", "publish", {"channel": "a", "data": 1, "tags": {"x": 1}}, 107, ["tags.x", "a string", "a number"])
reject("publish-flag-text", "publish", {"channel": "a", "data": 1, "skip_history": "yes"}, 107,
    ["skip_history", "true or false", "a string"])
reject("publish-long-key", "publish", {"channel": "a", "data": 1, "idempotency_key": "k" * 257}, 107, ["idempotency_key", "256"],
    comment="choice: keys are kept, so their length has an end")
reject("publish-version", "publish", {"channel": "a", "data": 1, "version": 3}, 108, ["version"],
    comment="choice: optional, and overlooked it would let an old state go over a new one")
reject("publish-unknown-namespace", "publish", {"channel": "nope:1", "data": 1}, 102, ["unknown channel"], [{"error": 102}],
    [{"publish": {"channel": "nope:1", "data": 1}}])
reject("publish-twice", "publish", '{"channel":"a","data":1,"tags":{"x":"1","x":"2"}}', 107, ["tags.x", "twice"],
    comment="choice: programs differ in which one counts")

# broadcast
accept("broadcast", cent.BroadcastRequest(channels=["a", "b"], data={}),
    [{"publish": {"channel": "a", "data": {}}}, {"publish": {"channel": "b", "data": {}}}],
    [{"position": {"offset": 1, "epoch": "aQ"}}, {"position": {"offset": 4, "epoch": "Zt"}}],
    {"responses": [{"result": {"offset": 1, "epoch": "aQ"}}, {"result": {"offset": 4, "epoch": "Zt"}}]},
    {"responses.1.result.offset": 4})
accept("broadcast-one-refused", cent.BroadcastRequest(channels=["a", "nope:1", "b"], data=1, idempotency_key="k"),
    [{"publish": {"channel": name, "data": 1, "idempotency_key": "k"}} for name in ("a", "nope:1", "b")],
    [{"position": None}, {"error": 102}, {"position": place}],
    {"responses": [{"result": {}}, {"error": {"code": 102, "message": "unknown channel"}}, {"result": place}]},
    {"responses.1.error.code": 102, "responses.2.result.epoch": "xKqPzTbw"})
reject("broadcast-no-channels", "broadcast", {"data": 1}, 107, ["channels"])
reject("broadcast-empty-channels", "broadcast", {"channels": [], "data": 1}, 107, ["channels"])
reject("broadcast-channel-number", "broadcast", {"channels": ["a", 1], "data": 1}, 107, ["channels[1]", "a string", "a number"])

# connections
accept("subscribe", cent.SubscribeRequest(user="7", channel="a"),
    [{"subscribe": {"user": "7", "channel": "a"}}], [{}], {})
accept("subscribe-all-members", cent.SubscribeRequest(user="7", channel="a", client="c9", info={"x": 1}, data=[2],
        recover_since=cent.StreamPosition(offset=5, epoch="ep"),
        override=cent.ChannelOptionsOverride(presence=cent.BoolValue(value=True), join_leave=cent.BoolValue(value=False),
            force_push_join_leave=cent.BoolValue(value=True), force_positioning=cent.BoolValue(value=True),
            force_recovery=cent.BoolValue(value=False))),
    [{"subscribe": {"user": "7", "client": "c9", "channel": "a", "info": {"x": 1}, "data": [2], "recover_since": {"offset": 5, "epoch": "ep"},
        "override": {"presence": True, "join_leave": False, "force_push_join_leave": True, "force_positioning": True, "force_recovery": False}}}],
    [{}], {})
accept("subscribe-base64", cent.SubscribeRequest(user="7", channel="a", b64info="eyJ4IjoxfQ==", b64data="WzJd"),
    [{"subscribe": {"user": "7", "channel": "a", "info": {"x": 1}, "data": [2]}}], [{}], {})
plain("subscribe-expiry", "subscribe", {"user": "7", "channel": "a", "expire_at": 1800000000},
    [{"subscribe": {"user": "7", "channel": "a", "expire_at": 1800000000}}], [{}], {"result": {}})
plain("subscribe-session", "subscribe", {"user": "7", "channel": "a", "session": "s"}, [], [], {"result": {}},
    "only transports that are left out have sessions, so nobody is meant")
reject("subscribe-no-channel", "subscribe", {"user": "7"}, 107, ["channel", "missing"])
reject("subscribe-no-user", "subscribe", {"channel": "a"}, 107, ["user", "missing"],
    comment="choice: a user that was forgotten is not the anonymous one")
reject("subscribe-override-boolean", "subscribe", {"user": "7", "channel": "a", "override": {"presence": True}}, 107,
    ["override.presence", "an object", "a boolean"])
reject("subscribe-value-text", "subscribe", {"user": "7", "channel": "a", "override": {"presence": {"value": "1"}}}, 107,
    ["override.presence.value", "true or false", "a string"])
reject("subscribe-bad-position", "subscribe", {"user": "7", "channel": "a", "recover_since": {"offset": -1}}, 107,
    ["recover_since.offset", "-1"])
accept("unsubscribe", cent.UnsubscribeRequest(user="7", channel="a", client="c9"),
    [{"unsubscribe": {"user": "7", "client": "c9", "channel": "a"}}], [{}], {})
accept("unsubscribe-anonymous", cent.UnsubscribeRequest(user="", channel="a"),
    [{"unsubscribe": {"user": "", "channel": "a"}}], [{}], {})
reject("unsubscribe-no-channel", "unsubscribe", {"user": "7"}, 107, ["channel", "missing"])
accept("disconnect", cent.DisconnectRequest(user="7"),
    [{"disconnect": {"user": "7", "code": 3503, "reason": "force disconnect"}}], [{}], {})
accept("disconnect-code", cent.DisconnectRequest(user="7", client="c9", whitelist=["c1", "c2"],
        disconnect=cent.Disconnect(code=4000, reason="go away")),
    [{"disconnect": {"user": "7", "client": "c9", "code": 4000, "reason": "go away", "whitelist": ["c1", "c2"]}}], [{}], {})
for code in (2999, 5000, 1000, 65536):
    reject(f"disconnect-code-{code}", "disconnect", {"user": "7", "disconnect": {"code": code, "reason": "x"}}, 107,
        ["disconnect.code", str(code)], comment="choice: other codes are not legal in a Close frame")
reject("disconnect-long-reason", "disconnect", {"user": "7", "disconnect": {"code": 4000, "reason": "é" * 62}}, 107,
    ["disconnect.reason", "123"])
reject("disconnect-json-reason", "disconnect", {"user": "7", "disconnect": {"code": 4000, "reason": "{\"reconnect\":true}"}}, 107,
    ["disconnect.reason", "JSON"], comment="choice: an SDK reads a reason as JSON first")
reject("disconnect-no-user", "disconnect", {}, 107, ["user", "missing"], comment="choice: as for subscribe")
accept("refresh", cent.RefreshRequest(user="7", client="c9", expire_at=1800000000),
    [{"refresh": {"user": "7", "client": "c9", "expire_at": 1800000000}}], [{}], {})
accept("refresh-endless", cent.RefreshRequest(user="7"), [{"refresh": {"user": "7"}}], [{}], {})
accept("refresh-expired", cent.RefreshRequest(user="7", expired=True), [{"expire": {"user": "7"}}], [{}], {})
plain("refresh-past", "refresh", {"user": "7", "expire_at": 1000000000}, [{"expire": {"user": "7"}}], [{}], {"result": {}})
plain("refresh-info", "refresh", {"user": "7", "expire_at": 1800000000, "info": {"name": "Ann"}},
    [{"refresh": {"user": "7", "expire_at": 1800000000, "info": {"name": "Ann"}}}], [{}], {"result": {}})
reject("refresh-negative", "refresh", {"user": "7", "expire_at": -1}, 107, ["expire_at", "-1"])

# channels
accept("presence", cent.PresenceRequest(channel="chat:1"), [{"presence": {"channel": "chat:1"}}], [{"presence": {"c9": info}}],
    {"presence": {"c9": info}}, {"presence.c9.user": "7"})
accept("presence-empty", cent.PresenceRequest(channel="chat:1"), [{"presence": {"channel": "chat:1"}}], [{"presence": {}}],
    {"presence": {}}, {"presence": {}})
full = {"user": "", "client": "c1", "conn_info": {"name": "é"}, "chan_info": [1]}
accept("presence-infos", cent.PresenceRequest(channel="a"), [{"presence": {"channel": "a"}}], [{"presence": {"c1": full}}],
    {"presence": {"c1": full}}, {"presence.c1.conn_info": {"name": "é"}, "presence.c1.chan_info": [1], "presence.c1.user": ""})
reject("presence-off", "presence", {"channel": "a"}, 108, ["not available"], [{"error": 108}], [{"presence": {"channel": "a"}}])
accept("presence-stats", cent.PresenceStatsRequest(channel="a"), [{"presence_stats": {"channel": "a"}}],
    [{"presence_stats": {"num_clients": 3, "num_users": 2}}], {"num_clients": 3, "num_users": 2}, {"num_clients": 3})
accept("presence-stats-zero", cent.PresenceStatsRequest(channel="a"), [{"presence_stats": {"channel": "a"}}],
    [{"presence_stats": {"num_clients": 0, "num_users": 0}}], {"num_clients": 0, "num_users": 0})
one = {"data": {"x": 1}, "offset": 1}
two = {"data": "t", "offset": 2, "info": full, "tags": {"a": "b"}}
accept("history", cent.HistoryRequest(channel="a", limit=-1), [{"history": {"channel": "a", "limit": -1}}],
    [{"history": {"publications": [one, two], "epoch": "ep", "offset": 2}}],
    {"publications": [one, two], "epoch": "ep", "offset": 2},
    {"publications.1.info.conn_info": {"name": "é"}, "publications.1.tags": {"a": "b"}, "offset": 2})
accept("history-position", cent.HistoryRequest(channel="a"), [{"history": {"channel": "a"}}],
    [{"history": {"publications": [], "epoch": "ep", "offset": 0}}], {"publications": [], "epoch": "ep", "offset": 0},
    {"publications": [], "epoch": "ep"})
accept("history-since", cent.HistoryRequest(channel="a", limit=10, since=cent.StreamPosition(offset=5, epoch="ep"), reverse=True),
    [{"history": {"channel": "a", "limit": 10, "since": {"offset": 5, "epoch": "ep"}, "reverse": True}}],
    [{"history": {"publications": [], "epoch": "ep", "offset": 9}}], {"publications": [], "epoch": "ep", "offset": 9})
plain("history-binary", "history", {"channel": "a", "limit": 1}, [{"history": {"channel": "a", "limit": 1}}],
    [{"history": {"publications": [{"hex": "00fffe", "offset": 1}], "epoch": "ep", "offset": 1}}],
    {"result": {"publications": [{"b64data": "AP/+", "offset": 1}], "epoch": "ep", "offset": 1}},
    "choice: what a client published in Protobuf is no JSON")
reject("history-unrecoverable", "history", {"channel": "a", "since": {"offset": 1, "epoch": "old"}}, 112, ["unrecoverable position"],
    [{"error": 112}], [{"history": {"channel": "a", "since": {"offset": 1, "epoch": "old"}}}])
reject("history-reverse-from-zero", "history", {"channel": "a", "limit": 1, "since": {"offset": 0, "epoch": ""}, "reverse": True}, 107,
    ["since.offset"])
reject("history-large-limit", "history", {"channel": "a", "limit": 2147483648}, 107, ["limit", "2147483648"])
reject("history-fraction", "history", '{"channel":"a","limit":1.5}', 107, ["limit", "1.5"])
accept("history-remove", cent.HistoryRemoveRequest(channel="a"), [{"history_remove": {"channel": "a"}}], [{}], {})
accept("channels", cent.ChannelsRequest(), [{"channels": {}}], [{"channels": {"a": 2, "b": 0}}], {"channels": {"a": {"num_clients": 2}}},
    {"channels.a.num_clients": 2}, comment="a channel without a subscriber is none")
accept("channels-pattern", cent.ChannelsRequest(pattern="{room,news}:[!a]*"), [{"channels": {}}],
    [{"channels": {"room:b1": 1, "room:a1": 1, "lobby:b": 1, "news:": 1}}], {"channels": {"room:b1": {"num_clients": 1}}})
reject("channels-bad-pattern", "channels", {"pattern": "[a"}, 107, ["pattern", "not closed"])
node = {"uid": "u1", "name": "n1", "version": "1.0", "num_clients": 3, "num_users": 2, "num_channels": 1, "num_subs": 0, "uptime": 60}
accept("info", cent.InfoRequest(), [{"info": {}}], [{"node": node}], {"nodes": [node]}, {"nodes.0.num_subs": 0, "nodes.0.uid": "u1"})
reject("rpc", "rpc", {"method": "x", "params": {}}, 104, ["method not found"])
reject("rpc-no-method", "rpc", {}, 107, ["method", "missing"])

# batch
def batch(name, body, asked, given, replies, comment=None):
    plain(f"batch{name}", "batch", body, asked, given, {"replies": replies}, comment)


request = cent.BatchRequest(requests=[cent.PublishRequest(channel="a", data=1), cent.PresenceRequest(channel="a")])
answer = {"replies": [{"publish": {"offset": 2, "epoch": "aQ"}}, {"presence": {"presence": {}}}]}
read = request.parse_response(compact(answer)).result.replies
assert read[0].offset == 2 and read[1].presence == {}
for parallel in (False, True):
    add(f"accept-batch-{'parallel' if parallel else 'in-order'}", "batch", CENT, "batch",
        compact({**request.api_payload, "parallel": parallel}),
        [{"publish": {"channel": "a", "data": 1}}, {"presence": {"channel": "a"}}],
        [{"position": {"offset": 2, "epoch": "aQ"}}, {"presence": {}}], expect=answer)
batch("-empty", {"commands": []}, [], [], [])
batch("-errors", {"commands": [{"presence": {"channel": "nope:1"}}, {"publish": {"channel": "a", "data": 1}}]},
    [{"presence": {"channel": "nope:1"}}, {"publish": {"channel": "a", "data": 1}}], [{"error": 102}, {"position": None}],
    [{"error": {"code": 102, "message": "unknown channel"}}, {"publish": {}}])
reject("batch-no-list", "batch", {"commands": {}}, 107, ["commands", "a list", "an object"])
reject("batch-flag", "batch", {"commands": [], "parallel": 1}, 107, ["parallel", "true or false"])

header = {"schema": 1, "family": "api", "members": "call: the method; body: the text sent; asked: what is asked of the channels, in order, without members that are zero (hex: data that are no JSON); given: what they answer, in that order (error: a code); expect: the whole answer; error: its code, and words of its message. The clock says 1700000000."}
(HERE / "calls.jsonl").write_text(json.dumps(header) + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
print(len(lines), "cases")
