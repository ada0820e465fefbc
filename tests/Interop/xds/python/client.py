#!/usr/bin/python3
"""Calls Say of echo.proto at xDS targets. GRPC_XDS_BOOTSTRAP_CONFIG says where the control plane is. Reads JSON lines, prints one for each:

{"target": "xds:///shop:80", "count": 10, "metadata": {"user": "jason"}, "timeout": 5}
    {"who": {"a": 7, "b": 2}, "codes": {"14": 1}, "error": "..."}      servers that answered by their names; failures by their codes; one failure's text
{"dump": true}
    {"csds": "..."}                                                    what this client holds: a ClientConfig of CSDS in base64
"""
import base64
import collections
import json
import sys

import grpc
from google.protobuf.wrappers_pb2 import StringValue
from grpc._cython import cygrpc

channels = {}


def call(wanted):
    target = wanted["target"]
    if target not in channels:
        channels[target] = grpc.insecure_channel(target)
    say = channels[target].unary_unary(
        "/meltemi.tests.Echo/Say", request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString)
    who, codes, error = collections.Counter(), collections.Counter(), ""
    for _ in range(wanted.get("count", 1)):
        try:
            _, done = say.with_call(StringValue(value="hi"), timeout=wanted.get("timeout", 60), metadata=list(wanted.get("metadata", {}).items()))
            who[dict(done.initial_metadata())["who"]] += 1
        except grpc.RpcError as e:
            codes[str(e.code().value[0])] += 1
            error = e.details()
    return {"who": who, "codes": codes, "error": error}


for line in sys.stdin:
    wanted = json.loads(line)
    answer = {"csds": base64.b64encode(cygrpc.dump_xds_configs()).decode()} if "dump" in wanted else call(wanted)
    print(json.dumps(answer), flush=True)
