#!/usr/bin/python3
"""Reads calls from standard input, one a line: {"call": "add", "args": [1, 2]}, and prints one JSON line for each, in order.

Further keys: "service": "Stock" (with --multiplexed), "headers": {...} (with --transport header).
Prints {"n": 0, "result": ...}, or {"n": 0, "error": CLASS, "message": TEXT, "type": NUMBER} for an exception; a declared one has its fields.
"""
import json
import sys

import options as shared

p = shared.parser()
p.add_argument("--timeout", type=int, default=10000, help="of the socket, in milliseconds")
p.add_argument("--zlib", action="store_true", help="compress requests (with --transport header)")
options = shared.parse(p)

from interop import Shop, Stock  # noqa: E402
from interop.ttypes import Item  # noqa: E402
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol  # noqa: E402
from thrift.transport.THeaderTransport import THeaderTransformID  # noqa: E402
from thrift.transport.TSocket import TSocket  # noqa: E402


def item(fields):
    fields = dict(fields)
    if "colors" in fields:
        fields["colors"] = set(fields["colors"])
    if "spare" in fields:
        fields["spare"] = item(fields["spare"])
    return Item(**fields)


def plain(value):
    """As JSON knows it; fields that are not set are left out, sets are sorted."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "thrift_spec"):
        return {spec[2]: plain(getattr(value, spec[2])) for spec in value.thrift_spec if spec and getattr(value, spec[2]) is not None}
    return value


def failure(x):
    fields = {"error": type(x).__name__}
    for name in ("message", "type", "item", "left"):
        if getattr(x, name, None) is not None:
            fields[name] = getattr(x, name)
    return fields


def main():
    socket = TSocket(options.host, options.port)
    socket.setTimeout(options.timeout)
    transport = shared.transport_factory(options).getTransport(socket)
    protocol = shared.protocol_factory(options).getProtocol(transport)
    if options.zlib:
        protocol.add_transform(THeaderTransformID.ZLIB)
    transport.open()
    services = {"Shop": Shop, "Stock": Stock}
    clients = {}
    for name, service in services.items():
        clients[name] = service.Client(TMultiplexedProtocol(protocol, name) if options.multiplexed else protocol)

    for n, line in enumerate(sys.stdin):
        call = json.loads(line)
        arguments = call.get("args", [])
        if call["call"] == "double_prices":
            arguments = [[item(fields) for fields in arguments[0]]]
        for key, value in call.get("headers", {}).items():
            protocol.set_header(key.encode(), value.encode())
        try:
            result = {"result": plain(getattr(clients[call.get("service", "Shop")], call["call"])(*arguments))}
        except Exception as x:
            result = failure(x)
        print(json.dumps({"n": n, **result}, sort_keys=True, ensure_ascii=False), flush=True)
    transport.close()


main()
