"""Checks every line of every file of cases with the JSON Schema of its family (PyPI jsonschema).

    schemas.py FIXTURES [FAMILY]     all families, or one

Exit status 1 when a line is refused, a file has no schema, an id stands twice, or a broken line is taken: those of
FIXTURES/schema/refused.json, and some made from the first case of each file. So a schema that was loosened fails too.
"""

import copy
import functools
import json
import pathlib
import re
import sys

from jsonschema import Draft202012Validator

fixtures = pathlib.Path(sys.argv[1])
chosen = sys.argv[2] if len(sys.argv) > 2 else None
problems = []
#: What an `either-` case names in `origin` or `comment`: a program that does one of the permitted things.
IMPLEMENTATION = re.compile(r"\b(hiredis|redis-py|redis-server|wsproto|websockets|h11|zlib|Python) \d+\.\d+")


@functools.cache
def schema_of(family):
    schema = json.loads((fixtures / "schema" / f"{family}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


@functools.cache
def validator(family, definition):
    schema = schema_of(family)
    if definition not in schema["$defs"]:
        return None
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{definition}"})


def broken(case):
    """Lines that are wrong whatever the file: what was done, the line."""
    for name in ("id", "spec", "origin"):
        if name in case:
            yield f"no {name}", {key: value for key, value in case.items() if key != name}
    yield "a member nobody knows", {**case, "colour": "blue"}
    yield "a number as id", {**case, "id": 7}
    if case.get("id", "").split("-")[0] in ("accept", "reject", "either"):
        yield "an id without its prefix", {**case, "id": case["id"].partition("-")[2]}
    for name in ("wire", "payload", "history"):
        if name in case:
            yield f"{name}: half a byte", {**case, name: "0"}
            yield f"{name}: capital digits", {**case, name: "AB"}
            yield f"{name}: repeat without a number", {**case, name: {"repeat": ["00"]}}
    if "expect" in case and "error" not in case and "steps" not in case:
        yield "no outcome", {key: value for key, value in case.items() if key != "expect"}
        yield "two outcomes", {**case, "error": 1002}
    for name in ("musts", "also"):
        yield f"{name}: empty", {**case, name: []}
    if "steps" in case:
        yield "an unknown step", {**case, "steps": case["steps"] + [{"jump": 1}]}
        yield "a step of two things", {**case, "steps": case["steps"] + [{"receive": "00", "output": "00"}]}


lines = files = refused = 0
for path in sorted(fixtures.rglob("*.jsonl")):
    name = path.relative_to(fixtures).as_posix()
    texts = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    header, cases = json.loads(texts[0]), [json.loads(text) for text in texts[1:]]
    family = header.get("family", "")
    if chosen not in (None, family):
        continue
    if path.parent != fixtures and family != path.parent.name or not (fixtures / "schema" / f"{family}.schema.json").exists():
        problems.append(f"{name}: no schema for the family {family!r}")
        continue
    check = validator(family, path.stem)
    if check is None:
        problems.append(f"{name}: no definition {path.stem} in schema/{family}.schema.json")
        continue
    files += 1
    for error in validator(family, "header").iter_errors(header):
        problems.append(f"{name}:1: {error.json_path}: {error.message[:200]}")
    seen = set()
    for number, case in enumerate(cases, 2):
        lines += 1
        for error in check.iter_errors(case):
            problems.append(f"{name}:{number}: {case.get('id')}: {error.json_path}: {error.message[:200]}")
        if str(case.get("id")).startswith("either-") and "file" not in case:
            if not IMPLEMENTATION.search(case.get("origin", "") + " " + case.get("comment", "")):
                problems.append(f"{name}:{number}: {case['id']} names no implementation and its version")
            if "also" not in case:
                problems.append(f"{name}:{number}: {case['id']} permits one outcome only")
        key = (case.get("file"), case.get("id"))
        if key in seen:
            problems.append(f"{name}:{number}: the id {case.get('id')} stands twice")
        seen.add(key)
    for what, line in broken(copy.deepcopy(cases[0])):
        refused += 1
        if check.is_valid(line):
            problems.append(f"{name}: takes a broken line: {what}")

for entry in json.loads((fixtures / "schema" / "refused.json").read_text(encoding="utf-8")):
    family, _, stem = entry["file"].removesuffix(".jsonl").rpartition("/")
    if chosen not in (None, family or stem):
        continue
    refused += 1
    if validator(family or stem, stem).is_valid(entry["line"]):
        problems.append(f"{entry['file']}: takes a broken line: {entry['why']}")

print(f"{lines} lines of {files} files, {refused} broken lines")
print("\n".join(problems))
sys.exit(1 if problems or lines == 0 else 0)
