"""Writes signatures, about half of them broken, each with the verdict of PyPI's cryptography (OpenSSL).

signature_peer.py KIND SEED COUNT FILE     KIND: RSA, P-256, P-384 or Ed25519

One signature a line: name=value with a space between; numbers and bytes are hexadecimal text. `valid` is 0 also where the key is refused.
"""

import hashlib
import random
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

kind, seed, count, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
chance = random.Random(f"{kind} {seed}")
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def flipped(data):
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 8])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def mutated(data):
    """Some bytes that are not these, most of them as long."""
    return chance.choice([flipped, flipped, flipped, lambda d: d[:-1], lambda d: d + bytes([chance.randrange(256)]), lambda d: b"\x00" + d,
        lambda d: chance.randbytes(len(d)), lambda d: bytes(len(d)), lambda d: b"\xff" * len(d)])(data)


def number(data):
    return int.from_bytes(data, "big")


class RSA:
    #: Few, so that whoever judges has to make few of them.
    keys = [rsa.generate_private_key(e, bits) for e, bits in ((65537, 2048), (65537, 2048), (3, 2048), (65537, 3072), (65537, 4096))] if kind == "RSA" else []

    def make(self):
        key = chance.choice(self.keys[:3] if chance.random() < 0.95 else self.keys)
        numbers = key.public_key().public_numbers()
        hash = chance.choice(list(HASHES))
        scheme = chance.choice(["pkcs1", "pss"])
        digest = hashlib.new(hash, chance.randbytes(20)).digest()
        case = {"kind": "RSA", "modulus": numbers.n.to_bytes(key.key_size // 8, "big"), "exponent": numbers.e.to_bytes(3, "big"), "hash": hash,
            "padding": scheme, "digest": digest}
        case["signature"] = key.sign(digest, self.scheme(case), utils.Prehashed(HASHES[hash]))
        return case

    def scheme(self, case):
        hash = HASHES[case["hash"]]
        return padding.PKCS1v15() if case["padding"] == "pkcs1" else padding.PSS(padding.MGF1(hash), hash.digest_size)

    def twist(self, case):
        n, s = number(case["modulus"]), number(case["signature"])
        size = len(case["modulus"])
        what = chance.randrange(5)
        if what == 0 and s + n < 256**size:
            case["signature"] = (s + n).to_bytes(size, "big")
        elif what == 1:
            case["signature"] = (n - s).to_bytes(size, "big")
        elif what == 2:
            case["padding"] = "pss" if case["padding"] == "pkcs1" else "pkcs1"
        elif what == 3:
            case["digest"] = flipped(case["digest"])
        else:
            case["signature"] = mutated(case["signature"])

    def verify(self, case):
        public = rsa.RSAPublicNumbers(number(case["exponent"]), number(case["modulus"])).public_key()
        public.verify(case["signature"], case["digest"], self.scheme(case), utils.Prehashed(HASHES[case["hash"]]))


class ECDSA:
    curve = ec.SECP384R1() if kind == "P-384" else ec.SECP256R1()
    hash = hashes.SHA384() if kind == "P-384" else hashes.SHA256()
    size = curve.key_size // 8
    order = {32: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        48: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973}[size]

    def make(self):
        # Small private keys and small digests now and then: points and multipliers that come rarely.
        private = chance.randrange(1, self.order) if chance.random() < 0.9 else chance.choice([1, 2, 3, self.order - 1, self.order - 2, 1 << chance.randrange(250)])
        key = ec.derive_private_key(private, self.curve)
        numbers = key.public_key().public_numbers()
        digest = chance.randbytes(self.size) if chance.random() < 0.9 else chance.choice([bytes(self.size), b"\xff" * self.size,
            self.order.to_bytes(self.size, "big"), (1 << chance.randrange(8 * self.size)).to_bytes(self.size, "big")])
        r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(utils.Prehashed(self.hash))))
        return {"kind": "EC", "curve": kind, "x": numbers.x.to_bytes(self.size, "big"), "y": numbers.y.to_bytes(self.size, "big"), "digest": digest,
            "signature": r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big")}

    def twist(self, case):
        r, s = number(case["signature"][:self.size]), number(case["signature"][self.size:])
        what = chance.randrange(7)
        if what == 0:
            r, s = chance.choice([(s, r), (r, self.order - s), (self.order - r, s), (r + self.order, s), (r, s + self.order), (0, s), (r, 0), (self.order, s),
                (r, self.order), (1, 1), (r, 1), (1, s)])
            if max(r, s) < 256**self.size:
                case["signature"] = r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big")
        elif what == 1:
            case["digest"] = flipped(case["digest"])
        elif what == 2:
            case["x"], case["y"] = chance.choice([(case["y"], case["x"]), (flipped(case["x"]), case["y"]), (case["x"], flipped(case["y"])),
                (bytes(self.size), bytes(self.size)), (case["x"], bytes(self.size))])
        elif what == 3:
            case["signature"] = utils.encode_dss_signature(r, s)
        else:
            case["signature"] = mutated(case["signature"])

    def verify(self, case):
        signature = case["signature"]
        if len(signature) != 2 * self.size:
            raise ValueError("RFC 7518 §3.4")
        public = ec.EllipticCurvePublicNumbers(number(case["x"]), number(case["y"]), self.curve).public_key()
        der = utils.encode_dss_signature(number(signature[:self.size]), number(signature[self.size:]))
        public.verify(der, case["digest"], ec.ECDSA(utils.Prehashed(self.hash)))


class EdDSA:
    order = 2**252 + 27742317777372353535851937790883648493

    def make(self):
        key = ed25519.Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(chance.choice([0, 1, 32, 63, 64, 65, 200]))
        return {"kind": "Ed25519", "x": key.public_key().public_bytes_raw(), "message": message, "signature": key.sign(message)}

    def twist(self, case):
        s = int.from_bytes(case["signature"][32:], "little")
        what = chance.randrange(5)
        if what == 0:
            s = chance.choice([s + self.order, s + 7 * self.order, self.order - s, 0, self.order, s + 1])
            case["signature"] = case["signature"][:32] + s.to_bytes(32, "little")
        elif what == 1:
            case["message"] = case["message"] + b"x"
        elif what == 2:
            case["x"] = flipped(case["x"])
        else:
            case["signature"] = mutated(case["signature"])

    def verify(self, case):
        ed25519.Ed25519PublicKey.from_public_bytes(case["x"]).verify(case["signature"], case["message"])


def is_valid(room, case):
    try:
        room.verify(case)
        return True
    except (InvalidSignature, ValueError):
        return False


room = {"RSA": RSA, "Ed25519": EdDSA}.get(kind, ECDSA)()
with open(path, "w", encoding="utf-8") as file:
    for index in range(count):
        case = room.make()
        if index % 2:
            room.twist(case)
        case["valid"] = int(is_valid(room, case))
        print(" ".join(f"{name}={value.hex() if isinstance(value, bytes) else value}" for name, value in case.items()), file=file)
