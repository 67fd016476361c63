#!/usr/bin/env python3
"""Runs the cases of resp/ and ws/ against the decoders of reference/, or against a decoder of yours.

    python3 Fixtures/run.py                      all files
    python3 Fixtures/run.py resp/values.jsonl    one or several files
    python3 Fixtures/run.py --id bulk            only cases whose id contains "bulk"
    python3 Fixtures/run.py --list               what there is, without running it

Python 3.11 or later, standard library only. Each case runs whole, byte by byte and cut in two at every position; where it is
accepted, also with more bytes behind it, and cut short, which must ask for more. Prints a line per file, and for each case that
failed its id, the way it was cut, and what came instead. Exit status: 0 all passed, 1 a case failed, 2 wrong usage.

To try a decoder of yours, give `decode_resp` or `decode_frames` below its outcome: (values or events, error or None, state).
"""

import argparse
import json
import sys

from reference import cases, resp, websocket

#: The files, each with how its cases are run.
FRAME_FILES = ["ws/frames.jsonl", "ws/fragmentation.jsonl", "ws/close.jsonl", "ws/early-utf8.jsonl"]
VALUE_FILES = ["resp/values.jsonl", "resp/streams.jsonl"]
#: What follows an accepted RESP case: a whole value, and the beginning of one.
TRAILER = b":7\r\n:"


def decode_resp(case, pieces):
    """What the decoder made of the pieces: values, the error's word or None, `idle` or `partial`."""
    decoder, values = resp.Decoder(case.get("limits", {})), []
    for piece in pieces:
        # By the byte, so that what is whole before a mistake is told before it, however the bytes were cut.
        for index in range(len(piece)):
            try:
                values += decoder.feed(piece[index : index + 1])
            except resp.Refused as refusal:
                return values, str(refusal), "error"
    return values, None, decoder.state


def decode_frames(case, pieces):
    """What the decoder made of the pieces: events, the close code or None, `idle` or `partial`."""
    decoder = websocket.Decoder(case["role"], case.get("limits", {}), case.get("extension"))
    for piece in pieces:
        try:
            decoder.feed(piece)
        except websocket.Failed as failure:
            return decoder.events, failure.args[0], "error"
    return decoder.events, None, decoder.state


def plain(event):
    """An event of a case with its long payloads written out."""
    result = {}
    for name, value in event.items():
        if isinstance(value, dict) and "repeat" in value:
            bytes_ = cases.data(value)
            value = bytes_.decode() if name == "text" else bytes_.hex()
        result[name] = value
    return result


def permitted(case, family):
    """The outcomes a case allows: pairs of what is told and the error."""
    for outcome in [case] + case.get("also", []):
        if family == "resp":
            told = outcome.get("expect", [])
            yield (told if isinstance(told, list) else [told]), outcome.get("error")
        else:
            told = outcome.get("expect", outcome.get("before", []))
            yield [plain(event) for event in told], outcome.get("error")


def run(case, family):
    """What is wrong with the decoder in this case, as text; None when nothing is."""
    decode = decode_resp if family == "resp" else decode_frames
    wire = cases.data(case["wire"])
    allowed = list(permitted(case, family))
    outcome = None
    for way, pieces in cases.splits(wire, positions=512 if len(wire) < 4096 else 8):
        told, error, _ = decode(case, pieces)
        if (told, error) not in allowed:
            return f"{way}: {short(told)}, error {error}; allowed: {short(allowed)}"
        if outcome not in (None, (told, error)):
            return f"{way}: not the same as whole: {short(told)}, error {error}"
        outcome = told, error
    told, error = outcome
    if family == "resp" and error is None:
        more = decode(case, [wire + TRAILER])
        if more != (told + [{"t": "int", "v": "7"}], None, "partial"):
            return f"with more behind it: {short(more)}"
        for count in {1, len(wire) // 2, len(wire) - 1}:
            begun = decode(case, [wire[:count]])
            if begun[1] is not None or len(begun[0]) >= len(told):
                return f"cut short after {count} bytes: {short(begun)}"
    return None


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + " …"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="*", help="files under Fixtures/ (default: all that this program can run)")
    parser.add_argument("--list", action="store_true", help="name the files and cases, run nothing")
    parser.add_argument("--id", default="", metavar="TEXT", help="only cases whose id contains TEXT")
    options = parser.parse_args()

    known = VALUE_FILES + FRAME_FILES + sorted(
        f"ws/{path.name}" for path in cases.FOLDER.glob("ws/permessage-deflate*.jsonl")
        if all("wire" in case for case in cases.load(path))
    )
    for name in options.file:
        if name not in known:
            parser.error(f"{name}: no file of cases this program can run; it knows {', '.join(known)}")

    total = failures = 0
    for name in options.file or known:
        family = name.split("/")[0]
        chosen = [case for case in cases.load(cases.FOLDER / name) if options.id in case["id"]]
        if options.list:
            print(f"{name}: {len(chosen)} cases")
            for case in chosen:
                print(f"    {case['id']}")
            continue
        failed = [(case["id"], problem) for case in chosen if (problem := run(case, family))]
        print(f"{name}: {len(chosen)} cases, {len(chosen) - len(failed)} passed, {len(failed)} failed")
        for id_, problem in failed:
            print(f"    {id_}: {problem}")
        total += len(chosen)
        failures += len(failed)
    if not options.list:
        print(f"{total} cases, {total - failures} passed, {failures} failed")
        if total == 0:
            parser.error("no case has been run")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
