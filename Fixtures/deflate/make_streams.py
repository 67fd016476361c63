"""Writes streams.jsonl: `python3 make_streams.py > streams.jsonl`. Each case is written bit by bit; what is expected
is zlib's verdict. libdeflate 1.14 agreed with all cases without history, window and limit, but for three that say so."""

import json
import zlib

from bits import DISTANCE_BASES, DISTANCE_EXTRA, LENGTH_BASES, LENGTH_EXTRA, ORDER, Bits, judge

ORIGIN = f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
cases = []


def squeeze(data):
    """Hexadecimal text, or a list with its long repetitions shortened."""
    if len(data) < 600:
        return data.hex()
    parts, index, plain = [], 0, b""
    while index < len(data):
        for unit in (1, 2, 3, 251):
            piece, times = data[index : index + unit], 1
            while data[index + times * unit : index + (times + 1) * unit] == piece:
                times += 1
            if times * unit >= 600:
                break
        else:
            plain += data[index : index + 1]
            index += 1
            continue
        parts += [plain.hex()] if plain else []
        plain = b""
        parts.append({"repeat": [piece.hex(), times]})
        index += times * unit
    parts += [plain.hex()] if plain else []
    return parts[0] if len(parts) == 1 else parts


def case(name, spec, bits, comment=None, history=b"", also=None, **more):
    """Adds one case; its id tells what zlib did with it."""
    wire = bits.bytes() if isinstance(bits, Bits) else bits
    verdict, detail, output = judge(wire, history)
    limit = more.get("limit")
    if limit is not None and verdict != "error" and len(output) > limit:
        verdict, detail = "error", "too-large"
    kind = "either" if also else "reject" if verdict == "error" else "accept"
    entry = {"id": f"{kind}-{name}", "spec": f"RFC 1951 §{spec}", "origin": ORIGIN if limit is None else "the limit, and " + ORIGIN}
    if comment:
        entry["comment"] = comment
    entry["wire"] = squeeze(wire)
    if history:
        entry["history"] = squeeze(history)
    entry |= more
    if verdict == "error":
        entry["error"] = detail
    else:
        entry["expect"] = squeeze(output)
        entry["ends"] = verdict == "end"
        if detail:
            entry["unused"] = detail
    if also:
        entry["also"] = also
    assert all(entry["id"] != other["id"] for other in cases), entry["id"]
    cases.append(entry)


def blocks():
    case("no-input", "3.2.3", b"", "a stream that has not begun asks for more")
    for final in (True, False):
        case(f"type-3-{'final' if final else 'first'}", "3.2.3", Bits().header(3, final))
    case("type-3-second", "3.2.3", Bits().fixed(False).text(b"ab").end().header(3))
    case("two-fixed-blocks", "3.2.3", Bits().fixed(False).text(b"ab").end().fixed().text(b"cd").end())
    case("three-kinds", "3.2.3", Bits().stored(b"ab", False).fixed(False).text(b"cd").end().dynamic({101: 2, 102: 2, 256: 1}, {}).text(b"ef").end())
    case("match-across-blocks", "3.2.3", Bits().stored(b"abcd", False).fixed().match(8, 4).end(), "distances reach back over the borders of blocks (§3.2)")
    case("bytes-behind-the-end", "3.2.3", Bits().fixed().text(b"a").end().align().number(0xBADBEEF, 32), "what follows the final block is not the stream's")
    case("bits-behind-the-end", "3.2.3", Bits().fixed().end().align(0x3F), "the rest of the last byte is skipped, whatever it holds")
    case("block-behind-the-end", "3.2.3", Bits().stored(b"a").stored(b"b"))
    case("never-final", "3.2.3", Bits().fixed(False).text(b"abc").end())
    case("empty-blocks", "3.2.3", Bits().fixed(False).end().fixed(False).end().stored(b"", False).stored(b"", False).dynamic({256: 1}, {}, False).end().fixed().end())
    for name, flush in (("partial", zlib.Z_PARTIAL_FLUSH), ("sync", zlib.Z_SYNC_FLUSH), ("full", zlib.Z_FULL_FLUSH), ("block", zlib.Z_BLOCK)):
        deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        case(f"flush-{name}", "3.2.3", deflater.compress(b"hello hello hello") + deflater.flush(flush) + deflater.compress(b"hello again") + deflater.flush())
    for count in range(1, 8):
        case(f"fixed-blocks-in-a-row-{count}", "3.1.1", Bits_row(count), "blocks begin at any bit of a byte")


