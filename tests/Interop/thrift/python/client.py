#!/usr/bin/python3
"""Reads calls from standard input, one a line: {"call": "add", "args": [1, 2]}, and prints one JSON line for each, in order.

Further keys: "service": "Stock" (with --multiplexed), "headers": {...} (with --transport header), "on": the number of the connection (0), each of
which has its own order; "times": so many calls, whose answers are only counted: {"n": 0, "tally": {"RESULT OR MESSAGE": COUNT}}.
Prints {"n": 0, "result": ...}, or {"n": 0, "error": CLASS, "message": TEXT, "type": NUMBER} for an exception; a declared one has its fields. What the
answer's THeader has is in "headers".
"""
import collections
import json
import os
import queue
import sys
import threading
import traceback

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


class Connection:
    def __init__(self):
        socket = TSocket(options.host, options.port)
        socket.setTimeout(options.timeout)
        self.transport = shared.transport_factory(options).getTransport(socket)
        self.protocol = shared.protocol_factory(options).getProtocol(self.transport)
        if options.zlib:
            self.protocol.add_transform(THeaderTransformID.ZLIB)
        self.transport.open()
        self.clients = {}
        for name, service in {"Shop": Shop, "Stock": Stock}.items():
            self.clients[name] = service.Client(TMultiplexedProtocol(self.protocol, name) if options.multiplexed else self.protocol)

    def call(self, call):
        arguments = call.get("args", [])
        if call["call"] == "double_prices":
            arguments = [[item(fields) for fields in arguments[0]]]
        for key, value in call.get("headers", {}).items():
            self.protocol.set_header(key.encode(), value.encode())
        try:
            answer = {"result": plain(getattr(self.clients[call.get("service", "Shop")], call["call"])(*arguments))}
        except Exception as x:
            answer = failure(x)
        if options.transport == "header" and self.protocol.get_headers():
            answer["headers"] = {key.decode(): value.decode() for key, value in self.protocol.get_headers().items()}
        return answer

    def tally(self, call):
        counts = collections.Counter()
        for _ in range(call["times"]):
            answer = self.call(call)
            counts[str(answer["result"] if "result" in answer else answer.get("message"))] += 1
        return {"tally": counts}

    def serve(self, calls):
        """Until None comes."""
        try:
            for n, call in iter(calls.get, None):
                answer = self.tally(call) if "times" in call else self.call(call)
                with printing:
                    print(json.dumps({"n": n, **answer}, sort_keys=True, ensure_ascii=False), flush=True)
            self.transport.close()
        except BaseException:
            traceback.print_exc()
            os._exit(1)


printing = threading.Lock()


def main():
    connections = {}

    def connect(number):
        calls = queue.Queue()
        thread = threading.Thread(target=Connection().serve, args=(calls,))
        thread.start()
        connections[number] = (thread, calls)
        return connections[number]

    connect(0)
    for n, line in enumerate(sys.stdin):
        call = json.loads(line)
        number = call.get("on", 0)
        (connections.get(number) or connect(number))[1].put((n, call))
    for thread, calls in connections.values():
        calls.put(None)
        thread.join()


main()
