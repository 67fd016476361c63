"""Runs the RESP cases against hiredis and the frame cases against wsproto (PyPI), and compares with Fixtures/disagreements.jsonl.

    disagreements.py FIXTURES [LIST]     exit 1 on a disagreement that is not listed, and on a listed one that is none any more
    disagreements.py FIXTURES --write    prints the disagreements of now, with the reasons of the list where it has them

What a peer cannot tell apart is not compared: hiredis gives the same Python object for all strings, big numbers among them.
"""

import importlib.metadata
import json
import math
import pathlib
import sys

import hiredis
import wsproto.connection
import wsproto.events
import wsproto.extensions

fixtures = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(fixtures))
sys.path.insert(0, str(fixtures / "reference"))
import cases  # noqa: E402

HIREDIS = "hiredis " + importlib.metadata.version("hiredis")
WSPROTO = "wsproto " + importlib.metadata.version("wsproto")


# hiredis


def seen(value):
    """A value of a case as hiredis shows it, as a text that can be compared."""
    kind, v = value["t"], value.get("v")
    if kind in ("simple", "bulk", "verbatim", "bignum"):
        return "string " + (v if isinstance(v, str) else "hex " + v["hex"])
    if kind in ("error", "bulkerror"):
        return "error " + (v if isinstance(v, str) else "hex " + v["hex"])
    if kind == "int":
        return "number " + v
    if kind == "double":
        return "double " + repr(float(v))
    if kind == "map":
        return {"map": [[seen(key), seen(value)] for key, value in v]}
    if kind in ("array", "set", "push"):
        return {"list": [seen(child) for child in v]}
    if kind == "bool":
        return "bool " + str(v)
    return kind + ("" if v is None else " " + v)


def shown(value):
    """What hiredis gave, in the same manner."""
    if isinstance(value, bytes):
        try:
            return "string " + value.decode()
        except UnicodeDecodeError:
            return "string hex " + value.hex()
    if isinstance(value, hiredis.ReplyError):
        return "error " + str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool " + str(value)
    if isinstance(value, int):
        return "number " + str(value)
    if isinstance(value, float):
        return "double " + ("nan" if math.isnan(value) else repr(value))
    if isinstance(value, dict):
        return {"map": [[shown(key), shown(child)] for key, child in value.items()]}
    return {"list": [shown(child) for child in value]}


def ways(wire):
    """Whole and byte by byte; what is long comes whole."""
    return [[wire]] + ([[wire[i : i + 1] for i in range(len(wire))]] if 1 < len(wire) <= 1 << 12 else [])


def hiredis_outcome(case, pieces):
    nothing = object()  # a false boolean is a value
    reader = hiredis.Reader(protocolError=hiredis.ProtocolError, notEnoughData=nothing)
    values = []
    try:
        for piece in pieces:
            reader.feed(piece)
            while True:
                value = reader.gets()
                if value is nothing:
                    break
                values.append(shown(value))
    except hiredis.ProtocolError:
        return "refused", values
    except Exception as error:  # an object that Python cannot hold is no more than that
        return f"{type(error).__name__}: {error}", values
    return "taken", values


def hiredis_disagreement(case):
    """What hiredis does otherwise, or None."""
    if any(name in case.get("limits", {}) for name in ("bulk", "value", "elements", "depth", "line")) and "error" in case:
        return None  # our limit, not its
    wire = cases.data(case["wire"])
    if len(wire) > 1 << 20:
        return None
    for pieces in ([wire], [wire[i : i + 1] for i in range(len(wire))]):
        verdict, values = hiredis_outcome(case, pieces)
        if "error" in case:
            if verdict == "taken":
                return "takes it: " + short(values) if values else "waits for more"
        else:
            expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
            if verdict == "taken" and values == [seen(value) for value in expected]:
                continue
            return "refuses it" if verdict == "refused" else f"{verdict}" if verdict != "taken" else "takes it as " + short(values)
    return None


# wsproto


def extensions_of(case):
    """permessage-deflate as the case has it agreed on, as after a handshake."""
    if "deflate" not in case:
        return []
    extension = wsproto.extensions.PerMessageDeflate(**case["deflate"])
    extension.finalize("permessage-deflate")
    return [extension]


def events_of(connection, pieces):
    for piece in pieces:
        connection.receive_data(piece)
        yield from connection.events()


