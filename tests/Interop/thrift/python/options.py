"""The arguments that server and client share, and the transports and protocols that they name."""
import argparse
import os
import sys

from thrift.protocol.TBinaryProtocol import TBinaryProtocol, TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocolFactory
from thrift.protocol.THeaderProtocol import THeaderProtocolFactory
from thrift.transport.THeaderTransport import THeaderClientType, THeaderSubprotocolID
from thrift.transport.TTransport import TBufferedTransportFactory, TFramedTransportFactory, TTransportFactoryBase

ANY_CLIENT = (
    THeaderClientType.HEADERS,
    THeaderClientType.FRAMED_BINARY,
    THeaderClientType.UNFRAMED_BINARY,
    THeaderClientType.FRAMED_COMPACT,
    THeaderClientType.UNFRAMED_COMPACT,
)


class OldBinary(TBinaryProtocol):
    """Binary without version. The library leaves the name of such a message as bytes, which no server of Python 3 finds a method by."""

    def readMessageBegin(self):
        name, kind, seqid = super().readMessageBegin()
        return name.decode() if isinstance(name, bytes) else name, kind, seqid


class OldBinaryFactory:
    def getProtocol(self, trans):
        return OldBinary(trans, strictRead=False, strictWrite=False)


def parser():
    result = argparse.ArgumentParser()
    result.add_argument("generated", help="directory that generate.sh has filled")
    result.add_argument("--host", default="127.0.0.1")
    result.add_argument("--port", type=int, default=0)
    result.add_argument("--transport", choices=["framed", "buffered", "header"], default="framed")
    result.add_argument("--protocol", choices=["binary", "binary-old", "compact"], default="binary")
    result.add_argument("--multiplexed", action="store_true")
    return result


def parse(p):
    options = p.parse_args()
    sys.path.insert(0, os.path.join(options.generated, "py"))
    return options


def transport_factory(options):
    return {
        "framed": TFramedTransportFactory,
        "buffered": TBufferedTransportFactory,
        "header": TTransportFactoryBase,  # THeaderProtocol brings its transport along.
    }[options.transport]()


def protocol_factory(options, allowed=(THeaderClientType.HEADERS,)):
    if options.transport == "header":
        kind = THeaderSubprotocolID.COMPACT if options.protocol == "compact" else THeaderSubprotocolID.BINARY
        return THeaderProtocolFactory(allowed, kind)
    return {"binary": TBinaryProtocolFactory, "binary-old": OldBinaryFactory, "compact": TCompactProtocolFactory}[options.protocol]()
