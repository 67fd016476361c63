#!/usr/bin/env python3
"""Writes tokens.jsonl and keys.jsonl: tokens and sets of keys, good ones and ones that break one rule each.

    make_tokens.py FOLDER     needs PyPI cryptography (Tests/requirements.txt)

Tokens are put together here from their parts; signatures are those of cryptography and of Python's hmac. Keys are made anew in each run.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import random
import sys

import cryptography
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils, x25519

ORIGIN = f"cryptography {cryptography.__version__}"
NOW = 1_763_740_800
chance = random.Random(7519)
SECRET = bytes(range(32, 64))
HASH = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, count=None):
    return b64(value.to_bytes(count or (value.bit_length() + 7) // 8, "big"))


def text(value):
    return value if isinstance(value, (bytes, str)) else json.dumps(value, separators=(",", ":"))


def sign(alg, key, data):
    if alg.startswith("HS"):
        return hmac.digest(key, data, "sha" + alg[2:])
    if alg.startswith("RS"):
        return key.sign(data, padding.PKCS1v15(), HASH[alg[2:]])
    if alg.startswith("PS"):
        return key.sign(data, padding.PSS(padding.MGF1(HASH[alg[2:]]), int(alg[2:]) // 8), HASH[alg[2:]])
    if alg.startswith("ES"):
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(HASH[alg[2:]])))
        size = key.key_size // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.sign(data)


def token(claims, alg="HS256", key=SECRET, header=None, signed_as=None):
    head = {"alg": alg} if header is None else header
    parts = [text(part) for part in (head, claims)]
    data = ".".join(b64(part if isinstance(part, bytes) else part.encode()) for part in parts)
    return data + "." + b64(sign(signed_as or alg, key, data.encode()))


rsa_key, other_rsa = (rsa.generate_private_key(65537, 2048) for _ in range(2))
p256, other_p256 = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
p384, p521 = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP521R1())
ed = ed25519.Ed25519PrivateKey.generate()


def jwk(private, **more):
    if isinstance(private, bytes):
        return {"kty": "oct", "k": b64(private), **more}
    public = private.public_key()
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}
    if isinstance(private, ec.EllipticCurvePrivateKey):
        numbers, size = public.public_numbers(), (private.key_size + 7) // 8
        return {"kty": "EC", "crv": f"P-{private.key_size}", "x": number(numbers.x, size), "y": number(numbers.y, size), **more}
    crv = "Ed25519" if isinstance(private, ed25519.Ed25519PrivateKey) else "X25519"
    return {"kty": "OKP", "crv": crv, "x": b64(public.public_bytes_raw()), **more}


def keyset(*keys):
    return json.dumps({"keys": list(keys)}, separators=(",", ":"))


HS = keyset(jwk(SECRET))
RS = keyset(jwk(rsa_key, kid="r", alg="RS256"))
ES = keyset(jwk(p256, kid="e"))
ALL = keyset(jwk(SECRET, kid="h"), jwk(rsa_key, kid="r", alg="RS256"), jwk(rsa_key, kid="ps", alg="PS256"), jwk(p256, kid="e"),
    jwk(p384, kid="e3"), jwk(ed, kid="d"))


class File:
    def __init__(self, name, members):
        self.lines = [{"schema": 1, "family": "jwt", "members": members}]
        self.name = name

    def add(self, id, spec, outcome, more, comment=None, origin=ORIGIN):
        line = {"id": id, "spec": spec, "origin": origin}
        if comment:
            line["comment"] = comment
        line.update(more)
        line.update({"error": outcome} if id.startswith("reject-") else {"expect": outcome})
        self.lines.append(line)

    def write(self, folder):
        (folder / self.name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines), encoding="utf-8")


# Tokens ------------------------------------------------------------------------------------------------------------------------

tokens = File("tokens.jsonl", "keys: a JWK set as text; token: the compact form; now: seconds since 1970; rules: issuer, audience, "
    "required, leeway, lifetime; use: connection or subscription; expect: what the token says; error: the rule that is broken first")


def accept(name, value, expect, spec="RFC 7515 §5.2", keys=HS, now=NOW, use="connection", rules=None, comment=None, origin=ORIGIN):
    tokens.add("accept-" + name, spec, expect, {"keys": keys, "token": value, "now": now, "use": use, "rules": rules or {}}, comment, origin)


def reject(name, value, error, spec="RFC 7515 §5.2", keys=HS, now=NOW, use="connection", rules=None, comment=None, origin=ORIGIN):
    tokens.add("reject-" + name, spec, error, {"keys": keys, "token": value, "now": now, "use": use, "rules": rules or {}}, comment, origin)


def algorithms():
    for alg, key, kid in [("HS256", SECRET, "h"), ("RS256", rsa_key, "r"), ("PS256", rsa_key, "ps"), ("ES256", p256, "e"),
            ("ES384", p384, "e3"), ("EdDSA", ed, "d")]:
        accept(f"{alg}-by-kid", token({"sub": "42"}, key=key, header={"alg": alg, "kid": kid}, signed_as=alg), {"user": "42"}, keys=ALL)
        accept(f"{alg}-without-kid", token({"sub": "42"}, alg, key), {"user": "42"}, keys=ALL)
        bad = token({"sub": "42"}, alg, key)
        reject(f"{alg}-claims-changed", ".".join([bad.split(".")[0], b64(b'{"sub":"1"}'), bad.split(".")[2]]), "signature", keys=ALL)
        reject(f"{alg}-header-changed", ".".join([b64(json.dumps({"alg": alg, "typ": "x"}).encode())] + bad.split(".")[1:]), "signature",
            keys=ALL)
        reject(f"{alg}-other-token", ".".join(bad.split(".")[:2] + [token({"sub": "43"}, alg, key).split(".")[2]]), "signature", keys=ALL)
    for alg, key in (("HS384", SECRET * 2), ("HS512", SECRET * 2), ("RS384", rsa_key), ("RS512", rsa_key)):
        accept(alg, token({"sub": "42"}, alg, key), {"user": "42"}, keys=keyset(jwk(key, alg=alg)))
    accept("Ed25519-by-its-new-name", token({"sub": "42"}, "Ed25519", ed, signed_as="EdDSA"), {"user": "42"}, "RFC 9864 §2.2", keys=ALL)
    # The examples of the RFCs.
    jose = {"keys": '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}',
        "origin": "RFC 7515 §A.1", "spec": "RFC 7515 §A.1"}
    a1 = ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
        "fQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    accept("rfc-7515-a1", a1, {"user": "", "expires": 1300819380}, now=1300819379, rules={"issuer": "joe"}, **jose)
    reject("rfc-7515-a1-expired", a1, "expired", now=1300819380, **jose)
    cookbook = '{"kty":"oct","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037","use":"sig","alg":"HS256","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}'
    reject("rfc-7520-4.4", "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzL"
        "CBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5v"
        "IGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0", "json-claims",
        spec="RFC 7520 §4.4", origin="RFC 7520 §4.4", keys=cookbook,
        comment="The signature is right, so the next fault is told: the payload is a sentence, no claims.")
    reject("rfc-8037-a4", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylG"
        "jg5BhVsPt9g7sVvpAr_MuM0KAg", "json-claims", spec="RFC 8037 §A.4", origin="RFC 8037 §A.4",
        keys='{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
        comment="The signature is right, so the next fault is told: the payload is a sentence, no claims.")


def forged():
    claims = {"sub": "1"}
    body = b64(text(claims).encode())
    for name in ("none", "None", "NONE", "nOnE"):
        head = b64(json.dumps({"alg": name}).encode())
        for keys, kind in ((HS, "secret"), (RS, "rsa"), (ALL, "all")):
            reject(f"{name}-{kind}", f"{head}.{body}.AA", "none", "RFC 8725 §3.2", keys)
        reject(f"{name}-no-signature", f"{head}.{body}.", "none", "RFC 8725 §3.2")
    good = token(claims)
    reject("no-signature", good.rsplit(".", 1)[0] + ".", "empty-signature")
    # A public key used as a secret (RFC 8725 §2.1).
    public = rsa_key.public_key()
    forms = {"pem": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        "pkcs1": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1),
        "modulus": public.public_numbers().n.to_bytes(256, "big"), "modulus-as-text": number(public.public_numbers().n).encode(),
        "empty": b""}
    for name, key in forms.items():
        for alg in ("HS256", "HS512"):
            reject(f"{alg}-with-public-key-{name}", token(claims, alg, key), "no-key", "RFC 8725 §3.1", RS)
            reject(f"{alg}-with-public-key-{name}-by-kid", token(claims, key=key, header={"alg": alg, "kid": "r"}, signed_as=alg),
                "wrong-algorithm", "RFC 8725 §3.1", RS)
    point = p256.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    reject("HS256-with-public-point", token(claims, key=point, header={"alg": "HS256", "kid": "e"}, signed_as="HS256"), "wrong-algorithm",
        "RFC 8725 §3.1", ES)
    for alg, key, kid in (("RS512", rsa_key, "r"), ("PS256", rsa_key, "r"), ("RS256", rsa_key, "ps"), ("ES256", p256, "e3"), ("ES384", p384, "e"),
            ("RS256", rsa_key, "h"), ("EdDSA", ed, "e")):
        reject(f"{alg}-with-kid-of-{kid}", token(claims, key=key, header={"alg": alg, "kid": kid}, signed_as=alg), "wrong-algorithm",
            "RFC 8725 §3.1", ALL)
    # Keys that the header brings along.
    mine = other_rsa
    certificate = base64.b64encode(forms["der"]).decode()
    for name, value in {"jwk": jwk(mine), "jku": "https://example.com/keys", "x5u": "https://example.com/chain", "x5c": [certificate],
            "x5t": "AAAA"}.items():
        header = {"alg": "RS256", "kid": "r", name: value}
        reject(f"key-in-{name}", token(claims, key=mine, header=header, signed_as="RS256"), "signature", "RFC 8725 §3.10", RS)
        accept(f"right-key-and-{name}", token(claims, key=rsa_key, header=header, signed_as="RS256"), {"user": "1"}, "RFC 7515 §4.1", RS,
            comment="The member is not read, and does no harm.")
    reject("jwk-without-kid", token(claims, key=other_p256, header={"alg": "ES256", "jwk": jwk(other_p256)}, signed_as="ES256"), "signature",
        "RFC 8725 §3.10", ES)
    for name, kid in {"unknown": "x", "path": "../../../../dev/null", "sql": "' or 1=1 --", "empty": "", "longest": "k" * 256}.items():
        reject(f"kid-{name}", token(claims, key=rsa_key, header={"alg": "RS256", "kid": kid}, signed_as="RS256"), "unknown-key", "RFC 8725 §3.10", RS)
    reject("kid-too-long", token(claims, header={"alg": "HS256", "kid": "k" * 257}, signed_as="HS256"), "kid-length", keys=HS)
    accept("kid-for-a-key-without-one", token(claims, header={"alg": "HS256", "kid": "x"}, signed_as="HS256"), {"user": "1"},
        comment="choice: a key that has no name fits every kid.")
    two = keyset(jwk(bytes(32)), jwk(SECRET))
    accept("second-of-two-secrets", token(claims), {"user": "1"}, keys=two)
    accept("first-of-two-secrets", token(claims, key=bytes(32)), {"user": "1"}, keys=two)
    many = keyset(*(jwk(bytes([i]) * 32) for i in range(5)))
    reject("too-many-keys-to-try", token(claims, key=bytes(32)), "ambiguous", keys=many, comment="choice: at most 4 keys are tried.")
    # crit, and algorithms that are none.
    for name, value in {"exp": ["exp"], "b64": ["b64"], "empty": [], "no-list": "exp", "null": None}.items():
        reject(f"crit-{name}", token(claims, header={"alg": "HS256", "crit": value, "exp": 1, "b64": True}, signed_as="HS256"), "crit",
            "RFC 7515 §4.1.11")
    for alg in ("HS224", "hs256", "HS256 ", "RS1", "ES512", "ES256K", "PS384", "PS512", "dir", "", "A128KW", "Ed448"):
        reject(f"alg-{alg or 'empty'}".replace(" ", "-space"), token(claims, header={"alg": alg}, signed_as="HS256"), "algorithm",
            "RFC 7518 §3.1", ALL)
    for name, value in {"number": 256, "null": None, "list": ["HS256"], "true": True}.items():
        reject(f"alg-a-{name}", token(claims, header={"alg": value}, signed_as="HS256"), "header-type", "RFC 7515 §4.1.1")
        reject(f"kid-a-{name}", token(claims, header={"alg": "HS256", "kid": value}, signed_as="HS256"), "header-type", "RFC 7515 §4.1.4")
    reject("alg-missing", token(claims, header={"typ": "JWT"}, signed_as="HS256"), "no-algorithm", "RFC 7515 §4.1.1")


def forms():
    good = token({"sub": "42"})
    head, body, signature = good.split(".")
    spec = "RFC 7515 §5.2"
    for name, value in {"empty": "", "one-part": head, "two-parts": f"{head}.{body}", "four-parts": good + ".", "five-parts": good + ".x.y",
            "dots": "." * 8192, "letters": "a" * 8192}.items():
        reject(f"form-{name}", value, "parts", "RFC 7515 §7.1")
    reject("form-two-dots", "..", "empty-header", "RFC 7515 §7.1")
    reject("form-no-header", f".{body}.{signature}", "empty-header", "RFC 7515 §7.1")
    reject("form-no-claims", f"{head}..{signature}", "empty-claims", "RFC 7515 §7.1")
    reject("form-8193-bytes", "a" * 8193, "too-long")
    longest = 8192
    filler = lambda count: token({"sub": "42", "info": "x" * count})
    count = next(count for count in range(5900, 6200) if len(filler(count)) > longest)
    accept("form-8192-bytes", filler(count - 1), {"user": "42", "info": json.dumps("x" * (count - 1))}, spec,
        comment=f"{len(filler(count - 1))} bytes.")
    reject("form-over-8192-bytes", filler(count + 1), "too-long")
    for name, change in {"padding": lambda part: part + "=" * (-len(part) % 4 or 4), "space": lambda part: part + " ", "newline":
            lambda part: part + "\n", "plus": lambda part: "+" + part[1:], "slash": lambda part: "/" + part[1:], "percent":
            lambda part: part[:-1] + "%", "umlaut": lambda part: part + "ä", "one-character": lambda part: "e"}.items():
        reject(f"header-{name}", f"{change(head)}.{body}.{signature}", "base64-header", "RFC 7515 §2")
        reject(f"claims-{name}", f"{head}.{change(body)}.{signature}", "base64-claims", "RFC 7515 §2")
        reject(f"signature-{name}", f"{head}.{body}.{change(signature)}", "base64-signature", "RFC 7515 §2")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spoiled = signature[:-1] + letters[letters.index(signature[-1]) | 1]
    reject("signature-unused-bits", f"{head}.{body}.{spoiled}", "base64-signature", "RFC 4648 §3.5", comment="A second spelling of the same bytes.")
    for name, value in {"half": signature[:21], "truncated": signature[:-4], "longer": signature + "AAAA"}.items():
        data = value if len(value) % 4 != 1 else value[:-1]
        data = data if name != "truncated" else b64(base64.urlsafe_b64decode(signature + "=")[:16])
        if name == "half":
            data = b64(base64.urlsafe_b64decode(signature + "=")[:15])
        if name == "longer":
            data = b64(base64.urlsafe_b64decode(signature + "=") + b"\x00")
        reject(f"signature-{name}", f"{head}.{body}.{data}", "signature", "RFC 2104 §5")
    for part, index in (("header", 0), ("claims", 1)):
        def made(value):
            return token(value, header={"alg": "HS256"}) if index else token({"sub": "42"}, header=value, signed_as="HS256")
        tail = ',"alg":"HS256"}' if index == 0 else ',"sub":"42"}'
        for name, value in {"not-json": "{", "nothing": " ", "bom": b"\xef\xbb\xbf{}", "latin-1": b'{"x":"\xe4"}', "single-quotes": "{'a':1}",
                "trailing-comma": '{"a":1,}', "comment": '{"a":1/**/}', "two": "{}{}", "half-pair": '{"x":"\\ud800"}', "control": b'{"x":"\x00"}',
                "deep": '{"x":' + "[" * 100 + "]" * 100 + "}", "many": '{"x":[' + "0," * 2100 + "0]}" if index else "{" , "NaN": '{"exp":NaN}',
                "duplicate": '{"a":1,"a":1' + tail, "duplicate-escaped": '{"sub":"1","s\\u0075b":"2"}', "duplicate-inside": '{"x":{"a":1,"a":2}' + tail,
                "duplicate-alg": '{"alg":"HS256","alg":"none"}'}.items():
            reject(f"{part}-{name}", made(value), f"json-{part}", "RFC 7519 §4" if index else "RFC 7515 §4")
        for name, value in {"list": "[]", "string": '"x"', "number": "1", "null": "null"}.items():
            reject(f"{part}-a-{name}", made(value), f"object-{part}")
    reject("header-4097-bytes", token({"sub": "1"}, header='{"alg":"HS256","x":"' + "x" * 4075 + '"}', signed_as="HS256"), "header-length")
    accept("white-space", token('\n{ "sub" :\t"42"\r\n}  ', header=' {"alg" : "HS256"}\n', signed_as="HS256"), {"user": "42"})
    accept("escaped", token('{"s\\u0075b":"\\u0034\\u0032"}'), {"user": "42"})


def dates():
    spec = "RFC 7519 §4.1.4"
    for exp, ok in ((NOW + 1, True), (NOW, False), (NOW - 1, False), (0, False), (253402300799, True)):
        if ok:
            accept(f"exp-{exp - NOW:+}", token({"exp": exp}), {"user": "", "expires": exp}, spec)
        else:
            reject(f"exp-{exp - NOW:+}", token({"exp": exp}), "expired", spec)
    accept("exp-within-leeway", token({"exp": NOW - 59}), {"user": "", "expires": NOW - 59}, spec, rules={"leeway": 60})
    reject("exp-at-leeway", token({"exp": NOW - 60}), "expired", spec, rules={"leeway": 60})
    reject("leeway-is-bounded", token({"exp": NOW - 61}), "expired", spec, rules={"leeway": 3600}, comment="choice: a leeway over 60 s counts as 60.")
    accept("nbf-now", token({"nbf": NOW}), {"user": ""}, "RFC 7519 §4.1.5")
    reject("nbf-later", token({"nbf": NOW + 1}), "not-before", "RFC 7519 §4.1.5")
    accept("nbf-within-leeway", token({"nbf": NOW + 30}), {"user": ""}, "RFC 7519 §4.1.5", rules={"leeway": 30})
    reject("nbf-beyond-leeway", token({"nbf": NOW + 31}), "not-before", "RFC 7519 §4.1.5", rules={"leeway": 30})
    accept("iat-later", token({"iat": NOW + 10**6}), {"user": ""}, "RFC 7519 §4.1.6", comment="It is told, not judged.")
    accept("exp-with-a-fraction", token(f'{{"exp":{NOW}.75}}'), {"user": "", "expires": NOW}, "RFC 7519 §2", now=NOW - 1)
    reject("exp-with-a-fraction-now", token(f'{{"exp":{NOW}.75}}'), "expired", "RFC 7519 §2", comment="choice: the fraction is dropped.")
    accept("exp-with-an-exponent", token('{"exp":2e9}'), {"user": "", "expires": 2 * 10**9}, "RFC 7519 §2")
    for claim in ("exp", "nbf", "iat"):
        for name, value in {"1e999": "1e999", "negative-huge": "-1e999", "minus-1": "-1", "minus-0": "-0", "minus-half": "-0.5", "2-64": str(2**64), "2-63": str(2**63),
                "milliseconds": "1763740800000", "year-10000": "253402300800", "1e30": "1e30", "many-digits": "9" * 400}.items():
            reject(f"{claim}-{name}", token(f'{{"{claim}":{value}}}'), "date", "RFC 7519 §2")
        for name, value in {"text": f'"{NOW + 60}"', "NaN-text": '"NaN"', "null": "null", "true": "true", "list": f"[{NOW + 60}]", "object": "{}", "empty": '""'}.items():
            reject(f"{claim}-a-{name}", token(f'{{"{claim}":{value}}}'), "type", "RFC 7519 §2")
    accept("lifetime-kept", token({"exp": NOW + 300}), {"user": "", "expires": NOW + 300}, spec, rules={"lifetime": 300})
    reject("lifetime-exceeded", token({"exp": NOW + 301}), "lifetime", spec, rules={"lifetime": 300})
    reject("lifetime-without-exp", token({}), "missing", spec, rules={"lifetime": 300})


def claims():
    values = {"number": "42", "null": "null", "true": "true", "list": "[]", "object": "{}", "float": "1.5"}
    for claim in ("sub", "jti", "iss"):
        for name, value in values.items():
            reject(f"{claim}-a-{name}", token(f'{{"{claim}":{value}}}'), "type", "RFC 7519 §4.1")
    for name, value in {"number": "42", "null": "null", "object": "{}", "list-of-numbers": "[1]", "list-of-lists": '[["a"]]'}.items():
        reject(f"aud-a-{name}", token(f'{{"aud":{value}}}'), "type", "RFC 7519 §4.1.3")
    rules = {"issuer": "https://issuer.example", "audience": "chat"}
    good = {"sub": "42", "iss": "https://issuer.example", "aud": "chat"}
    accept("issuer-and-audience", token(good), {"user": "42"}, "RFC 7519 §4.1", rules=rules)
    accept("audience-in-a-list", token({**good, "aud": ["mail", "chat"]}), {"user": "42"}, "RFC 7519 §4.1.3", rules=rules)
    reject("audience-of-others", token({**good, "aud": ["mail", "Chat"]}), "audience", "RFC 7519 §4.1.3", rules=rules)
    reject("audience-other", token({**good, "aud": "chat2"}), "audience", "RFC 7519 §4.1.3", rules=rules)
    reject("audience-empty-list", token({**good, "aud": []}), "audience", "RFC 7519 §4.1.3", rules=rules)
    reject("audience-missing", token({"iss": good["iss"]}), "missing", "RFC 7519 §4.1.3", rules=rules)
    reject("issuer-other", token({**good, "iss": "https://issuer.example/"}), "issuer", "RFC 7519 §4.1.1", rules=rules)
    reject("issuer-missing", token({"aud": "chat"}), "missing", "RFC 7519 §4.1.1", rules=rules)
    composed, decomposed = "\u00e9", "e\u0301"
    reject("issuer-looks-alike", token({"iss": decomposed}), "issuer", "RFC 7519 §4.1.1", rules={"issuer": composed},
        comment="Compared as bytes: no two spellings of one character are taken for each other.")
    for claim in ("exp", "sub", "jti", "iat", "tenant"):
        value = {"exp": NOW + 9, "iat": NOW}.get(claim, "x")
        expect = {"user": "x" if claim == "sub" else "", **({"expires": NOW + 9} if claim == "exp" else {})}
        accept(f"required-{claim}", token({claim: value}), expect, "RFC 7519 §4.1", rules={"required": [claim]})
        reject(f"required-{claim}-missing", token({}), "missing", "RFC 7519 §4.1", rules={"required": [claim]})
    # Claims of the client protocol.
    spec = "https://centrifugal.dev/docs/server/authentication"
    accept("anonymous", token({}), {"user": ""}, spec)
    accept("info", token('{"sub":"42","info":{ "name" : "Ann", "n": 1.50e1 }}'), {"user": "42", "info": '{"name":"Ann","n":1.50e1}'}, spec)
    accept("b64info", token({"info": 1, "b64info": "aGVsbG8="}), {"user": "", "info-hex": b"hello".hex()}, spec)
    accept("channels", token({"channels": ["news", "chat:1"]}), {"user": "", "channels": ["news", "chat:1"]}, spec)
    accept("subs", token({"subs": {"news": {}, "chat:1": {"info": {"a": 1}, "override": {"presence": {"value": True}}}}, "channels": ["x"]}),
        {"user": "", "channels": ["news", "chat:1"]}, spec, comment="subs wins over channels.")
    accept("meta", token({"meta": {"a": [1]}}), {"user": "", "meta": '{"a":[1]}'}, spec)
    accept("rooms", token({"rooms": ["chat:*", "news"]}), {"user": "", "rooms": ["chat:*", "news"]}, spec)
    accept("expire-at", token({"exp": NOW + 5, "expire_at": NOW + 900}), {"user": "", "expires": NOW + 900}, spec)
    accept("expire-at-zero", token({"exp": NOW + 5, "expire_at": 0}), {"user": ""}, spec)
    accept("expire-at-negative", token({"exp": NOW + 5, "expire_at": -1}), {"user": ""}, spec)
    reject("expire-at-and-expired", token({"exp": NOW - 5, "expire_at": 0}), "expired", spec)
    reject("expire-at-milliseconds", token({"expire_at": NOW * 1000}), "date", spec)
    for claim, value, error in [("expire_at", '"1"', "type"), ("expire_at", "1.5", "type"), ("b64info", '"aGVsbG8"', "claim-base64"),
            ("b64info", '"aGVs-_8="', "claim-base64"), ("b64info", "1", "type"), ("channels", '"news"', "type"), ("channels", "[1]", "type"),
            ("channels", "{}", "type"), ("subs", '["news"]', "type"), ("subs", '{"news":1}', "type"), ("subs", '{"news":{"b64data":"?"}}', "claim-base64"),
            ("subs", '{"news":{"override":{"presence":true}}}', "type"), ("subs", '{"news":{"override":{"presence":{"value":1}}}}', "type"),
            ("rooms", '"chat:*"', "type"), ("rooms", "[null]", "type")]:
        name = "".join(c if c.isalnum() else "-" for c in f"{claim}-{value}").strip("-")
        reject(f"claim-{name}", token(f'{{"{claim}":{value}}}'), error, spec)
    reject("channel-in-a-connection-token", token({"sub": "42", "channel": "chat:1"}), "channel", spec)
    reject("channel-null-in-a-connection-token", token({"sub": "42", "channel": None}), "channel", spec)
    subscription = {"sub": "42", "channel": "chat:1"}
    accept("subscription", token({**subscription, "exp": NOW + 5}), {"user": "42", "channel": "chat:1", "expires": NOW + 5}, spec, use="subscription")
    accept("subscription-with-options", token({**subscription, "info": {"role": "mod"}, "data": [1], "override": {"join_leave": {"value": False}}}),
        {"user": "42", "channel": "chat:1", "info": '{"role":"mod"}', "data": "[1]"}, spec, use="subscription")
    accept("subscription-of-a-client", token({**subscription, "client": "abc"}), {"user": "42", "channel": "chat:1", "client": "abc"}, spec, use="subscription")
    accept("subscription-of-an-empty-client", token({**subscription, "client": ""}), {"user": "42", "channel": "chat:1"}, spec, use="subscription")
    for name, value, error in [("without-channel", {"sub": "42"}, "missing"), ("channel-empty", {**subscription, "channel": ""}, "empty-channel"),
            ("channel-a-number", {**subscription, "channel": 1}, "type"), ("channel-null", {**subscription, "channel": None}, "type"),
            ("client-a-number", {**subscription, "client": 1}, "type"), ("sub-a-number", {**subscription, "sub": 42}, "type")]:
        reject(f"subscription-{name}", token(value), error, spec, use="subscription")


# Keys --------------------------------------------------------------------------------------------------------------------------

keys = File("keys.jsonl", "json: a JWK or a set of them as text, or pem: public keys; expect: algorithm and kid (or null) of each key in its order, "
    "how many were passed over; error: the rule that is broken")


def takes(name, spec, kind, value, found, passed=0, comment=None):
    keys.add("accept-" + name, spec, {"keys": found, "passed": passed}, {kind: value}, comment)


def refuses(name, spec, kind, value, error, comment=None):
    keys.add("reject-" + name, spec, error, {kind: value}, comment)


def key_cases():
    spec = "RFC 7517 §4"
    one = lambda value: json.dumps(value, separators=(",", ":"))
    takes("set", "RFC 7517 §5", "json", ALL, [["HS256", "h"], ["RS256", "r"], ["PS256", "ps"], ["ES256", "e"], ["ES384", "e3"], ["EdDSA", "d"]])
    for name, key, alg in (("RSA", rsa_key, "RS256"), ("P-256", p256, "ES256"), ("P-384", p384, "ES384"), ("Ed25519", ed, "EdDSA"), ("oct", SECRET, "HS256")):
        takes(f"{name}-alone", spec, "json", one(jwk(key)), [[alg, None]])
        takes(f"{name}-with-more", spec, "json", one(jwk(key, use="sig", key_ops=["verify"], kid="k", x5t="AA", unknown={"a": 1})), [[alg, "k"]])
        refuses(f"{name}-for-encryption", "RFC 7517 §4.2", "json", one(jwk(key, use="enc")), "none-usable")
        refuses(f"{name}-for-signing", "RFC 7517 §4.3", "json", one(jwk(key, key_ops=["sign"])), "none-usable")
        refuses(f"{name}-with-unknown-alg", "RFC 7517 §4.4", "json", one(jwk(key, alg="X")), "none-usable")
        wrong = "HS256" if name != "oct" else "RS256"
        refuses(f"{name}-with-{wrong}", "RFC 7517 §4.4", "json", one(jwk(key, alg=wrong)), "none-usable")
        for member in [member for member in jwk(key) if member != "kty"]:
            lost = {k: v for k, v in jwk(key).items() if k != member}
            refuses(f"{name}-without-{member}", spec, "json", one(lost), "none-usable")
            refuses(f"{name}-{member}-a-number", spec, "json", one({**lost, member: 1}), "none-usable")
            if member != "crv":
                refuses(f"{name}-{member}-padded", "RFC 7515 §2", "json", one({**lost, member: jwk(key)[member] + "=="}), "none-usable")
                refuses(f"{name}-{member}-empty", spec, "json", one({**lost, member: ""}), "none-usable")
    for alg in ("RS384", "RS512", "PS256"):
        takes(f"RSA-{alg}", spec, "json", one(jwk(rsa_key, alg=alg)), [[alg, None]])
    for alg in ("HS384", "HS512"):
        takes(f"oct-{alg}", spec, "json", one(jwk(SECRET * 2, alg=alg)), [[alg, None]])
    takes("unknown-keys-passed-over", "RFC 7517 §5", "json", keyset(jwk(p521, kid="big"), {"kty": "X"}, {"kty": "OKP", "crv": "Ed448", "x": "AA"},
        jwk(x25519.X25519PrivateKey.generate()), jwk(p256, kid="e"), {"kid": "no kty"}, 7), [["ES256", "e"]], 6)
    takes("same-kid-twice", "RFC 7517 §4.5", "json", keyset(jwk(p256, kid="e"), jwk(other_p256, kid="e")), [["ES256", "e"], ["ES256", "e"]])
    takes("Ed25519-by-its-new-name", "RFC 9864 §2.2", "json", one(jwk(ed, alg="Ed25519")), [["EdDSA", None]])
    refuses("secret-of-31-bytes", "RFC 7518 §3.2", "json", one(jwk(SECRET[:31])), "none-usable")
    refuses("set-empty", "RFC 7517 §5", "json", '{"keys":[]}', "none-usable")
    refuses("set-of-65", "RFC 7517 §5", "json", keyset(*[jwk(p256)] * 65), "too-many")
    takes("set-of-64", "RFC 7517 §5", "json", keyset(*[jwk(ed)] * 64), [["EdDSA", None]] * 64)
    for name, value in {"nothing": "", "list": "[]", "object": "{}", "keys-an-object": '{"keys":{}}', "text": '"x"'}.items():
        refuses(f"set-{name}", "RFC 7517 §5", "json", value, "json" if name == "nothing" else "no-set")
    refuses("set-broken", "RFC 7517 §5", "json", ALL[:-1], "json")
    refuses("set-with-a-name-twice", "RFC 7517 §4", "json", '{"keys":[],"keys":[]}', "json")
    refuses("set-deep", "RFC 7517 §5", "json", '{"keys":' + "[" * 9 + "]" * 9 + "}", "json")
    numbers = rsa_key.public_key().public_numbers()
    for name, n, e in (("1024-bits", numbers.n >> 1024 | 1, 65537), ("4104-bits", numbers.n**2 << 8 | 1, 65537), ("even", numbers.n + 1, 65537), ("exponent-1", numbers.n, 1),
            ("exponent-2", numbers.n, 2), ("exponent-65536", numbers.n, 65536), ("exponent-2-32", numbers.n, 2**32 + 1), ("exponent-of-the-modulus", numbers.n, numbers.n - 2)):
        refuses(f"RSA-{name}", "RFC 8017 §3.1", "json", one({"kty": "RSA", "n": number(n), "e": number(e)}), "none-usable")
    takes("RSA-zeros-in-front", "RFC 7518 §6.3.1.1", "json", one({"kty": "RSA", "n": number(numbers.n, 257), "e": number(65537, 4)}), [["RS256", None]],
        comment="choice: some issuers write a sign byte.")
    for name, key, prime in (("P-256", p256, 2**256 - 2**224 + 2**192 + 2**96 - 1), ("P-384", p384, 2**384 - 2**128 - 2**96 + 2**32 - 1)):
        size, point = key.key_size // 8, key.public_key().public_numbers()
        for text, x, y in (("off-curve", point.x, point.y ^ 1), ("zero", 0, 0), ("x-zero", 0, point.y), ("x-prime", prime, point.y), ("y-prime", point.x, prime),
                ("ones", 2**(8 * size) - 1, 2**(8 * size) - 1), ("exchanged", point.y, point.x), ("one", 1, 1)):
            refuses(f"{name}-{text}", "SP 800-56A §5.6.2.3.3", "json", one({"kty": "EC", "crv": name, "x": number(x, size), "y": number(y, size)}), "none-usable")
        for text, count in (("short", size - 1), ("long", size + 1)):
            value = jwk(key)
            value["x"] = b64(bytes(count))
            refuses(f"{name}-x-{text}", "RFC 7518 §6.2.1.2", "json", one(value), "none-usable")
        refuses(f"{name}-as-the-other", "RFC 7518 §6.2.1.1", "json", one({**jwk(key), "crv": "P-384" if name == "P-256" else "P-256"}), "none-usable")
    p = 2**255 - 19
    small = {"neutral": 1, "order-2": p - 1, "order-4": 0, "order-4-other-sign": 1 << 255,
        "order-8": int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        "order-8-other": int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")}
    for name, value in small.items():
        refuses(f"Ed25519-{name}", "RFC 8032 §5.1.7", "json", one({"kty": "OKP", "crv": "Ed25519", "x": b64(value.to_bytes(32, "little"))}), "none-usable",
            "choice: for a point of small order signatures prove nothing.")
    for name, value in {"y-prime": p, "y-prime-plus-1": p + 1, "ones": 2**256 - 1, "neutral-with-sign": 1 | 1 << 255, "no-point": 2}.items():
        refuses(f"Ed25519-{name}", "RFC 8032 §5.1.3", "json", one({"kty": "OKP", "crv": "Ed25519", "x": b64(value.to_bytes(32, "little"))}), "none-usable")
    pem_cases()


def pem(der, label="PUBLIC KEY"):
    body = base64.encodebytes(der).decode().replace("\n", "")
    return f"-----BEGIN {label}-----\n" + "".join(body[i:i + 64] + "\n" for i in range(0, len(body), 64)) + f"-----END {label}-----\n"


def pem_cases():
    spec = "RFC 7468 §13"
    def der_of(key):
        return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    every = ((rsa_key, "RSA", "RS256"), (p256, "P-256", "ES256"), (p384, "P-384", "ES384"), (ed, "Ed25519", "EdDSA"))
    for key, name, alg in every:
        good = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        takes(f"pem-{name}", spec, "pem", good, [[alg, None]])
        takes(f"pem-{name}-with-CRLF", spec, "pem", good.replace("\n", "\r\n"), [[alg, None]])
        takes(f"pem-{name}-in-one-line", spec, "pem", pem(der_of(key)).replace("\n", "").replace("KEY-----", "KEY-----\n", 1).replace("-----END", "\n-----END"), [[alg, None]])
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        refuses(f"pem-{name}-private", spec, "pem", private, "label")
        refuses(f"pem-{name}-without-end", spec, "pem", good.split("-----END")[0], "end")
        refuses(f"pem-{name}-other-end", spec, "pem", good.replace("END PUBLIC KEY", "END PRIVATE KEY"), "end")
        der = der_of(key)
        refuses(f"pem-{name}-more-behind", "X.690 §8.1", "pem", pem(der + b"\x00"), "der")
        refuses(f"pem-{name}-cut", "X.690 §8.1", "pem", pem(der[:-1]), "der")
        refuses(f"pem-{name}-head-alone", "X.690 §8.1", "pem", pem(der[:2]), "der")
    everything = "".join(pem(der_of(key)) for key, _, _ in every)
    takes("pem-four-keys", spec, "pem", "# keys\n" + everything + "the end", [[alg, None] for _, _, alg in every])
    takes("pem-explained", "RFC 7468 §5.2", "pem", "Subject: me\n\n" + pem(der_of(ed)), [["EdDSA", None]])
    refuses("pem-nothing", spec, "pem", "", "no-pem")
    refuses("pem-base64-alone", spec, "pem", base64.b64encode(der_of(ed)).decode(), "no-pem")
    refuses("pem-bad-base64", spec, "pem", pem(der_of(ed)).replace("MC", "M*"), "base64")
    refuses("pem-empty", spec, "pem", pem(b""), "base64")
    refuses("pem-pkcs1", spec, "pem", rsa_key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).decode(), "label")
    refuses("pem-certificate", spec, "pem", pem(b"\x30\x00", "CERTIFICATE"), "label")
    for name, key in {"P-521": p521, "X25519": x25519.X25519PrivateKey.generate(), "secp256k1": ec.generate_private_key(ec.SECP256K1())}.items():
        refuses(f"pem-{name}", spec, "pem", pem(der_of(key)), "key-type")
    compressed = p256.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    head = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    def info(head, key, tag=0x03, unused=b"\x00"):
        value = head + bytes([tag, len(key) + len(unused)]) + unused + key
        return b"\x30" + (bytes([len(value)]) if len(value) < 128 else b"\x81" + bytes([len(value)])) + value
    plain = p256.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    assert info(head, plain) == der_of(p256)
    for name, value in {"compressed": info(head, compressed), "infinity": info(head, b"\x00"), "hybrid": info(head, b"\x06" + plain[1:]),
            "unused-bits": info(head, plain, unused=b"\x01"), "octet-string": info(head, plain, tag=0x04),
            "short-point": info(head, plain[:-1]), "long-point": info(head, plain + b"\x00"),
            "long-length": b"\x30\x81" + der_of(p256)[1:], "length-of-three-bytes": b"\x30\x83\x00\x00\x59" + der_of(p256)[2:],
            "length-of-all-ones": b"\x30\xff" + der_of(p256)[2:], "length-indefinite": b"\x30\x80" + der_of(p256)[2:] + b"\x00\x00", "a-set": b"\x31" + der_of(p256)[1:]}.items():
        refuses(f"der-{name}", "X.690 §10", "pem", pem(value), "der")
    refuses("der-off-curve", "SEC 1 §3.2.2", "pem", pem(info(head, plain[:-1] + bytes([plain[-1] ^ 1]))), "public-key")
    def tlv(tag, *parts):
        value = b"".join(parts)
        length = bytes([len(value)]) if len(value) < 128 else b"\x82" + len(value).to_bytes(2, "big") if len(value) > 255 else b"\x81" + bytes([len(value)])
        return bytes([tag]) + length + value
    n = rsa_key.public_key().public_numbers().n.to_bytes(256, "big")
    def rsa_info(modulus=b"\x00" + n, exponent=b"\x01\x00\x01", parameters=b"\x05\x00", more=b"", outside=b""):
        key = tlv(0x30, tlv(0x02, modulus), tlv(0x02, exponent), more) + outside
        return tlv(0x30, tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010101")), parameters), tlv(0x03, b"\x00" + key))
    assert rsa_info() == der_of(rsa_key)
    for name, value in {"rsa-negative": rsa_info(modulus=n), "rsa-zero-too-many": rsa_info(modulus=b"\x00\x00" + n), "rsa-exponent-zero-in-front": rsa_info(exponent=b"\x00\x01\x00\x01"),
            "rsa-modulus-empty": rsa_info(modulus=b""), "rsa-without-null": rsa_info(parameters=b""), "rsa-null-with-contents": rsa_info(parameters=b"\x05\x01\x00"),
            "rsa-third-number": rsa_info(more=b"\x02\x01\x01"), "rsa-more-behind": rsa_info(outside=b"\x00")}.items():
        refuses(f"der-{name}", "RFC 8017 §A.1.1", "pem", pem(value), "der")
    for name, value in {"rsa-1024-bits": rsa_info(modulus=b"\x00" + n[:127] + b"\x01"), "rsa-exponent-1": rsa_info(exponent=b"\x01"), "rsa-even": rsa_info(modulus=b"\x00" + n[:255] + b"\x02")}.items():
        refuses(f"der-{name}", "RFC 8017 §A.1.1", "pem", pem(value), "public-key")


algorithms()
forged()
forms()
dates()
claims()
key_cases()
folder = pathlib.Path(sys.argv[1])
tokens.write(folder)
keys.write(folder)
