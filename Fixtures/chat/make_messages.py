#!/usr/bin/env python3
"""Writes commands.jsonl and messages.jsonl: each message of the client protocol in JSON and in Protobuf.

    pip install centrifuge-python==0.7.0
    python3 Fixtures/chat/make_messages.py

The Protobuf bytes come from the message module inside that package, made from the same members as the JSON text.
"""
import json
import pathlib
from importlib.metadata import version

from centrifuge.protocol import client_pb2 as pb

HERE = pathlib.Path(__file__).parent
ORIGIN = f"protobuf {version('protobuf')}, message module of centrifuge-python {version('centrifuge-python')}"
RAW = {"data", "conn_info", "chan_info"}


def fill(message, members):
    """Sets the members of a message from their JSON form."""
    fields = message.DESCRIPTOR.fields_by_name
    for name, value in members.items():
        field = fields[name]
        target = getattr(message, name)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            for key, item in value.items():
                if isinstance(item, dict):
                    target[key].SetInParent()
                    fill(target[key], item)
                else:
                    target[key] = item
        elif field.is_repeated and field.message_type is not None:
            for item in value:
                fill(target.add(), item)
        elif field.is_repeated:
            target.extend(value)
        elif field.message_type is not None:
            target.SetInParent()
            fill(target, value)
        elif name in RAW:
            setattr(message, name, compact(value).encode())
        else:
            setattr(message, name, value)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def delimited(message):
    data = message.SerializeToString(deterministic=True)
    return varint(len(data)) + data


def case(kind, name, members, comment=None):
    message = kind()
    fill(message, members)
    line = {"id": "accept-" + name, "spec": "client protocol, messages", "origin": ORIGIN, "json": compact(members),
        "protobuf": delimited(message).hex()}
    if comment:
        line["comment"] = comment
    return line


