"""Prints random patterns that ChannelPattern knows, texts, and where Python's `re` finds the one in the other: a JSON list each line."""
import json
import random
import re
import sys

random.seed(int(sys.argv[1]))
BRACKETS = ["ab", "a-c", "0-9_", "\\d-", "a\\]", "é-ë", ".x", "\\wé"]


def atom(depth):
    chance = random.random()
    if chance < 0.40:
        return random.choice("ab01-_:é")
    if chance < 0.50:
        return random.choice([".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\.", "\\-"])
    if chance < 0.65:
        return "[" + random.choice(["", "^"]) + random.choice(BRACKETS) + "]"
    if chance < 0.85 and depth < 4:
        return random.choice(["(", "(?:"]) + alternatives(depth + 1) + ")"
    return random.choice("^$") if chance < 0.93 else random.choice("xyz")


def piece(depth):
    text = atom(depth)
    if text in "^$":
        return text
    return text + random.choices(["", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"], [10, 2, 2, 2, 1, 1, 1, 1])[0]


def alternatives(depth):
    branches = random.choice([1, 1, 1, 2, 3])
    return "|".join("".join(piece(depth) for _ in range(random.randint(0, 4))) for _ in range(branches))


count = 0
while count < int(sys.argv[2]):
    pattern = alternatives(0)
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        continue
    texts = ["".join(random.choice("ab01-_:éxy .ê]") for _ in range(random.randint(0, 9))) for _ in range(12)]
    print(json.dumps([pattern, texts, [bool(compiled.search(text)) for text in texts]]))
    count += 1