def Bits_row(count):
    bits = Bits()
    for index in range(count):
        bits.fixed(False).symbol(*[200] * index).end()
    return bits.fixed().text(b"z").end()


def stored():
    case("stored-empty", "3.2.4", Bits().stored(b""))
    case("stored-one", "3.2.4", Bits().stored(b"a"))
    case("stored-largest", "3.2.4", Bits().stored(b"a" * 65535))
    case("stored-two", "3.2.4", Bits().stored(b"abc", False).stored(b"def"))
    case("stored-padding-not-zero", "3.2.4", Bits().stored(b"abc", padding=0x1F), "\"any bits of input up to the next byte boundary are ignored\"")
    for start in range(8):
        bits = Bits().fixed(False).symbol(*[200] * (start + 6)).end()
        case(f"stored-behind-{bits.count % 8}-bits", "3.2.4", bits.stored(b"xyz"))
    for name, complement in (("equal", 3), ("zero", 0), ("ones", 0xFFFF), ("low-bit", 3 ^ 0xFFFE), ("high-bit", 3 ^ 0x7FFF), ("swapped", 0xFCFF)):
        case(f"stored-complement-{name}", "3.2.4", Bits().stored(b"abc", complement=complement))
    case("stored-both-zero", "3.2.4", Bits().stored(b"", complement=0), "LEN and NLEN zero is no empty block")
    case("stored-second-complement", "3.2.4", Bits().stored(b"abc", False).stored(b"def", complement=0))
    case("stored-shorter-than-told", "3.2.4", Bits().stored(b"abc", length=4), "the missing byte may still come")
    case("stored-longer-than-told", "3.2.4", Bits().stored(b"abc", length=2))


def fixed():
    case("fixed-empty", "3.2.6", Bits().fixed().end())
    for symbol in (0, 143, 144, 255):
        case(f"fixed-literal-{symbol}", "3.2.6", Bits().fixed().symbol(symbol).end(), "the first and last code of eight and of nine bits" if symbol == 0 else None)
    case("fixed-all-literals", "3.2.6", Bits().fixed().symbol(*range(256)).end())
    for symbol in (286, 287):
        case(f"fixed-symbol-{symbol}", "3.2.6", Bits().fixed().text(b"abc").symbol(symbol).number(0, 16), "takes part in the code, but never occurs; libdeflate 1.14 takes it for a match of 258")
    for symbol in (30, 31):
        case(f"fixed-distance-{symbol}", "3.2.6", Bits().fixed().text(b"abc").symbol(257).distance_symbol(symbol).number(0, 16))
    case("fixed-no-end", "3.2.6", Bits().fixed().text(b"abc"), "without its end the block is not complete")
    seed = b"0123456789abcdef" * 2
    for index, (base, extra) in enumerate(zip(LENGTH_BASES, LENGTH_EXTRA)):
        bits = Bits().fixed().text(seed)
        for value in sorted({0, (1 << extra) - 1}):
            bits.symbol(257 + index).number(value, extra).distance(7)
        case(f"length-symbol-{257 + index}", "3.2.5", bits.end(), "length 258 can also be written with symbol 284 (31 more): zlib and libdeflate take it" if index == 27 else None)
    history = (bytes(range(251)) * 131)[-32768:]
    for index, (base, extra) in enumerate(zip(DISTANCE_BASES, DISTANCE_EXTRA)):
        bits = Bits().fixed()
        for value in sorted({0, (1 << extra) - 1}):
            bits.symbol(257).distance_symbol(index, value)
        case(f"distance-symbol-{index}", "3.2.5", bits.end(), history=history)


def distances():
    for count in (1, 2, 3, 7, 8, 9):
        text = b"abcdefghi"[:count]
        case(f"overlap-{count}", "3.2.3", Bits().fixed().text(text).match(258, count).end(), "a match may run into itself")
    case("distance-to-first-byte", "3.2.5", Bits().fixed().text(b"abcd").match(3, 4).end())
    case("distance-before-first-byte", "3.2.5", Bits().fixed().text(b"abcd").match(3, 5).end())
    case("distance-in-nothing", "3.2.5", Bits().fixed().match(3, 1).end())
    case("distance-largest-too-far", "3.2.5", Bits().fixed().text(b"abcd").match(3, 32768).end())
    case("distance-in-a-later-block", "3.2.5", Bits().stored(b"abc", False).fixed().match(3, 4).end())
    case("distance-to-history", "3.2.5", Bits().fixed().match(4, 4).end(), history=b"abcd")
    case("distance-before-history", "3.2.5", Bits().fixed().match(4, 5).end(), history=b"abcd")
    case("distance-over-history-and-output", "3.2.5", Bits().fixed().text(b"xy").match(6, 4).end(), history=b"abcd")
    case("distance-window", "3.2.5", Bits().stored(b"ab" * 16384, False).fixed().match(10, 32768).end())
    far = Bits().stored(bytes(range(256)) + b"x", False).fixed()
    case("window-8-reached", "3.2.5", Bits().stored(bytes(range(256)), False).fixed().match(3, 256).end(), window=8)
    case("window-8-passed", "3.2.5", far.match(3, 257).end(), "the window was agreed outside of the stream. zlib looks only at what it must take from its window: in one call it accepts, byte by byte it refuses", window=8, also=[{"error": "distance"}])


