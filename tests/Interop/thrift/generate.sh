#!/usr/bin/env bash
# usage: generate.sh DIRECTORY   Writes DIRECTORY/py and DIRECTORY/node, the code of interop.thrift, with thrift-compiler.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)/interop.thrift
mkdir -p "$1/py" "$1/node"
thrift --gen py -out "$1/py" "$source"
thrift --gen js:node,es6 -out "$1/node" "$source"
