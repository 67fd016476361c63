#!/usr/bin/env python3
"""Runs the cases of resp/ and ws/ against the decoders of reference/, or against a decoder of yours.

    python3 Fixtures/run.py                         all files
    python3 Fixtures/run.py resp/values.jsonl       one or several files
    python3 Fixtures/run.py --id bulk               only cases whose id contains "bulk"
    python3 Fixtures/run.py --list                  what there is, without running it
    python3 Fixtures/run.py --program "my decode"   a program of yours instead of reference/

Python 3.11 or later, standard library only. Each case runs whole, byte by byte and cut in two at every position (long ones at
some, and all around both ends); where a RESP case is accepted, also with more bytes behind it, and cut short, which must ask for
more. Prints a line per file, and for each case that failed its id, the way it was cut, and what came instead. Exit status: 0 all
passed, 1 a case failed, 2 wrong usage, or a program that does not answer.

A program of yours is started as `my decode resp`, and as `my decode websocket --role server|client` with `--message-bytes-max N`,
`--fragments-max N` and `--extension TEXT` where the cases ask for them. It reads lines {"id": …, "chunks": [hex, …]} from standard
input, feeds the chunks in order to a fresh decoder, and answers each with a line {"id": …, "values": [V, …], "state": S}: S is
"idle" (at a boundary), "partial" (more must follow) or "error"; V is a value of README.md, its attributes ("attrs") may be left
out, or an event of ws/README.md. With the state "error", "code" is the close code of a WebSocket. `rookery-bench decode` is such
a program. RESP cases with limits of their own are skipped then: nothing tells the program about them.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import shlex
import subprocess
import sys

from reference import cases, resp, websocket

FRAME_FILES = ["ws/frames.jsonl", "ws/fragmentation.jsonl", "ws/close.jsonl", "ws/early-utf8.jsonl"]
VALUE_FILES = ["resp/values.jsonl", "resp/streams.jsonl"]
#: What follows an accepted RESP case: a whole value, and the beginning of one.
TRAILER = b":7\r\n:"


class Reference:
    """The decoders of reference/."""

    def outcomes(self, family, jobs):
        """For each job, a case and its pieces: what was told, the error (True where only that it is one is known), the state."""
        decode = self.resp if family == "resp" else self.frames
        return [decode(case, pieces) for case, pieces in jobs]

    def resp(self, case, pieces):
        decoder = resp.Decoder(case.get("limits", {}))
        for piece in pieces:
            try:
                decoder.feed(piece)
            except resp.Refused as refusal:
                return decoder.values, str(refusal), "error"
        return decoder.values, None, decoder.state

    def frames(self, case, pieces):
        decoder = websocket.Decoder(case["role"], case.get("limits", {}), case.get("deflate"))
        for piece in pieces:
            try:
                decoder.feed(piece)
            except websocket.Failed as failure:
                return decoder.events, failure.args[0], "error"
        return decoder.events, None, decoder.state


def stop(problem):
    """Ends with status 2: nothing can be said of the cases."""
    print(f"run.py: {problem}", file=sys.stderr)
    sys.exit(2)


class Program:
    """A program that decodes lines."""

    # For all lines of one kind at once.
    SECONDS = 600

    def __init__(self, command):
        self.command = shlex.split(command)
        if not self.command:
            stop("--program: name a program, as in --program \"rookery-bench decode\"")

    def answers(self, arguments, lines):
        """What the program says to these lines, one line each."""
        try:
            process = subprocess.run(
                self.command + arguments, input="".join(lines).encode(), stdout=subprocess.PIPE, timeout=self.SECONDS)
        except OSError as error:
            stop(f"--program: {self.command[0]} cannot be started: {error.strerror}")
        except subprocess.TimeoutExpired:
            stop(f"--program: {shlex.join(self.command)} has not ended within {self.SECONDS} s")
        try:
            return process.returncode, [json.loads(line) for line in process.stdout.splitlines()]
        except ValueError as error:
            stop(f"--program: {shlex.join(self.command)} wrote a line that is not JSON: {error}")

    def outcomes(self, family, jobs):
        results = [None] * len(jobs)
        groups = {}
        for index, (case, _) in enumerate(jobs):
            groups.setdefault(tuple(self.arguments(family, case)), []).append(index)
        for arguments, indices in groups.items():
            lines = [json.dumps({"id": i, "chunks": [piece.hex() for piece in jobs[i][1]]}) + "\n" for i in indices]
            status, answers = self.answers(list(arguments), lines)
            if status != 0 or [answer.get("id") for answer in answers] != indices:
                stop(f"--program: {shlex.join(self.command)}: status {status}, {len(answers)} answers to {len(lines)} lines")
            for answer in answers:
                error = answer.get("code", True) if answer["state"] == "error" else None
                results[answer["id"]] = answer["values"], error, answer["state"]
        return results

    def arguments(self, family, case):
        if family == "resp":
            return ["resp"]
        limits = {**websocket.LIMITS, **case.get("limits", {})}
        options = ["websocket", "--role", case["role"], "--message-bytes-max", str(limits["message"])]
        options += ["--fragments-max", str(limits["fragments"])]
        return options + (["--extension", extension(case["deflate"])] if "deflate" in case else [])


def extension(agreed):
    """What was agreed on as the answer's Sec-WebSocket-Extensions has it."""
    words = ["permessage-deflate"]
    for name, value in agreed.items():
        if value is not False:
            words.append(name if value is True else f"{name}={value}")
    return "; ".join(words)