def wsproto_outcome(case, pieces):
    kind = wsproto.connection.ConnectionType.SERVER if case["role"] == "server" else wsproto.connection.ConnectionType.CLIENT
    connection = wsproto.connection.Connection(kind, extensions_of(case))
    told, data = [], b""
    for event in events_of(connection, pieces):
        if isinstance(event, (wsproto.events.TextMessage, wsproto.events.BytesMessage)):
            data += event.data.encode() if isinstance(event.data, str) else event.data
            if event.message_finished:
                name = "text" if isinstance(event, wsproto.events.TextMessage) else "binary"
                told.append({name: data.decode() if name == "text" else data.hex()})
                data = b""
        elif isinstance(event, wsproto.events.Ping):
            told.append({"ping": bytes(event.payload).hex()})
        elif isinstance(event, wsproto.events.Pong):
            told.append({"pong": bytes(event.payload).hex()})
        elif isinstance(event, wsproto.events.CloseConnection):
            code = int(event.code)
            if connection.state is wsproto.connection.ConnectionState.OPEN:
                return told, code  # not the peer's Close: what it would answer a mistake with
            told.append({"close": None if code == 1005 else code, "reason": event.reason or ""})
            break
    return told, None


def plain(event):
    result = {}
    for name, value in event.items():
        if isinstance(value, dict) and "repeat" in value:
            value = cases.data(value).decode() if name == "text" else cases.data(value).hex()
        result[name] = value
    return result


def wsproto_disagreement(case):
    if "limits" in case or case.get("error") == 1009:
        return None  # wsproto has no limits of its own
    expected = [plain(event) for event in case.get("expect", case.get("before", []))]
    wire = cases.data(case["wire"])
    whole = difference = None
    for pieces in ways(wire):
        try:
            told, error = wsproto_outcome(case, pieces)
        except Exception as problem:
            does = f"raises {type(problem).__name__}: {problem}"
        else:
            if (told, error) == (expected, case.get("error")):
                does = None
            elif error is not None and "error" in case:
                does = f"fails with {error}" if told == expected else f"fails with {error} after {short(told)}"
            else:
                does = f"fails with {error}" if error is not None else "takes it: " + short(told) if told else "says nothing"
        if len(pieces) == 1:
            whole = does
        elif does != whole:
            difference = "byte by byte " + (does or "agrees")
    return "; ".join(filter(None, [whole, difference])) or None


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:120] + " …"


FILES = {
    "resp/values.jsonl": (HIREDIS, hiredis_disagreement),
    "resp/streams.jsonl": (HIREDIS, hiredis_disagreement),
    "ws/frames.jsonl": (WSPROTO, wsproto_disagreement),
    "ws/fragmentation.jsonl": (WSPROTO, wsproto_disagreement),
    "ws/close.jsonl": (WSPROTO, wsproto_disagreement),
    "ws/early-utf8.jsonl": (WSPROTO, wsproto_disagreement),
    "ws/permessage-deflate.jsonl": (WSPROTO, wsproto_disagreement),
}


def main():
    writes = sys.argv[2:] == ["--write"]
    path = fixtures / "disagreements.jsonl" if writes or len(sys.argv) < 3 else pathlib.Path(sys.argv[2])
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n") if path.exists() else ["{}"]
    listed = {(line["file"], line["id"]): line for line in map(json.loads, lines[1:])}
    found, compared = {}, 0
    for file, (implementation, disagreement) in FILES.items():
        for case in cases.load(fixtures / file):
            compared += 1
            if does := disagreement(case):
                reason = listed.get((file, case["id"]), {}).get("reason", "")
                found[file, case["id"]] = {
                    "file": file, "id": case["id"], "implementation": implementation, "does": does, "reason": reason}
    if writes:
        print(lines[0])
        for line in found.values():
            print(json.dumps(line, ensure_ascii=False))
        return 0
    problems = [f"not listed: {json.dumps(line, ensure_ascii=False)}" for key, line in found.items() if key not in listed]
    for key, line in listed.items():
        if key not in found:
            problems.append(f"listed, but they agree: {key[0]} {key[1]}")
        elif {**found[key], "reason": line["reason"]} != line:
            problems.append(f"not as listed: {json.dumps(found[key], ensure_ascii=False)}")
        if not line["reason"]:
            problems.append(f"no reason: {key[0]} {key[1]}")
    print(f"{compared} cases compared with {HIREDIS} and {WSPROTO}, {len(found)} disagreements")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
