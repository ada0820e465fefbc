#!/usr/bin/python3
"""Serves interop.thrift. Prints `ready PORT`, then serves until its standard input ends."""
import os
import sys
import threading
import time

import options as shared

p = shared.parser()
p.add_argument("--name", default="python")
options = shared.parse(p)

from interop import Shop, Stock  # noqa: E402
from interop.ttypes import SoldOut  # noqa: E402
from thrift.server.TServer import TThreadedServer  # noqa: E402
from thrift.TMultiplexedProcessor import TMultiplexedProcessor  # noqa: E402
from thrift.transport.TSocket import TServerSocket  # noqa: E402

current = threading.local()


class ShopHandler:
    def __init__(self):
        self.texts = []

    def who(self):
        return options.name

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

    def fail(self, text):
        raise ValueError(text)

    def headers(self):
        if options.transport != "header":
            return {}
        return {key.decode(): value.decode() for key, value in current.protocol.get_headers().items()}


class StockHandler:
    def who(self):
        return options.name

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
    def listen(self):
        super().listen()
        print(f"ready {self.handle.getsockname()[1]}", flush=True)


def main():
    processor = Shop.Processor(ShopHandler())
    if options.multiplexed:
        services = TMultiplexedProcessor()
        services.registerProcessor("Shop", processor)
        services.registerProcessor("Stock", Stock.Processor(StockHandler()))
        processor = services
    server = TThreadedServer(
        Remembering(processor),
        Listening(options.host, options.port),
        shared.transport_factory(options),
        shared.protocol_factory(options, shared.ANY_CLIENT),
        daemon=True,
    )
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