def dynamic():
    case("dynamic-least", "3.2.7", Bits().dynamic({97: 1, 256: 1}, {}).text(b"aaa").end())
    case("dynamic-257-lengths", "3.2.7", Bits().dynamic({s: 8 for s in range(255)} | {255: 9, 256: 9}, {0: 1, 1: 1}).symbol(*range(256)).end())
    all_symbols = {s: 8 for s in range(226)} | {s: 9 for s in range(226, 286)}
    all_distances = {s: 5 for s in range(28)} | {28: 4, 29: 4}
    case("dynamic-all-symbols", "3.2.7", Bits().dynamic(all_symbols, all_distances).symbol(*range(256)).match(258, 256).match(3, 1).end(), "286 and 30 are the largest counts")
    for literals, count in ((287, 30), (288, 30), (257, 31), (257, 32), (288, 32)):
        case(f"dynamic-counts-{literals}-{count}", "3.2.7", Bits().header(2).counts(literals, count, 19).number(0, 200), "the symbols 286, 287 and the distances 30, 31 do not exist")
    # The code of the code lengths.
    head = lambda count, code: Bits().header(2).counts(257, 1, count).code_lengths(code, count)
    case("code-lengths-none", "3.2.7", head(4, {}).number(0, 300), "no code at all: zlib reads zeros, and then misses the end of block")
    case("code-lengths-none-cut", "3.2.7", head(4, {}).number(0, 200), "zlib reads a zero from each bit and is not through yet", also=[{"error": "code-lengths"}])
    case("code-lengths-one", "3.2.7", head(4, {0: 1}).number(0, 300), "a single code is incomplete here")
    case("code-lengths-incomplete", "3.2.7", head(19, {1: 2, 2: 2, 3: 2}).number(0, 300))
    case("code-lengths-over-subscribed", "3.2.7", head(19, {1: 1, 2: 1, 3: 1}).number(0, 300))
    case("code-lengths-over-subscribed-late", "3.2.7", head(19, {s: 4 for s in range(17)}).number(0, 300))
    case("code-lengths-seven-bits", "3.2.7", Bits().dynamic({97: 1, 256: 1}, {}, code={0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 7}).text(b"a").end())
    for count in range(4, 20):
        code_length_count(count)
    # The row of the lengths.
    zeros = lambda n: [(18, 127)] * (n // 138) + ([(18, n % 138 - 11)] if n % 138 > 10 else [(17, n % 138 - 3)] if n % 138 > 2 else [0] * (n % 138))
    two = {97: 1, 256: 1}
    case("row-zeros", "3.2.7", Bits().dynamic(two, {}, row=zeros(97) + [1] + zeros(158) + [1, 0]).text(b"ab"[:1]).end())
    case("row-repeat-first", "3.2.7", Bits().dynamic(two, {}, row=[(16, 0)] + zeros(94) + [1] + zeros(158) + [1, 0]), "nothing to repeat")
    case("row-repeat-zero", "3.2.7", Bits().dynamic(two, {}, row=[0, (16, 3)] + zeros(90) + [1] + zeros(158) + [1, 0]).text(b"a").end())
    case("row-repeat-behind-17", "3.2.7", Bits().dynamic(two, {}, row=[(17, 0), (16, 3)] + zeros(88) + [1] + zeros(158) + [1, 0]).text(b"a").end(), "the length before is a zero of the run")
    case("row-repeat-behind-18", "3.2.7", Bits().dynamic(two, {}, row=[(18, 0), (16, 0)] + zeros(83) + [1] + zeros(158) + [1, 0]).text(b"a").end())
    case("row-repeat-behind-repeat", "3.2.7", Bits().dynamic({s: 3 for s in range(97, 104)} | {256: 3}, {}, row=zeros(97) + [3, (16, 0), (16, 0)] + zeros(152) + [3, 0]).text(b"abg").end())
    case("row-repeat-across", "3.2.7", Bits().dynamic({97: 2, 98: 2, 256: 2, 257: 2}, {0: 2, 1: 2, 2: 2, 3: 2}, row=zeros(97) + [2, 2] + zeros(157) + [2, (16, 2)]).text(b"ab").match(3, 2).end(), "a repetition runs from one alphabet into the other")
    case("row-zeros-across", "3.2.7", Bits().dynamic(two | {}, {3: 1}, row=zeros(97) + [1] + zeros(158) + [1, (17, 0), 1]).text(b"aaaa").end(), "one row, so zeros may run across as well")
    for symbol, extra in ((16, 0), (16, 3), (17, 0), (17, 7), (18, 0), (18, 127)):
        case(f"row-{symbol}-{extra}-past-the-end", "3.2.7", Bits().dynamic(two, {}, row=zeros(97) + [1] + zeros(158) + [1, (symbol, extra)]), "more lengths than were told")
    case("row-17-to-the-end", "3.2.7", Bits().dynamic(two, {2: 0}, row=zeros(97) + [1] + zeros(158) + [1, (17, 0)]).text(b"a").end())
    case("row-zeros-over-everything", "3.2.7", Bits().dynamic({}, {}, row=[(18, 127), (18, 109)] + [0] * 0), "258 zeros: no end of block")
    # The codes themselves.
    case("no-end-of-block", "3.2.7", Bits().dynamic({97: 1, 98: 1}, {}).text(b"ab"), "symbol 256 without a code: the block could never end")
    case("no-codes", "3.2.7", Bits().dynamic({}, {}, row=[0] * 258))
    case("literals-over-subscribed", "3.2.7", Bits().dynamic({97: 1, 98: 1, 256: 1}, {}))
    case("literals-over-subscribed-late", "3.2.7", Bits().dynamic({97: 1, 98: 2, 99: 15, 100: 15, 101: 15, 256: 2}, {}))
    case("literals-incomplete", "3.2.7", Bits().dynamic({97: 2, 98: 2, 256: 2}, {}))
    case("literals-incomplete-late", "3.2.7", Bits().dynamic({97: 1, 98: 2, 256: 15}, {}))
    case("literals-only-end", "3.2.7", Bits().dynamic({256: 1}, {}).end(), "a single code of one bit is taken, although the other bit means nothing (zlib, libdeflate)")
    case("literals-only-end-other-bit", "3.2.7", Bits().dynamic({256: 1}, {}).number(1, 1).number(0, 32), "libdeflate 1.14 takes the other bit for the end, too")
    case("literals-only-end-two-bits", "3.2.7", Bits().dynamic({256: 2}, {}), "a single code must have one bit")
    case("literals-only-end-fifteen-bits", "3.2.7", Bits().dynamic({256: 15}, {}))
    staircase = {97 + n: n + 1 for n in range(14)} | {111: 15, 256: 15}
    case("literals-fifteen-bits", "3.2.7", Bits().dynamic(staircase, {}).text(bytes(range(97, 112))).end(), "the longest codes there are")
    case("literals-fifteen-bits-of-one-length", "3.2.7", Bits().dynamic(wide(), {}).symbol(0, 65, 72, 193, 254).end())
    case("distances-none", "3.2.7", Bits().dynamic(two, {}).text(b"a").end(), "\"one distance code of zero bits means that there are no distance codes used at all\"")
    case("distances-none-of-thirty", "3.2.7", Bits().dynamic(two, {29: 0}).text(b"a").end())
    lengths = {97: 2, 98: 2, 256: 2, 257: 2}
    case("distances-none-used", "3.2.7", Bits().dynamic(lengths, {}).text(b"aaa").symbol(257).number(0, 32))
    case("distances-one", "3.2.7", Bits().dynamic(lengths, {0: 1}).text(b"ab").match(3, 1).end(), "a single distance has one bit, and the other bit means nothing")
    case("distances-one-high", "3.2.7", Bits().dynamic(lengths, {3: 1}).text(b"abab").match(3, 4).end())
    case("distances-one-other-bit", "3.2.7", Bits().dynamic(lengths, {0: 1}).text(b"ab").symbol(257).number(1, 1).number(0, 32))
    case("distances-one-two-bits", "3.2.7", Bits().dynamic(lengths, {0: 2}))
    case("distances-incomplete", "3.2.7", Bits().dynamic(lengths, {0: 1, 1: 2}))
    case("distances-incomplete-late", "3.2.7", Bits().dynamic(lengths, {0: 1, 1: 15}))
    case("distances-over-subscribed", "3.2.7", Bits().dynamic(lengths, {0: 1, 1: 1, 2: 1}))
    case("distances-over-subscribed-late", "3.2.7", Bits().dynamic(lengths, {s: 4 for s in range(17)}))
    case("distances-fifteen-bits", "3.2.7", Bits().dynamic(lengths, {n: n + 1 for n in range(14)} | {14: 15, 15: 15}).text(b"ab" * 100).match(3, 1).match(3, 192).match(3, 129).end())
    case("dynamic-literal-after-match", "3.2.7", Bits().dynamic(lengths, {0: 1, 1: 1}).text(b"ab").match(3, 2).text(b"b").match(3, 1).end())
    case("dynamic-twice", "3.2.7", Bits().dynamic({97: 1, 256: 1}, {}, False).text(b"a").end().dynamic({98: 1, 256: 1}, {}).text(b"b").end(), "codes do not outlive their block")
    case("dynamic-then-fixed", "3.2.7", Bits().dynamic({97: 1, 256: 1}, {}, False).text(b"a").end().fixed().text(b"ab").end())
    case("dynamic-distance-too-far", "3.2.5", Bits().dynamic(lengths, {0: 1, 1: 1}).text(b"a").match(3, 2).end())
    case("dynamic-no-end", "3.2.3", Bits().dynamic(lengths, {0: 1, 1: 1}).text(b"ab"))


def wide():
    """Codes of 1 to 8 bits, and below the last of them 128 of 15 bits."""
    deep = list(range(65)) + list(range(193, 255)) + [256]
    return {65 + n: n + 1 for n in range(8)} | {symbol: 15 for symbol in deep}


def complete(symbols):
    """A complete code for these symbols: two neighbouring lengths."""
    bits = len(symbols).bit_length() - 1
    short = (2 << bits) - len(symbols)
    return {symbol: bits + (index >= short) for index, symbol in enumerate(symbols)}


def code_length_count(count):
    """HCLEN from 4 to 19: the last length that is told belongs to a symbol that occurs."""
    if count == 4:
        bits = Bits().header(2).counts(257, 1, 4).code_lengths({17: 2, 18: 2, 0: 2, 16: 2}, 4)
        case("code-length-count-4", "3.2.7", bits.row([(18, 127), (18, 108), 0]).number(0, 32), "only zeros can be told: no end of block")
        return
    told = sorted(ORDER[4:count])
    low, high = told[0], told[-1]
    lengths = [low] * ((1 << low) - (low < high)) + list(range(low + 1, high)) + [high] * 2 * (low < high)
    literals = dict(enumerate(lengths[:-1])) | {256: lengths[-1]}
    bits = Bits().dynamic(literals, {}, code=complete(ORDER[:count]))
    case(f"code-length-count-{count}", "3.2.7", bits.symbol(0, len(lengths) - 2).end())


def limits():
    case("limit-reached", "3.2.3", Bits().fixed().text(b"abcd").end(), limit=4)
    case("limit-passed-by-literal", "3.2.3", Bits().fixed().text(b"abcd").end(), limit=3)
    case("limit-reached-by-match", "3.2.3", Bits().fixed().text(b"a").match(100, 1).end(), limit=101)
    case("limit-passed-by-match", "3.2.3", Bits().fixed().text(b"a").match(100, 1).end(), limit=100)
    case("limit-reached-by-stored", "3.2.3", Bits().stored(b"abcd"), limit=4)
    case("limit-passed-by-stored", "3.2.3", Bits().stored(b"abcd"), limit=3)
    case("limit-zero", "3.2.3", Bits().fixed().end(), limit=0)
    long = Bits().fixed().text(b"a")
    for _ in range(400):
        long.match(258, 1)
    case("limit-passed-far", "3.2.3", long.end(), "a hundred thousand bytes from some hundred", limit=10000)
    case("limit-passed-dynamic", "3.2.3", Bits().dynamic({97: 1, 256: 1}, {}).text(b"a" * 2000).end(), limit=1999)


blocks(), stored(), fixed(), distances(), dynamic(), limits()
print(json.dumps({"schema": 1, "family": "deflate", "members": "wire: a raw stream; history: bytes before its first, which distances may reach; window: bits, 15 when absent; limit: most bytes of output; expect: the output; ends: whether the final block has ended; unused: bytes of wire behind it; error: block-type, stored-length, code-lengths, symbol, distance or too-large"}, ensure_ascii=False))
for entry in cases:
    print(json.dumps(entry, ensure_ascii=False))
