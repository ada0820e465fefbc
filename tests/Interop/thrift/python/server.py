#!/usr/bin/python3
"""Serves interop.thrift. Prints `ready PORT`, then serves until its standard input ends.

With --name a,b,c it is three servers: `ready PORT PORT PORT`. With --health PORT it answers HTTP there as well, which is said last. A line
`release KEY` on standard input lets the calls go that wait for it.
"""
import collections
import http.server
import os
import random
import sys
import threading
import time

import options as shared

p = shared.parser()
p.add_argument("--name", default="python")
p.add_argument("--health", type=int)
options = shared.parse(p)

from interop import Shop, Stock  # noqa: E402
from interop.ttypes import SoldOut  # noqa: E402
from thrift.Thrift import TApplicationException  # noqa: E402
from thrift.server.TServer import TThreadedServer  # noqa: E402
from thrift.TMultiplexedProcessor import TMultiplexedProcessor  # noqa: E402
from thrift.transport.TSocket import TServerSocket  # noqa: E402

current = threading.local()
released = collections.defaultdict(threading.Event)


class ShopHandler:
    def __init__(self, name):
        self.name = name
        self.texts = []
        self.chance = random.Random(name)

    def who(self):
        if self.name.startswith("slow"):
            time.sleep(0.03)
        return self.name

    def echo(self, text):
        return text

    def add(self, a, b):
        return a + b

    def double_prices(self, items):
        for item in items:
            item.price *= 2
        return {item.name: item for item in items}

    def ping(self):
        pass

    def notify(self, text):
        self.texts.append(text)

    def notified(self):
        return self.texts

    def buy(self, item, count):
        if count > 10:
            raise SoldOut(item, 10)
        return count

    def slow(self, milliseconds):
        time.sleep(milliseconds / 1000)
        return f"after {milliseconds} ms"

    def hold(self, key):
        released[key].wait()
        return self.name

    def fail(self, text):
        raise ValueError(text)

    def refuse(self, item):
        raise SoldOut(item, 0)

    def sometimes(self, text):
        if self.name.startswith("bad") and self.chance.random() < 0.5:
            raise TApplicationException(TApplicationException.INTERNAL_ERROR, "broken by chance")
        return text

    def headers(self):
        if options.transport != "header":
            return {}
        return {key.decode(): value.decode() for key, value in current.protocol.get_headers().items()}


class StockHandler:
    def __init__(self, name):
        self.name = name

    def who(self):
        return self.name

    def count(self, item):
        return len(item)


class Remembering:
    """Lets handlers see the connection's protocol, where the pairs of a THeader are."""

    def __init__(self, processor):
        self.processor = processor

    def process(self, iprot, oprot):
        current.protocol = iprot
        return self.processor.process(iprot, oprot)


class Listening(TServerSocket):
    """Listens once, before it is served."""

    def __init__(self, host, port):
        super().__init__(host, port)
        self.listen()

    def listen(self):
        if self.handle is None:
            super().listen()

    @property
    def bound(self):
        return self.handle.getsockname()[1]


class Healthy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def processor(name):
    shop = Shop.Processor(ShopHandler(name))
    if not options.multiplexed:
        return shop
    services = TMultiplexedProcessor()
    services.registerProcessor("Shop", shop)
    services.registerProcessor("Stock", Stock.Processor(StockHandler(name)))
    return services


def serve(name, port):
    listening = Listening(options.host, port)
    server = TThreadedServer(
        Remembering(processor(name)),
        listening,
        shared.transport_factory(options),
        shared.protocol_factory(options, shared.ANY_CLIENT),
        daemon=True,
    )
    threading.Thread(target=server.serve, daemon=True).start()
    return listening.bound


def main():
    names = options.name.split(",")
    ports = [serve(name, options.port if len(names) == 1 else 0) for name in names]
    if options.health is not None:
        health = http.server.ThreadingHTTPServer((options.host, options.health), Healthy)
        threading.Thread(target=health.serve_forever, daemon=True).start()
        ports.append(health.server_port)
    print("ready", *ports, flush=True)
    for line in sys.stdin:
        released[line.split()[1]].set()
    os._exit(0)


main()