def without_attributes(value):
    if isinstance(value, list):
        return [without_attributes(child) for child in value]
    if not isinstance(value, dict):
        return value
    return {name: without_attributes(child) for name, child in value.items() if name != "attrs"}


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


def matches(outcome, allowed):
    """Whether an outcome is one of the permitted ones. Who drops attributes, or names no error, is not blamed for it."""
    told, error, _ = outcome
    for values, word in allowed:
        if (error is True and word is not None or error == word) and told in (values, without_attributes(values)):
            return True
    return False


def jobs_of(case, family):
    """All ways to feed a case: how it is called, the pieces."""
    wire = cases.data(case["wire"])
    yield from cases.splits(wire, told=len(json.dumps([plain(event) for event in case.get("expect", [])])) if family == "ws" else 0)
    if family == "resp" and "error" not in case:
        yield "with more behind it", [wire + TRAILER]
        for count in sorted({1, len(wire) // 2, len(wire) - 1}):
            yield f"cut short after {count} bytes", [wire[:count]]


def judge(case, family, ways, outcomes):
    """What is wrong with the outcomes of a case, as text; None when nothing is."""
    allowed = list(permitted(case, family))
    told, error, _ = outcomes[0]
    for way, outcome in zip(ways, outcomes):
        if way == "with more behind it":
            if error is None and outcome != (told + [{"t": "int", "v": "7"}], None, "partial"):
                return f"{way}: {short(outcome)}"
        elif way.startswith("cut short"):
            if error is None and (outcome[1] is not None or len(outcome[0]) >= len(told)):
                return f"{way}: {short(outcome)}"
        elif not matches(outcome, allowed):
            return f"{way}: {short(outcome[:2])}; allowed: {short(allowed)}"
        elif outcome[:2] != (told, error):
            return f"{way}: not the same as whole: {short(outcome[:2])}"
    return None


def problem_of(case, family):
    """What the reference gets wrong of one case."""
    jobs = list(jobs_of(case, family))
    return judge(case, family, [way for way, _ in jobs], Reference().outcomes(family, [(case, pieces) for _, pieces in jobs]))


def run(chosen, family, decoder):
    """The cases that failed: id and what is wrong."""
    if isinstance(decoder, Reference):
        # Long cases stand side by side: one at a time to each of two processes.
        with concurrent.futures.ProcessPoolExecutor(2) as processes:
            problems = processes.map(functools.partial(problem_of, family=family), chosen)
            yield from ((case["id"], problem) for case, problem in zip(chosen, problems) if problem)
        return
    ways = [list(jobs_of(case, family)) for case in chosen]
    outcomes = iter(decoder.outcomes(family, [(case, pieces) for case, jobs in zip(chosen, ways) for _, pieces in jobs]))
    for case, jobs in zip(chosen, ways):
        problem = judge(case, family, [way for way, _ in jobs], [next(outcomes) for _ in jobs])
        if problem:
            yield case["id"], problem


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + " …"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="*", help="files under Fixtures/ (default: all that this program can run)")
    parser.add_argument("--list", action="store_true", help="name the files and cases, run nothing")
    parser.add_argument("--id", default="", metavar="TEXT", help="only cases whose id contains TEXT")
    parser.add_argument("--program", metavar="COMMAND", help="a program that decodes, instead of reference/")
    options = parser.parse_args()

    frames = FRAME_FILES + sorted(
        f"ws/{path.name}" for path in cases.FOLDER.glob("ws/permessage-deflate*.jsonl")
        if all("wire" in case and "role" in case for case in cases.load(path))
    )
    for name in options.file:
        if name not in VALUE_FILES + frames:
            parser.error(f"{name}: no file of cases this program can run; it knows {', '.join(VALUE_FILES + frames)}")
    decoder = Reference() if options.program is None else Program(options.program)

    total = failures = 0
    for name in options.file or VALUE_FILES + frames:
        family = name.split("/")[0]
        chosen = [case for case in cases.load(cases.FOLDER / name) if options.id in case["id"]]
        if options.list:
            print(f"{name}: {len(chosen)} cases")
            for case in chosen:
                print(f"    {case['id']}")
            continue
        skipped = len(chosen)
        if options.program and family == "resp":
            chosen = [case for case in chosen if "limits" not in case]
        skipped -= len(chosen)
        failed = list(run(chosen, family, decoder))
        summary = f"{name}: {len(chosen)} cases, {len(chosen) - len(failed)} passed, {len(failed)} failed"
        print(summary + (f", {skipped} with limits of their own skipped" if skipped else ""))
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
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Whoever read along has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
