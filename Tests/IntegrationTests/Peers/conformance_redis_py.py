"""The echo contract of `rookery-bench conformance --role client --protocol redis` around PyPI's `redis`: what the library makes of each
reply, as a line of JSON.

    python3 conformance_redis_py.py HOST PORT [2|3]
"""
import json
import sys

import redis


def shown(value):
    if value is None:
        return {"t": "null"}
    if isinstance(value, bool):
        return {"t": "bool", "v": value}
    if isinstance(value, int):
        return {"t": "int" if -(2**63) <= value < 2**63 else "bignum", "v": str(value)}
    if isinstance(value, float):
        return {"t": "double", "v": repr(value)}
    if isinstance(value, bytes):
        try:
            return {"t": "bulk", "v": value.decode()}
        except UnicodeDecodeError:
            return {"t": "bulk", "v": {"hex": value.hex()}}
    if isinstance(value, str):
        return {"t": "bulk", "v": value}
    if isinstance(value, list):
        return {"t": "array", "v": [shown(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"t": "set", "v": [shown(item) for item in value]}
    if isinstance(value, dict):
        return {"t": "map", "v": [[shown(key), shown(item)] for key, item in value.items()]}
    if isinstance(value, Exception):
        return {"t": "error", "v": str(value)}
    raise TypeError(type(value).__name__)


def show(line):
    print(json.dumps(line), flush=True)


def main():
    version = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    try:
        # No retries: a connection that was lost would be hidden.
        client = redis.Redis(
            host=sys.argv[1], port=int(sys.argv[2]), protocol=version, socket_timeout=3,
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0), single_connection_client=True,
        )
        while True:
            try:
                show({"value": shown(client.execute_command("GET", "rookery"))})
            except redis.ResponseError as error:
                show({"value": {"t": "error", "v": str(error)}})
    except Exception as problem:  # whatever the library raises is what a caller would see
        show({"error": f"{type(problem).__name__}: {problem}"})


main()
