"""An issuer of tokens on another implementation (PyPI cryptography): signs with ES256 and tells its public keys as a JWK Set, or does not.

usage: issuer.py PORT [--unix PATH | --tls CERTIFICATE KEY]
GET  /jwks           the keys, as the mode says; also over the Unix socket, or with TLS on a port that is printed
GET  /mode/MODE      ok, 500, redirect, garbage, huge (endless), hang, trickle, chunked, close (without a length)
GET  /rotate         a new key beside the last one; /drop: only the newest stays
GET  /count          how often /jwks was asked
POST /mint           {"claims": {...}, "kid": "k1", "alg": "ES256"}: a token; without a kid that of the newest key; an unknown kid is written all the same
POST /mint-hmac      {"claims": {...}, "secret": "...", "alg": "HS256"}
"""

import base64
import hmac
import json
import os
import socketserver
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

state = {"mode": "ok", "count": 0, "keys": [], "made": 0}
lock = threading.Lock()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def rotate():
    state["made"] += 1
    state["keys"] = state["keys"][-1:] + [(f"k{state['made']}", ec.generate_private_key(ec.SECP256R1()))]


def jwk(name, key):
    point = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": name, "x": b64(point.x.to_bytes(32, "big")),
            "y": b64(point.y.to_bytes(32, "big"))}


def mint(order):
    name = order.get("kid", state["keys"][-1][0])
    key = dict(state["keys"]).get(name, state["keys"][-1][1])
    head = {"alg": order.get("alg", "ES256"), "typ": "JWT", "kid": name}
    signed = ".".join(b64(json.dumps(part).encode()) for part in (head, order["claims"]))
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return signed + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def mint_hmac(order):
    algorithm = order.get("alg", "HS256")
    signed = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, order["claims"]))
    return signed + "." + b64(hmac.digest(order["secret"].encode(), signed.encode(), "sha" + algorithm[2:]))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, text, status=200):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/jwks":
            return self.jwks()
        with lock:
            if self.path.startswith("/mode/"):
                state["mode"] = self.path.removeprefix("/mode/")
            elif self.path == "/rotate":
                rotate()
            elif self.path == "/drop":
                state["keys"] = state["keys"][-1:]
            elif self.path != "/count":
                return self.say("nothing here", 404)
            self.say(str(state["count"]))

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with lock:
            self.say(mint_hmac(order) if self.path == "/mint-hmac" else mint(order))

    def jwks(self):
        with lock:
            state["count"] += 1
            mode = state["mode"]
            text = json.dumps({"keys": [jwk(name, key) for name, key in state["keys"]]})
        if mode == "ok":
            self.say(text)
        elif mode == "500":
            self.say("no", 500)
        elif mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif mode == "garbage":
            self.say("{\"keys\": nonsense")
        elif mode == "huge":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            while True:
                self.wfile.write(b" " * 65536)
        elif mode == "trickle":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            for _ in range(600):
                self.wfile.write(b" ")
                time.sleep(0.1)
        elif mode == "chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in (text[:10], text[10:]):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece.encode()))
            self.wfile.write(b"0\r\n\r\n")
        elif mode == "close":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())
            self.close_connection = True
        else:
            time.sleep(60)


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("unix", 0)


def main():
    rotate()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    if sys.argv[2:3] == ["--unix"]:
        if os.path.exists(sys.argv[3]):
            os.unlink(sys.argv[3])
        threading.Thread(target=UnixServer(sys.argv[3], Handler).serve_forever, daemon=True).start()
    if sys.argv[2:3] == ["--tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        secure = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        secure.daemon_threads = True
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        threading.Thread(target=secure.serve_forever, daemon=True).start()
        print(f"tls {secure.server_address[1]}.", flush=True)
    print("ready", flush=True)
    server.serve_forever()


main()
