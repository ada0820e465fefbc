#!/usr/bin/env bash
# usage: install.sh   Fetches the peers' npm packages into the git-ignored folders beside each package.json. Does nothing if they are there.
set -euo pipefail
cd "$(dirname "$0")"
for folder in dubbo bolt tars thrift/node grpc/node xds/node; do
  cmp -s "$folder/package.json" "$folder/node_modules/.installed" && continue
  (cd "$folder" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
  cp "$folder/package.json" "$folder/node_modules/.installed"
done
