"""Reads case files: JSON Lines, the first line describes the file, each further line is a case."""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent


def load(path):
    """The cases of a file as dictionaries."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if json.loads(lines[0])["schema"] != 1:
        raise SystemExit(f"{path}: a schema this program does not know")
    return [json.loads(line) for line in lines[1:]]


def data(value):
    """Bytes: hexadecimal text, {"repeat": [hex, n]}, or a list of these."""
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return b"".join(map(data, value))
    unit, count = value["repeat"]
    return bytes.fromhex(unit) * count


def splits(wire, told=0):
    """Every way to cut the bytes: whole, one by one, and in two at each position. Of long ones at some positions: spread
    evenly, and around both ends, where heads and tails are; fewer where `told`, the bytes that come of them, are many."""
    yield "whole", [wire]
    if 1 < len(wire) <= 1 << 16:
        yield "byte by byte", [wire[i : i + 1] for i in range(len(wire))]
    most, ends = (8, 16) if len(wire) + told >= 4096 else (32, 40) if len(wire) >= 200 else (512, 40)
    step = max(1, len(wire) // most)
    for at in sorted({*range(1, len(wire), step), *range(1, min(ends, len(wire))), *range(max(1, len(wire) - ends), len(wire))}):
        yield f"split at {at}", [wire[:at], wire[at:]]
