#!/usr/bin/python3
"""Runs every client against every server without a proxy between them, in every transport and protocol, and compares the answers.

    NODE_PATH=.../node_modules direct.py DIRECTORY      (DIRECTORY: what generate.sh has filled)
"""
import itertools
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = {"python": ["/usr/bin/python3", f"{HERE}/python/%s.py"], "node": ["node", "--no-deprecation", f"{HERE}/node/%s.js"]}
with open(f"{HERE}/script.json", encoding="utf-8") as file:
    SCRIPT = [(one["call"], one["answer"]) for one in json.load(file)]
SCRIPT += [
    ({"call": "echo", "args": ["x" * 200_000]}, {"result": "x" * 200_000}),
    ({"call": "notify", "args": ["first"]}, {"result": None}),
    ({"call": "notified"}, {"result": ["first"]}),
]
FAILURE = {  # of the call `fail`, which differs by server
    "python": {"error": "TApplicationException", "message": "Internal error", "type": 6},
    "node": {"error": "TApplicationException", "message": "broken", "type": 0},
}


def command(language, program, directory, *arguments):
    *start, pattern = PROGRAMS[language]
    return [*start, pattern % program, directory, *arguments]


def run(directory, server, client, transport, protocol, multiplexed, zlib=False):
    arguments = ["--transport", transport, "--protocol", protocol] + (["--multiplexed"] if multiplexed else [])
    script = SCRIPT + [({"call": "who"}, {"result": server}), ({"call": "fail", "args": ["broken"]}, FAILURE[server])]
    if transport == "header":
        script.append(({"call": "headers", "headers": {"user": "anna"}}, {"result": {"user": "anna"}}))
        script.append(({"call": "headers"}, {"result": {}}))
    if multiplexed:
        script.append(({"service": "Stock", "call": "count", "args": ["abc"]}, {"result": 3}))
    pipe = subprocess.PIPE
    serve = command(server, "server", directory, *arguments)
    with subprocess.Popen(serve, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as serving:
        try:
            port = serving.stdout.readline().split()[1]
            extra = (["--zlib"] if zlib else []) + (["--ordered"] if client == "node" else [])
            calls = "".join(json.dumps(call) + "\n" for call, _ in script)
            done = subprocess.run(command(client, "client", directory, "--port", port, *arguments, *extra),
                                  input=calls, capture_output=True, text=True, timeout=60)
        finally:
            serving.stdin.close()
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    expected = [{"n": n, **answer} for n, (_, answer) in enumerate(script)]
    wrong = [(got, want) for got, want in itertools.zip_longest(answers, expected) if got != want]
    for got, want in wrong:
        print(f"    got {str(got)[:200]}, expected {str(want)[:200]} {done.stderr[-500:]}")
    return not wrong


def main():
    rounds = list(itertools.product(PROGRAMS, PROGRAMS, ["framed", "buffered", "header"], ["binary", "compact"], [False, True]))
    rounds += [("python", "python", transport, "binary-old", False) for transport in ("framed", "buffered")]
    rounds += [("python", "python", "header", protocol, False, True) for protocol in ("binary", "compact")]
    failed = 0
    for one in rounds:
        good = run(sys.argv[1], *one)
        failed += not good
        print("ok  " if good else "BAD ", *one)
    print(f"{len(rounds)} rounds, {failed} failed")
    return failed > 0


sys.exit(main())
