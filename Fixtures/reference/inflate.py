"""A reference inflater (RFC 1951) for permessage-deflate (RFC 7692), bit by bit, written to be read.

The whole format is one generator that is sent a byte whenever it needs one; so a mistake is seen at the byte that makes it, and
the window is as small as was agreed on, which zlib cannot do.
"""

LENGTHS = [(3 + i, 0) for i in range(8)] + [
    (base + (i << extra), extra) for extra, base in ((1, 11), (2, 19), (3, 35), (4, 67), (5, 131)) for i in range(4)
]
LENGTHS[28:] = [(258, 0)]
DISTANCES = [(1 + i, 0) for i in range(4)] + [
    (1 + (2 << extra) + (i << extra), extra) for extra in range(1, 14) for i in range(2)
]
CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]


class Corrupt(Exception):
    """The bytes are no DEFLATE, or reach behind the window."""


def codes(lengths, may_be_incomplete=False):
    """§3.2.2: from the lengths of the symbols' codes to {(length, code): symbol}."""
    table, code = {}, 0
    for length in range(1, 16):
        for symbol, own in enumerate(lengths):
            if own == length:
                table[length, code] = symbol
                code += 1
        if code > 1 << length:
            raise Corrupt
        code <<= 1
    # As zlib: a code may leave room only where it is a single one, or none, of distances.
    is_complete = code == 1 << 16
    if not is_complete and not (may_be_incomplete and len(table) <= 1 and all(length == 1 for length, _ in table)):
        raise Corrupt
    return table


FIXED = codes([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), codes([5] * 32)


class Inflater:
    """`emit` is called with each byte of output. `window` is how far back a distance may reach."""

    def __init__(self, window, emit):
        self.window, self.emit = window, emit
        self.forget()
        self.buffer = self.count = 0  # bits read ahead, the lowest first
        self.is_between_blocks = True
        self.machine = self.blocks()
        next(self.machine)

    def forget(self):
        """No distance reaches behind here."""
        self.history = bytearray()

    def feed(self, byte):
        self.machine.send(byte)

    @property
    def is_at_boundary(self):
        """Between two blocks, and between two bytes."""
        return self.is_between_blocks and self.count == 0

    # Each of these is a generator that yields when it needs a byte.

    def bits(self, count):
        while self.count < count:
            self.buffer |= (yield) << self.count
            self.count += 8
        value = self.buffer & ((1 << count) - 1)
        self.buffer >>= count
        self.count -= count
        return value

    def symbol(self, table):
        code = 0
        for length in range(1, 16):
            code = code << 1 | (yield from self.bits(1))
            if (length, code) in table:
                return table[length, code]
        raise Corrupt

    def blocks(self):
        while True:
            self.is_between_blocks = True
            is_final = yield from self.bits(1)
            self.is_between_blocks = False
            kind = yield from self.bits(2)
            if kind == 0:
                yield from self.stored()
            elif kind == 1:
                yield from self.compressed(*FIXED)
            elif kind == 2:
                yield from self.compressed(*(yield from self.tables()))
            else:
                raise Corrupt
            if is_final:
                # RFC 7692 §7.2.3.4: more blocks may follow, from the next byte on.
                self.buffer = self.count = 0

    def stored(self):
        self.buffer = self.count = 0
        length = yield from self.bits(16)
        if (yield from self.bits(16)) != length ^ 0xFFFF:
            raise Corrupt
        for _ in range(length):
            self.put((yield from self.bits(8)))

    def tables(self):
        """§3.2.7"""
        literals = 257 + (yield from self.bits(5))
        distances = 1 + (yield from self.bits(5))
        if literals > 286 or distances > 30:
            raise Corrupt
        own = [0] * 19
        for index in CODE_LENGTH_ORDER[: 4 + (yield from self.bits(4))]:
            own[index] = yield from self.bits(3)
        table, lengths = codes(own), []
        while len(lengths) < literals + distances:
            symbol = yield from self.symbol(table)
            if symbol < 16:
                lengths.append(symbol)
                continue
            if symbol == 16 and not lengths:
                raise Corrupt
            base, extra = {16: (3, 2), 17: (3, 3), 18: (11, 7)}[symbol]
            lengths += [lengths[-1] if symbol == 16 else 0] * (base + (yield from self.bits(extra)))
        if len(lengths) > literals + distances or lengths[256] == 0:
            raise Corrupt
        return codes(lengths[:literals], may_be_incomplete=True), codes(lengths[literals:], may_be_incomplete=True)

    def compressed(self, literals, distances):
        while (symbol := (yield from self.symbol(literals))) != 256:
            if symbol < 256:
                self.put(symbol)
                continue
            if symbol > 285:
                raise Corrupt
            base, extra = LENGTHS[symbol - 257]
            length = base + (yield from self.bits(extra))
            symbol = yield from self.symbol(distances)
            if symbol > 29:
                raise Corrupt
            base, extra = DISTANCES[symbol]
            distance = base + (yield from self.bits(extra))
            if distance > len(self.history):
                raise Corrupt
            for _ in range(length):
                self.put(self.history[-distance])

    def put(self, byte):
        self.history.append(byte)
        if len(self.history) > self.window:
            del self.history[0]
        self.emit(byte)
