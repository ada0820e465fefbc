#!/usr/bin/python3
"""Serves echo.proto. `server.py [--gzip] [--name NAME] [--fail] [--xds PORT]` prints `ready PORT`, and `ended` when a call of Hang ends; runs until its
standard input ends. With a name, Say tells it in the header `who`; with --fail, Say is unavailable; with --xds, it serves at that port when its
control plane says so."""
import argparse
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf.wrappers_pb2 import StringValue

parser = argparse.ArgumentParser()
parser.add_argument("--gzip", action="store_true")
parser.add_argument("--name")
parser.add_argument("--fail", action="store_true")
parser.add_argument("--xds", type=int)
options = parser.parse_args()


def say(request, context):
    if options.fail:
        context.abort(grpc.StatusCode.UNAVAILABLE, "asked to fail")
    pairs = [(k, v) for k, v in context.invocation_metadata() if k.startswith("echo-")]
    context.send_initial_metadata(pairs + ([("who", options.name)] if options.name else []))
    context.set_trailing_metadata([("trailer-" + k, v) for k, v in pairs])
    return request


def count_down(request, context):
    count, size = map(int, (request.value + " 0").split()[:2])
    for i in reversed(range(count)):
        yield StringValue(value=str(i).ljust(size))


def join(requests, context):
    return StringValue(value="".join(r.value for r in requests))


def chat(requests, context):
    yield from requests


def fail(request, context):
    code, _, message = request.value.partition(" ")
    context.set_trailing_metadata([("why", "asked")])
    context.abort(next(c for c in grpc.StatusCode if c.value[0] == int(code)), message)


def hang(request, context):
    ended = threading.Event()
    context.add_callback(ended.set)
    context.send_initial_metadata([])
    ended.wait()
    print("ended", flush=True)
    return request


io = dict(request_deserializer=StringValue.FromString, response_serializer=StringValue.SerializeToString)
methods = {
    "Say": grpc.unary_unary_rpc_method_handler(say, **io),
    "CountDown": grpc.unary_stream_rpc_method_handler(count_down, **io),
    "Join": grpc.stream_unary_rpc_method_handler(join, **io),
    "Chat": grpc.stream_stream_rpc_method_handler(chat, **io),
    "Fail": grpc.unary_unary_rpc_method_handler(fail, **io),
    "Hang": grpc.unary_unary_rpc_method_handler(hang, **io),
}
gzip = grpc.Compression.Gzip if options.gzip else None
server = grpc.server(futures.ThreadPoolExecutor(16), compression=gzip, xds=options.xds is not None)
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("meltemi.tests.Echo", methods)])
port = server.add_insecure_port(f"127.0.0.1:{options.xds or 0}")
server.start()
print("ready", options.xds or port, flush=True)
sys.stdin.read()
server.stop(0).wait()
