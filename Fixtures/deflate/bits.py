"""Writes DEFLATE streams (RFC 1951) bit by bit, right or wrong, and asks zlib what it thinks of them. Standard library only."""

import zlib

LENGTH_BASES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
LENGTH_EXTRA = [0] * 8 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4 + [0]
DISTANCE_BASES = [1, 2, 3, 4] + [0] * 26
DISTANCE_EXTRA = [0, 0] + [n for n in range(14) for _ in (0, 1)]
for number in range(2, 30):
    DISTANCE_BASES[number] = DISTANCE_BASES[number - 1] + (1 << DISTANCE_EXTRA[number - 1])
ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
FIXED_LITERALS = [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8
FIXED_DISTANCES = [5] * 32

# What zlib says, and the word of these fixtures.
ERRORS = {
    "invalid block type": "block-type",
    "invalid stored block lengths": "stored-length",
    "too many length or distance symbols": "code-lengths",
    "invalid code lengths set": "code-lengths",
    "invalid bit length repeat": "code-lengths",
    "invalid code -- missing end-of-block": "code-lengths",
    "invalid literal/lengths set": "code-lengths",
    "invalid distances set": "code-lengths",
    "invalid literal/length code": "symbol",
    "invalid distance code": "symbol",
    "invalid distance too far back": "distance",
}


def codes(lengths):
    """Symbol → (code, bits) of RFC 1951 §3.2.2, for any lengths, also of codes that are none."""
    table, code = {}, 0
    for bits in range(1, 16):
        for symbol, length in enumerate(lengths):
            if length == bits:
                table[symbol] = (code & ((1 << bits) - 1), bits)
                code += 1
        code <<= 1
    return table


class Bits:
    """A stream in the making."""

    def __init__(self):
        self.value, self.count = 0, 0
        self.literals = self.distances = {}

    def number(self, value, bits):
        """Lowest bit first: everything but codes (§3.1.1)."""
        self.value |= (value & ((1 << bits) - 1)) << self.count
        self.count += bits
        return self

    def code(self, code):
        """Highest bit first: prefix codes."""
        value, bits = code
        for shift in range(bits - 1, -1, -1):
            self.number(value >> shift & 1, 1)
        return self

    def align(self, padding=0):
        return self.number(padding, -self.count % 8)

    def header(self, kind, final=True):
        return self.number(int(final), 1).number(kind, 2)

    def stored(self, data, final=True, complement=None, padding=0, length=None):
        length = len(data) if length is None else length
        self.header(0, final).align(padding).number(length, 16)
        self.number(length ^ 0xFFFF if complement is None else complement, 16)
        for byte in data:
            self.number(byte, 8)
        return self

    def fixed(self, final=True):
        self.header(1, final)
        self.literals, self.distances = codes(FIXED_LITERALS), codes(FIXED_DISTANCES)
        return self

    def counts(self, literals, distances, lengths):
        return self.number(literals - 257, 5).number(distances - 1, 5).number(lengths - 4, 4)

    def code_lengths(self, lengths, count=19):
        """The 3-bit lengths of the code length alphabet, given as symbol → bits."""
        for symbol in ORDER[:count]:
            self.number(lengths.get(symbol, 0), 3)
        self.lengths = codes([lengths.get(symbol, 0) for symbol in range(19)])
        return self

    def dynamic(self, literals, distances, final=True, row=None, code=None):
        """A whole dynamic head. literals, distances: symbol → bits; row: the symbols of the lengths, each a number or a pair of
        number and extra; code: symbol → bits of the code length alphabet."""
        literal_row = [literals.get(s, 0) for s in range(max(257, max(literals, default=0) + 1))]
        distance_row = [distances.get(s, 0) for s in range(max(1, max(distances, default=0) + 1))]
        row = literal_row + distance_row if row is None else row
        used = sorted({item if isinstance(item, int) else item[0] for item in row})
        if code is None:
            bits = max(1, (max(len(used), 2) - 1).bit_length())
            spare = [s for s in range(16) if s not in used]
            while len(used) < 1 << bits:
                used.append(spare.pop())
            code = {symbol: bits for symbol in used}
        count = max(4, 1 + max(ORDER.index(symbol) for symbol, bits in code.items() if bits))
        self.header(2, final).counts(len(literal_row), len(distance_row), count).code_lengths(code, count)
        self.row(row)
        self.literals, self.distances = codes(literal_row), codes(distance_row)
        return self

    def row(self, row):
        for item in row:
            symbol, extra = (item, 0) if isinstance(item, int) else item
            self.code(self.lengths[symbol]).number(extra, {16: 2, 17: 3, 18: 7}.get(symbol, 0))
        return self

    def symbol(self, *symbols):
        for symbol in symbols:
            self.code(self.literals[symbol])
        return self

    def text(self, data):
        return self.symbol(*data)

    def match(self, length, distance):
        symbol = max(i for i, base in enumerate(LENGTH_BASES) if base <= length)
        self.symbol(257 + symbol).number(length - LENGTH_BASES[symbol], LENGTH_EXTRA[symbol])
        return self.distance(distance)

    def distance(self, distance):
        symbol = max(i for i, base in enumerate(DISTANCE_BASES) if base <= distance)
        return self.distance_symbol(symbol, distance - DISTANCE_BASES[symbol])

    def distance_symbol(self, symbol, extra=0):
        return self.code(self.distances[symbol]).number(extra, DISTANCE_EXTRA[symbol] if symbol < 30 else 0)

    def end(self):
        return self.symbol(256)

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def judge(wire, history=b"", window=15):
    """zlib's verdict: ("end" or "more", bytes that do not belong to the stream, output), or ("error", word, None)."""
    inflater = zlib.decompressobj(-window, zdict=history) if history else zlib.decompressobj(-window)
    try:
        output = inflater.decompress(wire)
    except zlib.error as error:
        return "error", ERRORS[str(error).split(": ", 1)[1]], None
    return "end" if inflater.eof else "more", len(inflater.unused_data), output
