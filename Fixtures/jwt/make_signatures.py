#!/usr/bin/env python3
"""Writes signatures.jsonl: signatures of RSA, ECDSA and Ed25519, good ones and ones that break one rule each.

    make_signatures.py > signatures.jsonl     needs PyPI cryptography (Tests/requirements.txt)

Keys are made anew in each run. What is expected is the verdict of cryptography, and of the RFC: where a case was made to be good or bad and
cryptography says otherwise, the program stops.
"""

import base64
import hashlib
import json
import math
import random

import cryptography
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

ORIGIN = f"cryptography {cryptography.__version__}"
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
CURVES = {
    "P-256": (ec.SECP256R1(), "sha256", 2**256 - 2**224 + 2**192 + 2**96 - 1,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551),
    "P-384": (ec.SECP384R1(), "sha384", 2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973),
}
chance = random.Random(7515)
lines = []


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def big(number, count=None):
    return number.to_bytes(count or (number.bit_length() + 7) // 8, "big")


def case(name, spec, good, key, value, signature, comment=None, origin=ORIGIN, verdict=None):
    """`verdict` asks cryptography; None: it will not read the key, or the RFC alone says it."""
    if verdict is not None:
        assert verdict() == good, f"{name}: cryptography says {not good}"
    line = {"id": f"{'accept' if good else 'reject'}-{name}", "spec": spec, "origin": origin}
    if comment:
        line["comment"] = comment
    line.update(key)
    line.update(value)
    line["signature"] = signature.hex()
    line.update({"expect": True} if good else {"error": "signature"})
    lines.append(line)


def holds(verify, *arguments):
    try:
        verify(*arguments)
        return True
    except InvalidSignature:
        return False


# RSA ---------------------------------------------------------------------------------------------------------------------------

PREFIX = {"sha256": "3031300d060960864801650304020105000420", "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440"}


def prime(bits):
    """Its two highest bits are set, so that two of them make a product of all their bits."""
    while True:
        p = chance.getrandbits(bits) | 3 << bits - 2 | 1
        odd, twos = p - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        def passes(base):
            x = pow(base, odd, p)
            return x == 1 or any(pow(x, 2**i, p) == p - 1 for i in range(twos))
        if all(p % small for small in range(3, 1000, 2)) and all(passes(base) for base in range(2, 20)):
            return p


class RSA:
    """Made here, because cryptography makes neither 2049 bits nor odd exponents."""

    def __init__(self, bits, exponent=65537):
        while True:
            p, q = prime((bits + 1) // 2), prime(bits // 2)
            order = math.lcm(p - 1, q - 1)
            if math.gcd(exponent, order) == 1:
                break
        self.n, self.e, self.d = p * q, exponent, pow(exponent, -1, order)
        assert self.n.bit_length() == bits
        self.bits, self.count = bits, (bits + 7) // 8
        self.public = rsa.RSAPublicNumbers(self.e, self.n).public_key()

    def key(self, hash, scheme):
        return {"kind": "RSA", "modulus": big(self.n).hex(), "exponent": big(self.e).hex(), "hash": hash, "padding": scheme}

    def raw(self, block):
        return big(pow(int.from_bytes(block, "big"), self.d, self.n), self.count)

    def case(self, name, spec, good, digest, hash, scheme, signature, comment=None, asks=True):
        pad = padding.PKCS1v15() if scheme == "pkcs1" else padding.PSS(padding.MGF1(HASHES[hash]), len(digest))
        case(name, spec, good, self.key(hash, scheme), {"digest": digest.hex()}, signature, comment, verdict=(lambda: holds(
            self.public.verify, signature, digest, pad, utils.Prehashed(HASHES[hash]))) if asks else None)


def pkcs1_block(key, hash, digest, info=None, fill=0xFF, head=b"\x00\x01", gap=b"\x00"):
    tail = gap + (bytes.fromhex(PREFIX[hash]) + digest if info is None else info)
    return head + bytes([fill]) * (key.count - len(head) - len(tail)) + tail


def pss_block(bits, hash, digest, salt, trailer=b"\xbc", one=b"\x01", top=0, inner=bytes(8), mgf=None):
    count, size = (bits + 7) // 8, len(digest)
    h = hashlib.new(hash, inner + digest + salt).digest()
    data = bytes(count - len(salt) - size - 2) + one + salt
    mask = b"".join(hashlib.new(mgf or hash, h + big(i, 4)).digest() for i in range(count // 20))[:len(data)]
    masked = bytearray(x ^ y for x, y in zip(data, mask))
    masked[0] = masked[0] & (0xFF >> (8 * count - bits)) | top
    return bytes(masked) + h + trailer


def rsa_cases():
    spec = "RFC 8017 §8.2.2"
    keys = {bits: RSA(bits) for bits in (2048, 2049, 2056, 3072, 4096)}
    for hash in HASHES:
        digest = hashlib.new(hash, b"digest").digest()
        for bits, key in keys.items():
            key.case(f"pkcs1-{hash}-{bits}", spec, True, digest, hash, "pkcs1", key.raw(pkcs1_block(key, hash, digest)))
            block = pss_block(bits - 1, hash, digest, chance.randbytes(len(digest)))
            key.case(f"pss-{hash}-{bits}", "RFC 8017 §8.1.2", True, digest, hash, "pss", key.raw(block))
    for exponent in (3, 17, 2**31 + 11, 2**32 - 1):
        try:
            key = RSA(2048, exponent)
        except ValueError:
            continue
        key.case(f"pkcs1-exponent-{exponent}", spec, True, digest, "sha512", "pkcs1",
            key.raw(pkcs1_block(key, "sha512", digest)))
    key, hash = keys[2048], "sha256"
    digest = hashlib.sha256(b"digest").digest()
    info = bytes.fromhex(PREFIX[hash]) + digest
    good = key.raw(pkcs1_block(key, hash, digest))

    def bad(name, signature, comment=None, spec=spec, key=key, scheme="pkcs1", asks=True, digest=digest, hash=hash):
        key.case(name, spec, False, digest, hash, scheme, signature, comment, asks)

    bad("pkcs1-other-digest", good, digest=hashlib.sha256(b"other").digest())
    bad("pkcs1-other-key", good, key=keys[4096])
    bad("pkcs1-short", good[:-1])
    bad("pkcs1-long", good + b"\x00")
    bad("pkcs1-zero-in-front", b"\x00" + good)
    bad("pkcs1-empty", b"", asks=False)
    bad("pkcs1-plus-modulus", big(int.from_bytes(good, "big") + key.n, 257))
    for i in range(10**6):
        other = hashlib.sha256(big(i, 4)).digest()
        number = int.from_bytes(key.raw(pkcs1_block(key, hash, other)), "big")
        if number + key.n < 2**2048:
            bad("pkcs1-not-below-modulus", big(number + key.n, 256), "The same number modulo n, in as many bytes.", digest=other)
            break
    for number, name in ((0, "zero"), (1, "one"), (key.n - 1, "minus-one"), (key.n, "modulus")):
        bad(f"pkcs1-{name}", big(number, 256))
    sha1 = bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(b"digest").digest()
    blocks = {
        "first-byte": dict(head=b"\x01\x01"), "block-type-0": dict(head=b"\x00\x00"), "block-type-2": dict(head=b"\x00\x02"),
        "fill-fe": dict(fill=0xFE), "fill-00": dict(fill=0x00), "no-gap": dict(gap=b""), "gap-01": dict(gap=b"\x01"),
        "two-gaps": dict(gap=b"\x00\x00"), "null-missing": dict(info=bytes.fromhex("302f300b06096086480165030402010420") + digest),
        "null-not-empty": dict(info=bytes.fromhex("3032300e06096086480165030402010501000420") + digest),
        "digest-alone": dict(info=digest), "digest-short": dict(info=info[:-1]), "digest-long": dict(info=info + b"\x00"),
        "sha1": dict(info=sha1), "name-of-sha384": dict(info=bytes.fromhex(PREFIX["sha384"]) + digest),
        "length-of-two-bytes": dict(info=bytes.fromhex("308131300d060960864801650304020105000420") + digest),
        "length-indefinite": dict(info=bytes.fromhex("3080300d060960864801650304020105000420") + digest + b"\x00\x00"),
    }
    for name, change in blocks.items():
        bad(f"pkcs1-block-{name}", key.raw(pkcs1_block(key, hash, digest, **change)), spec="RFC 8017 §9.2")
    for fill in (0, 1, 8):
        tail = b"\x00" + info
        block = b"\x00\x01" + b"\xff" * fill + tail
        bad(f"pkcs1-block-{fill}-of-fill-and-rubbish", key.raw(block + bytes(256 - len(block))), spec="RFC 8017 §9.2")
    flipped = bytearray(pkcs1_block(key, hash, digest))
    for place in (2, 100, 203, 204, 210, 220, 223, 224, 255):
        flipped[place] ^= 1
        bad(f"pkcs1-block-byte-{place}", key.raw(bytes(flipped)), spec="RFC 8017 §9.2")
        flipped[place] ^= 1
    # The forgery of a cube root: a block whose end is free, for a key of exponent 3.
    cube = RSA(2048, 3)
    head = b"\x00\x01" + b"\xff" * 8 + b"\x00" + info
    target = int.from_bytes(head + b"\xff" * (256 - len(head)), "big")
    root = 1 << 683
    for _ in range(2000):
        root = (2 * root + target // (root * root)) // 3
    while root**3 > target:
        root -= 1
    assert big(root**3, 256).startswith(head)
    bad("pkcs1-cube-root", big(root, 256), "Bleichenbacher 2006: rubbish behind a digest that stands too far in front.", key=cube)
    # PSS.
    spec = "RFC 8017 §9.1.2"
    salt = chance.randbytes(32)
    pss = dict(spec=spec, scheme="pss")
    changes = {"trailer-cc": dict(trailer=b"\xcc"), "one-02": dict(one=b"\x02"), "one-00": dict(one=b"\x00"),
        "top-bit": dict(top=0x80), "zeros-01": dict(inner=b"\x01" + bytes(7)), "mgf-sha512": dict(mgf="sha512")}
    for name, change in changes.items():
        block = pss_block(2047, hash, digest, salt, **change)
        if int.from_bytes(block, "big") < key.n:
            bad(f"pss-{name}", key.raw(block), **pss)
    for count in (0, 16, 31, 33, 64, 222):
        bad(f"pss-salt-{count}", key.raw(pss_block(2047, hash, digest, chance.randbytes(count))),
            "RFC 7518 §3.5: the salt is as long as the digest.", **pss)
    bad("pss-as-pkcs1", key.raw(pss_block(2047, hash, digest, salt)))
    bad("pkcs1-as-pss", good, **pss)
    wide = keys[2049]
    block = b"\x01" + pss_block(2048, hash, digest, salt)
    number = int.from_bytes(block, "big")
    if number < wide.n:
        bad("pss-first-byte-of-2049", wide.raw(block), key=wide, **pss)
    for place in (0, 1, 100, 222, 223, 254):
        block = bytearray(pss_block(2047, hash, digest, salt))
        block[place] ^= 1
        bad(f"pss-block-byte-{place}", key.raw(bytes(block)), **pss)


# ECDSA -------------------------------------------------------------------------------------------------------------------------

class Curve:
    def __init__(self, name):
        self.name = name
        self.curve, self.hash, self.p, self.n = CURVES[name]
        self.size = self.curve.key_size // 8
        generator = ec.derive_private_key(1, self.curve).public_key().public_numbers()
        self.g = (generator.x, generator.y)
        self.b = (self.g[1]**2 - self.g[0]**3 + 3 * self.g[0]) % self.p

    def add(self, a, b):
        if a is None or b is None:
            return a or b
        if a[0] == b[0]:
            if (a[1] + b[1]) % self.p == 0:
                return None
            slope = (3 * a[0]**2 - 3) * pow(2 * a[1], -1, self.p)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, self.p)
        x = (slope**2 - a[0] - b[0]) % self.p
        return x, (slope * (a[0] - x) - a[1]) % self.p

    def times(self, k, point):
        result = None
        for bit in bin(k % self.n)[2:]:
            result = self.add(result, result)
            if bit == "1":
                result = self.add(result, point)
        return result

    def lift(self, x):
        square = (x**3 - 3 * x + self.b) % self.p
        y = pow(square, (self.p + 1) // 4, self.p)
        return (x, y) if y * y % self.p == square else None

    def case(self, name, good, point, digest, r, s, comment=None, spec="FIPS 186-5 §6.4.2", asks=True, raw=None):
        signature = raw if raw is not None else big(r, self.size) + big(s, self.size)
        def verdict():
            public = ec.EllipticCurvePublicNumbers(*point, self.curve).public_key()
            algorithm = ec.ECDSA(utils.Prehashed(HASHES[self.hash]))
            return holds(public.verify, utils.encode_dss_signature(r, s), digest, algorithm)
        key = {"kind": "EC", "curve": self.name, "x": big(point[0], self.size).hex(), "y": big(point[1], self.size).hex()}
        case(f"{self.name}-{name}", spec, good, key, {"digest": digest.hex()}, signature, comment,
            verdict=verdict if asks and raw is None else None)

    def sign(self, d, e, k):
        r = self.times(k, self.g)[0] % self.n
        return r, pow(k, -1, self.n) * (e + r * d) % self.n


def ecdsa_cases(name):
    curve = Curve(name)
    n, p, size = curve.n, curve.p, curve.size
    d = chance.randrange(1, n)
    q = curve.times(d, curve.g)
    digest = hashlib.new(curve.hash, b"digest").digest()
    e = int.from_bytes(digest, "big")
    r, s = curve.sign(d, e, chance.randrange(1, n))
    curve.case("plain", True, q, digest, r, s)
    curve.case("negative-s", True, q, digest, r, n - s, "Both s and n - s are signatures; nothing here asks for the lower one.")
    curve.case("k-is-1", True, q, digest, *curve.sign(d, e, 1))
    curve.case("k-is-n-minus-1", True, q, digest, *curve.sign(d, e, n - 1))
    for text, value in (("zero", 0), ("one", 1), ("order", n), ("ones", 2**(8 * size) - 1), ("order-less-1", n - 1)):
        data = big(value, size)
        number = value % n
        curve.case(f"digest-{text}", True, q, data, *curve.sign(d, number, chance.randrange(1, n)))
    for key in (1, 2, 3, n - 1, n - 2, (n + 1) // 2):
        point = curve.times(key, curve.g)
        text = {n - 1: "n-1", n - 2: "n-2", (n + 1) // 2: "half"}.get(key, str(key))
        curve.case(f"key-{text}", True, point, digest, *curve.sign(key, e, chance.randrange(1, n)))
        curve.case(f"key-{text}-wrong", False, point, digest, r, s)
    # u and v such that both sums meet: u·G = v·Q, so the last addition is a doubling; and u·G = -v·Q, so it is infinity.
    for key, text in ((1, "doubling"), (5, "doubling-of-5")):
        point = curve.times(key, curve.g)
        for k in range(2, 40, 2):
            r2 = curve.times(k, curve.g)[0] % n
            s2 = 2 * r2 * key * pow(k, -1, n) % n
            data = big(r2 * key % n, size)
            if k in (2, 38):
                curve.case(f"{text}-{k}", True, point, data, r2, s2, "u times the generator is v times the key.")
    data = big(-r * d % n, size)
    curve.case("infinity", False, q, data, r, s, "u times the generator and v times the key give infinity.")
    curve.case("infinity-r-1", False, q, big(-d % n, size), 1, 1, "The same with r = s = 1.")
    # x between the order and the prime: r is x - n.
    for r3 in range(1, 10**6):
        point = curve.lift(r3 + n) if r3 + n < p else None
        if point is None:
            assert r3 + n < p
            continue
        s3 = chance.randrange(1, n)
        key = curve.times(pow(r3, -1, n), curve.add(curve.times(s3, point), curve.times(-e, curve.g)))
        curve.case("x-above-order", True, key, digest, r3, s3, "x = r + n, which is still below p.")
        curve.case("x-above-order-as-r", False, key, digest, r3 + n, s3, "r is x itself, which is not below n.")
        break
    # A key for which s is small, so that s + n has the length of the order, too.
    key = curve.times(pow(r, -1, n), curve.add(curve.times(7 * pow(s, -1, n), curve.add(curve.times(e, curve.g), curve.times(r, q))),
        curve.times(-e, curve.g)))
    curve.case("s-small", True, key, digest, r, 7)
    curve.case("s-small-plus-n", False, key, digest, r, 7 + n, "The same number modulo n.")
    # x + n would be in the field but x is not what came out; r + n above p must not wrap.
    curve.case("r-wraps", False, q, digest, p - n if p - n < n else 5, s)
    for text, (r4, s4) in {"r-0": (0, s), "s-0": (r, 0), "both-0": (0, 0), "r-n": (n, s), "s-n": (r, n), "r-plus-n": (r + n, s),
            "s-plus-n": (r, s + n), "r-n+1": (n + 1, s), "s-n+1": (r, n + 1), "both-n": (n, n), "r-p": (p, s),
            "ones": (2**(8 * size) - 1,) * 2, "r-1": (1, s), "s-1": (r, 1), "both-1": (1, 1), "r-n-1": (n - 1, s),
            "s-n-1": (r, n - 1), "r-0-s-1": (0, 1), "r-n-s-1": (n, 1)}.items():
        if max(r4, s4) < 2**(8 * size):
            curve.case(f"{text}", False, q, digest, r4, s4)
    curve.case("exchanged", False, q, digest, s, r)
    curve.case("negative-r", False, q, digest, n - r, s)
    curve.case("other-digest", False, q, big((e + 1) % 2**(8 * size), size), r, s)
    curve.case("other-key", False, curve.times(d + 1, curve.g), digest, r, s)
    curve.case("negative-key", False, (q[0], p - q[1]), digest, r, s)
    raw = big(r, size) + big(s, size)
    for text, data in {"der": utils.encode_dss_signature(r, s), "empty": b"", "half": raw[:size], "short": raw[:-1],
            "long": raw + b"\x00", "zero-in-front": b"\x00" + raw, "wider": b"\x00" + raw[:size] + b"\x00" + raw[size:],
            "twice": raw + raw}.items():
        curve.case(f"length-{text}", False, q, digest, r, s, spec="RFC 7518 §3.4", raw=data,
            comment="Exactly two numbers of the order's length.")
    for bit in (0, 1, 8 * size - 1):
        curve.case(f"r-bit-{bit}", False, q, digest, r ^ 1 << bit, s)
        curve.case(f"s-bit-{bit}", False, q, digest, r, s ^ 1 << bit)


# RFC 6979 §A.2.5, §A.2.6: messages "sample" and "test" with each function; r and s.
RFC6979 = {
    "P-256": ("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "sha256"),
    "P-384": ("6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5", "sha384"),
}


def rfc6979_cases():
    """The signatures of the appendix are what its algorithm gives; cryptography has it."""
    for name, (private, hash) in RFC6979.items():
        curve = Curve(name)
        key = ec.derive_private_key(int(private, 16), curve.curve)
        numbers = key.public_key().public_numbers()
        for message in (b"sample", b"test"):
            r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(HASHES[hash], deterministic_signing=True)))
            if (name, message) == ("P-256", b"sample"):
                assert r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
                assert s == 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
            curve.case(f"rfc-{message.decode()}", True, (numbers.x, numbers.y), hashlib.new(hash, message).digest(), r, s,
                spec=f"RFC 6979 §A.2.{5 if name == 'P-256' else 6}")


# Ed25519 -----------------------------------------------------------------------------------------------------------------------

L = 2**252 + 27742317777372353535851937790883648493


def eddsa_cases():
    spec = "RFC 8032 §5.1.7"

    def one(name, good, public, message, signature, comment=None, spec=spec, asks=True):
        case(f"Ed25519-{name}", spec, good, {"kind": "Ed25519", "x": public.hex()}, {"message": message.hex()}, signature, comment,
            verdict=(lambda: holds(ed25519.Ed25519PublicKey.from_public_bytes(public).verify, signature, message)) if asks else None)

    vectors = [  # §7.1: secret key, message
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
        ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            hashlib.sha512(b"abc").hexdigest()),
    ]
    for number, (secret, message) in enumerate(vectors, 1):
        private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
        message = bytes.fromhex(message)
        one(f"rfc-{number}", True, private.public_key().public_bytes_raw(), message, private.sign(message), spec="RFC 8032 §7.1")
    private = ed25519.Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    public = private.public_key().public_bytes_raw()
    for count in (0, 1, 31, 32, 33, 63, 64, 65, 111, 112, 127, 128, 129, 1000):
        message = chance.randbytes(count)
        one(f"message-{count}", True, public, message, private.sign(message))
    message = b"message"
    good = private.sign(message)
    s = int.from_bytes(good[32:], "little")
    for text, number in {"s-plus-order": s + L, "s-plus-8-orders": s + 8 * L, "s-order": L, "s-zero": 0, "s-ones": 2**256 - 1,
            "s-negative": L - s, "s-plus-1": s + 1}.items():
        one(text, False, public, message, good[:32] + number.to_bytes(32, "little"), "S is below the order, or it is refused.")
    one("other-message", False, public, b"massage", good)
    one("other-key", False, ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw(), message, good)
    one("sign-of-r", False, public, message, good[:31] + bytes([good[31] ^ 0x80]) + good[32:])
    one("sign-of-key", False, public[:31] + bytes([public[31] ^ 0x80]), message, good)
    one("r-neutral", False, public, message, b"\x01" + bytes(31) + good[32:])
    one("r-zero", False, public, message, bytes(32) + good[32:])
    one("exchanged", False, public, message, good[32:] + good[:32])
    for text, data in {"empty": b"", "short": good[:-1], "long": good + b"\x00", "half": good[:32]}.items():
        one(f"length-{text}", False, public, message, data)
    for place in (0, 15, 30, 32, 47, 60):
        data = bytearray(good)
        data[place] ^= 1
        one(f"bit-of-byte-{place}", False, public, message, bytes(data))


# Tokens of the RFCs: the signature alone ------------------------------------------------------------------------------------------

def rfc_cases():
    signed = ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ")
    n = ("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b"
        "32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
        "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")
    signature = ("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
        "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1p"
        "hCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")
    rfc_rsa("rfc-7515-a2", "RFC 7515 §A.2", n, signed, signature, "pkcs1", "sha256")
    n = ("n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcE"
        "e6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg"
        "_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw")
    text = ("SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBr"
        "ZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4")
    signature = ("MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3"
        "lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12"
        "podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg")
    rfc_rsa("rfc-7520-4.1", "RFC 7520 §4.1", n, "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + text,
        signature, "pkcs1", "sha256")
    signature = ("cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-"
        "UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_"
        "jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw")
    rfc_rsa("rfc-7520-4.2", "RFC 7520 §4.2", n, "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + text,
        signature, "pss", "sha384")
    curve = Curve("P-256")
    point = tuple(int.from_bytes(b64(x), "big") for x in ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
    signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    raw = b64("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
    curve.case("rfc-7515-a3", True, point, hashlib.sha256(signed.encode()).digest(), int.from_bytes(raw[:32], "big"),
        int.from_bytes(raw[32:], "big"), spec="RFC 7515 §A.3")


def rfc_rsa(name, spec, n, signed, signature, scheme, hash):
    n, digest, signature = int.from_bytes(b64(n), "big"), hashlib.new(hash, signed.encode()).digest(), b64(signature)
    public = rsa.RSAPublicNumbers(65537, n).public_key()
    pad = padding.PKCS1v15() if scheme == "pkcs1" else padding.PSS(padding.MGF1(HASHES[hash]), len(digest))
    case(name, spec, True, {"kind": "RSA", "modulus": big(n).hex(), "exponent": "010001", "hash": hash, "padding": scheme},
        {"digest": digest.hex()}, signature, origin=spec,
        verdict=lambda: holds(public.verify, signature, digest, pad, utils.Prehashed(HASHES[hash])))


rfc_cases()
rfc6979_cases()
rsa_cases()
for name in CURVES:
    ecdsa_cases(name)
eddsa_cases()
print(json.dumps({"schema": 1, "family": "jwt", "members":
    "kind, and the key: modulus, exponent, hash, padding (pkcs1, or pss with a salt of the digest's length) of RSA, curve, x, y of EC, x of "
    "Ed25519; digest or message: what is signed; signature; expect: true, or error: signature"}))
for line in lines:
    print(json.dumps(line, ensure_ascii=False))
