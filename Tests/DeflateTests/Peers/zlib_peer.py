"""zlib's part in the tests of Deflate. Standard library only. Files hold records whose byte strings are a little-endian 32-bit
count and the bytes.

zlib_peer.py mutate SEED COUNT FILE    writes COUNT streams, most of them broken, each with zlib's verdict
zlib_peer.py check FILE                inflates what the tests have compressed; one line for each fault, then `checked N`
zlib_peer.py sizes FILE                compresses each record's data at its level; one line with the size for each
"""

import pathlib
import random
import struct
import sys
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Fixtures" / "deflate"))
from bits import DISTANCE_EXTRA, ERRORS, LENGTH_EXTRA, Bits  # noqa: E402

WORDS = b"the room says hello to anna and bert, null true 12 {\"id\":7,\"text\":\"\"} <p class=a>".split(b" ")
ERROR_NUMBERS = {word: number for number, word in enumerate(["block-type", "stored-length", "code-lengths", "symbol", "distance"], 2)}


def text(chance, count):
    """Some bytes: words, noise, runs."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(count)
    if kind == 1:
        return bytes(chance.choices(b"ab", k=count))
    if kind == 2:
        return bytes([chance.randrange(256)]) * count
    return b" ".join(chance.choices(WORDS, k=count // 5 + 1))[:count]


def zlib_stream(chance):
    deflater = zlib.compressobj(chance.randrange(10), zlib.DEFLATED, -15, chance.randrange(1, 10), chance.choice([0, 0, 1, 2, 3, 4]))
    wire = b""
    for _ in range(chance.randrange(1, 4)):
        wire += deflater.compress(text(chance, chance.choice([0, 3, 20, 90, 400])))
        if chance.random() < 0.3:
            wire += deflater.flush(chance.choice([zlib.Z_SYNC_FLUSH, zlib.Z_PARTIAL_FLUSH, zlib.Z_BLOCK]))
    return wire + deflater.flush()


def random_lengths(chance, symbols, bits_max):
    """A complete code for these symbols by splitting, or one that is a little wrong."""
    leaves = [0]
    while len(leaves) < len(symbols):
        index = chance.randrange(len(leaves))
        if leaves[index] < bits_max:
            leaves[index] += 1
            leaves.append(leaves[index])
    lengths = dict(zip(symbols, leaves if len(symbols) > 1 else [1]))
    if chance.random() < 0.3:
        symbol = chance.choice(symbols)
        lengths[symbol] = max(0, min(15, lengths[symbol] + chance.choice([-1, 1, 2])))
    return lengths


def dynamic_stream(chance):
    """A dynamic block with codes of its own, and random symbols of them."""
    symbols = sorted(set(chance.sample(range(286), chance.choice([1, 2, 5, 20, 100]))) | ({256} if chance.random() < 0.95 else set()))
    distances = sorted(chance.sample(range(30), chance.choice([0, 1, 2, 5, 20])))
    bits = Bits()
    if chance.random() < 0.5:
        bits.stored(text(chance, chance.choice([1, 40, 300])), final=False)
    literals = random_lengths(chance, symbols, 15)
    codes = random_lengths(chance, distances, 15) if distances else {}
    bits.dynamic(literals, codes, final=chance.random() < 0.7)
    usable = [s for s in bits.literals if s != 256]
    for _ in range(chance.choice([0, 3, 30]) if usable else 0):
        symbol = chance.choice(usable)
        bits.symbol(symbol)
        if symbol > 256:
            bits.number(chance.getrandbits(5), LENGTH_EXTRA[symbol - 257])
            if bits.distances:
                distance = chance.choice(list(bits.distances))
                bits.distance_symbol(distance, chance.getrandbits(DISTANCE_EXTRA[distance]))
    if 256 in bits.literals:
        bits.end()
    return bits.bytes()


def head_stream(chance):
    """A dynamic head of any counts and any code, then noise."""
    bits = Bits().header(2, chance.random() < 0.5).number(chance.getrandbits(5), 5).number(chance.getrandbits(5), 5)
    count = chance.choice([4, 10, 14, 19])
    bits.number(count - 4, 4)
    symbols = chance.sample(range(19), chance.randrange(1, 19))
    lengths = random_lengths(chance, symbols, 7)
    bits.code_lengths({symbol: min(7, length) for symbol, length in lengths.items()}, count)
    return bits.number(chance.getrandbits(800), 800).bytes()


def mutated(chance, wire, other):
    wire = bytearray(wire)
    for _ in range(chance.choice([0, 1, 1, 2, 4])):
        place = chance.randrange(len(wire) + 1)
        kind = chance.randrange(8)
        if kind < 3 and place < len(wire):
            wire[place] ^= 1 << chance.randrange(8)
        elif kind == 3 and place < len(wire):
            wire[place] = chance.randrange(256)
        elif kind == 4:
            wire[place:place] = chance.randbytes(chance.randrange(1, 4))
        elif kind == 5:
            del wire[place : place + chance.randrange(1, 4)]
        elif kind == 6:
            del wire[place:]
        else:
            wire[place:] = other[chance.randrange(len(other) + 1) :]
    return bytes(wire)


def verdict(wire):
    """0 more, 1 end, else the error; for an error the count of bytes with which it shows; and the output before that byte."""
    inflater = zlib.decompressobj(-15)
    try:
        output = inflater.decompress(wire)
        return int(inflater.eof), len(wire) - len(inflater.unused_data), output
    except zlib.error:
        pass
    inflater, output = zlib.decompressobj(-15), b""
    for index in range(len(wire)):
        try:
            output += inflater.decompress(wire[index : index + 1])
        except zlib.error as error:
            return ERROR_NUMBERS[ERRORS[str(error).split(": ", 1)[1]]], index + 1, output
    raise AssertionError("an error of the whole stream is one of its bytes, too")


def mutate(seed, count, path):
    chance = random.Random(seed)
    pool = [zlib_stream(chance) for _ in range(300)] + [dynamic_stream(chance) for _ in range(300)]
    with open(path, "wb") as file:
        for _ in range(count):
            kind = chance.random()
            fresh = head_stream(chance) if kind < 0.02 else dynamic_stream(chance) if kind < 0.04 else None
            wire = fresh or mutated(chance, chance.choice(pool), chance.choice(pool))
            word, place, output = verdict(wire)
            file.write(struct.pack("<I", len(wire)) + wire)
            file.write(struct.pack("<BIII", word, place, len(output), zlib.crc32(output)))


def records(path, head, strings):
    data, offset = pathlib.Path(path).read_bytes(), 0
    while offset < len(data):
        numbers = struct.unpack_from(head, data, offset)
        offset += struct.calcsize(head)
        parts = []
        for _ in range(strings):
            (count,) = struct.unpack_from("<I", data, offset)
            parts.append(data[offset + 4 : offset + 4 + count])
            offset += 4 + count
        yield numbers, parts


def check(path):
    count = 0
    for (window, is_final, level), (history, plain, wire) in records(path, "<BBB", 3):
        count += 1
        name = f"level {level} window {window} final {is_final} history {len(history)} data {len(plain)}"
        try:
            inflater = zlib.decompressobj(-window, zdict=history) if history else zlib.decompressobj(-window)
            # A little at a time: then zlib takes matches from its window, which ends where it should.
            output, rest = b"", wire
            while True:
                piece = inflater.decompress(rest, 32 if window < 10 else 4096)
                output += piece
                rest = inflater.unconsumed_tail
                if not piece and not rest:
                    break
            if output != plain:
                print("differs:", name)
            if inflater.eof != bool(is_final) or inflater.unused_data:
                print("ends wrong:", name)
            if not is_final and wire[-4:] != b"\0\0\xff\xff":
                print("no sync flush:", name)
        except zlib.error as error:
            print("refused:", name, error)
    print("checked", count)


def sizes(path):
    for (level,), (plain,) in records(path, "<B", 1):
        deflater = zlib.compressobj(level, zlib.DEFLATED, -15)
        print(len(deflater.compress(plain) + deflater.flush()))


if sys.argv[1] == "mutate":
    mutate(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
else:
    {"check": check, "sizes": sizes}[sys.argv[1]](sys.argv[2])