ANN = {"user": "42", "client": "0b7c1d0e-5d0b-4c2f-9a43-2f6f0a3d9c11", "conn_info": {"name": "Ann"}, "chan_info": {"role": "mod"}}
COMMANDS = [
    ("connect-bare", {"id": 1, "connect": {}}, None),
    ("connect", {"id": 1, "connect": {"token": "a.b.c", "data": {"x": [1, None, "é"]}, "name": "js", "version": "1.2",
        "headers": {"x-a": "1"}}}, None),
    ("connect-with-positions", {"id": 1, "connect": {"subs": {"#42": {"recover": True, "offset": 7, "epoch": "xKqPzTbw"}}}}, None),
    ("connect-with-an-empty-position", {"id": 1, "connect": {"subs": {"news": {}}}}, None),
    ("subscribe", {"id": 2, "subscribe": {"channel": "chat:1"}}, None),
    ("subscribe-with-everything", {"id": 4294967295, "subscribe": {"channel": "chat:é", "token": "t", "recover": True,
        "epoch": "xKqPzTbw", "offset": 9007199254740991, "data": "text", "positioned": True, "recoverable": True,
        "join_leave": True, "delta": "fossil", "flag": 3}}, None),
    ("subscribe-from-the-largest-offset", {"id": 3, "subscribe": {"channel": "c", "offset": 18446744073709551615}}, None),
    ("subscribe-with-a-filter", {"id": 3, "subscribe": {"channel": "c", "tf": {"op": "and", "nodes": [
        {"key": "level", "cmp": "in", "vals": ["1", "2"]}, {"op": "not", "nodes": [{"key": "b", "cmp": "eq", "val": "x"}]}]}}}, None),
    ("unsubscribe", {"id": 3, "unsubscribe": {"channel": "chat:1"}}, None),
    ("publish-an-object", {"id": 3, "publish": {"channel": "chat:1", "data": {"text": "hello", "n": 1.5}}}, None),
    ("publish-a-number", {"id": 3, "publish": {"channel": "chat:1", "data": 0}}, "0 is a payload, not a missing one"),
    ("publish-an-empty-string", {"id": 3, "publish": {"channel": "chat:1", "data": ""}}, None),
    ("presence", {"id": 5, "presence": {"channel": "chat:1"}}, None),
    ("presence-stats", {"id": 5, "presence_stats": {"channel": "chat:1"}}, None),
    ("history", {"id": 6, "history": {"channel": "chat:1", "limit": 10, "since": {"offset": 5, "epoch": "e"}, "reverse": True}}, None),
    ("history-without-a-limit", {"id": 6, "history": {"channel": "chat:1", "limit": -1}}, "a negative number is ten bytes of Protobuf"),
    ("rpc", {"id": 7, "rpc": {"method": "m", "data": [1]}}, None),
    ("send", {"send": {"data": {"a": 1}}}, None),
    ("refresh", {"id": 8, "refresh": {"token": "t"}}, None),
    ("sub-refresh", {"id": 9, "sub_refresh": {"channel": "c", "token": "t"}}, None),
    ("pong", {}, None),
]
MESSAGES = [
    ("ping", {}, None),
    ("error", {"id": 1, "error": {"code": 102, "message": "unknown channel"}}, None),
    ("temporary-error", {"id": 1, "error": {"code": 100, "message": "internal server error", "temporary": True}}, None),
    ("connect", {"id": 1, "connect": {"client": "c", "version": "0.1.0", "expires": True, "ttl": 60, "ping": 25, "pong": True}}, None),
    ("connect-with-subscriptions", {"id": 1, "connect": {"client": "c", "version": "0.1.0", "data": {"a": 1}, "subs": {
        "#42": {"recoverable": True, "epoch": "mBdQwErt", "positioned": True}}, "time": 1763740800123}}, None),
    ("connect-with-an-empty-subscription", {"id": 1, "connect": {"client": "c", "version": "v", "subs": {"news": {}}}}, None),
    ("subscribe", {"id": 2, "subscribe": {"expires": True, "ttl": 300, "recoverable": True, "epoch": "xKqPzTbw",
        "publications": [{"data": {"text": "six"}, "offset": 6}, {"data": {"text": "seven"}, "info": {"user": "7", "client": "c7"},
        "offset": 7}], "recovered": True, "offset": 5, "positioned": True, "was_recovering": True}}, None),
    ("subscribe-bare", {"id": 2, "subscribe": {}}, "the member stands although it is empty"),
    ("subscribe-with-delta", {"id": 2, "subscribe": {"data": 1, "delta": True}}, None),
    ("unsubscribe", {"id": 3, "unsubscribe": {}}, None),
    ("publish", {"id": 3, "publish": {}}, None),
    ("presence", {"id": 5, "presence": {"presence": {"c": ANN}}}, None),
    ("presence-stats", {"id": 5, "presence_stats": {"num_clients": 2, "num_users": 1}}, None),
    ("history", {"id": 6, "history": {"publications": [{"data": "x", "offset": 8, "tags": {"a": "b"}}], "epoch": "e", "offset": 8}}, None),
    ("rpc", {"id": 7, "rpc": {"data": {"ok": True}}}, None),
    ("refresh", {"id": 8, "refresh": {"expires": True, "ttl": 3600}}, None),
    ("refresh-for-ever", {"id": 8, "refresh": {}}, None),
    ("sub-refresh", {"id": 9, "sub_refresh": {"expires": True, "ttl": 600}}, None),
    ("push-publication", {"push": {"channel": "chat:1", "pub": {"data": {"text": "hello"}, "info": ANN, "offset": 8}}}, None),
    ("push-long-publication", {"push": {"channel": "chat:1", "pub": {"data": "x" * 300, "tags": {"k": "v"}}}}, "lengths of two bytes"),
    ("push-delta", {"push": {"channel": "c", "pub": {"data": "3\n3:abc1XObC0;", "offset": 2, "delta": True}}}, None),
    ("push-join", {"push": {"channel": "chat:1", "join": {"info": {"user": "42", "client": "c"}}}}, None),
    ("push-leave", {"push": {"channel": "chat:1", "leave": {"info": ANN}}}, None),
    ("push-unsubscribe", {"push": {"channel": "chat:1", "unsubscribe": {"code": 2500, "reason": "insufficient state"}}}, None),
    ("push-subscribe", {"push": {"channel": "c", "subscribe": {"recoverable": True, "epoch": "e", "offset": 3, "positioned": True,
        "data": {"a": 1}}}}, None),
    ("push-message", {"push": {"message": {"data": {"a": 1}}}}, None),
    ("push-refresh", {"push": {"refresh": {"expires": True, "ttl": 60}}}, None),
]


def write(name, kind, cases, members):
    lines = [{"schema": 1, "family": "chat", "members": members}]
    lines += [case(kind, *each) for each in cases]
    (HERE / name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


if __name__ == "__main__":
    write("commands.jsonl", pb.Command, COMMANDS,
        "json: a client's message as text; protobuf: the same behind its length. A decoder gives the same for both; its members are those of json.")
    write("messages.jsonl", pb.Reply, MESSAGES,
        "json: a server's message as text; protobuf: the same behind its length. An encoder writes the JSON with these members, in any order, and these bytes.")
