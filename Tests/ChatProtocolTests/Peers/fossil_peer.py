"""Applies the deltas of a file, a line each: base, target and delta in hexadecimal behind an x."""
import sys

from centrifuge.fossil import apply_delta

count = 0
for line in open(sys.argv[1]):
    base, target, delta = (bytes.fromhex(word[1:]) for word in line.split())
    made = bytes(apply_delta(base, delta))
    if made != target:
        sys.exit(f"line {count + 1}: {made.hex()} of {base.hex()} by {delta!r}")
    count += 1
print(f"{count} applied")
