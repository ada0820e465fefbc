#!/usr/bin/python3
"""Calls echo.proto: `client.py PORT` reads calls as JSON lines and prints one JSON line for each.

{"call": "CountDown", "send": ["3"], "timeout": 1.5, "cancel": 1, "gzip": true, "metadata": {"echo-a": "b"}}
    "cancel": after so many answers (0: once the server's headers are there; of Hang, which this client takes for a stream)
{"answers": ["2", "1", "0"], "code": 0, "message": "", "headers": {...}, "trailers": {...}}
    Texts of more than 1000 characters are given and answered as "*N": N times the letter x.
"""
import json
import sys

import grpc
from google.protobuf.wrappers_pb2 import StringValue

KINDS = {"Hang": "unary_stream", "CountDown": "unary_stream", "Join": "stream_unary", "Chat": "stream_stream"}


def text(given):
    return "x" * int(given[1:]) if given.startswith("*") else given


def shown(value):
    return f"*{len(value)}" if len(value) > 1000 and value == "x" * len(value) else value


def run(channel, call):
    kind = KINDS.get(call["call"], "unary_unary")
    method = getattr(channel, kind)(
        "/meltemi.tests.Echo/" + call["call"],
        request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString)
    messages = [StringValue(value=text(m)) for m in call["send"]]
    options = dict(timeout=call.get("timeout"), metadata=list(call.get("metadata", {}).items()),
                   compression=grpc.Compression.Gzip if call.get("gzip") else None)
    argument = iter(messages) if kind.startswith("stream") else messages[0]
    going = getattr(method, "future")(argument, **options) if kind.endswith("unary") else method(argument, **options)
    answers = []
    try:
        if call.get("cancel") == 0:
            going.initial_metadata()
            going.cancel()
        if kind.endswith("unary"):
            answers.append(shown(going.result().value))
        else:
            for answer in going:
                answers.append(shown(answer.value))
                if len(answers) == call.get("cancel"):
                    going.cancel()
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass
    pairs = lambda metadata: {k: v if isinstance(v, str) else list(v) for k, v in metadata or []}  # noqa: E731
    return {"answers": answers, "code": going.code().value[0], "message": going.details() or "",
            "headers": pairs(going.initial_metadata()), "trailers": pairs(going.trailing_metadata())}


with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    for line in sys.stdin:
        print(json.dumps(run(channel, json.loads(line))), flush=True)
