#!/usr/bin/env bash
# What the judged servers of other languages need, as far as this machine lacks it: Flask by apt-get, Express by npm.
# Where one cannot be had, its test says so in a line and is skipped.
set -uo pipefail
cd "$(dirname "$0")"

if ! { python3 -c 'import flask' || /usr/bin/python3 -c 'import flask'; } 2>/dev/null; then
  { apt-get -qq update && apt-get -qq -y install python3-flask; } >/dev/null || echo "Flask cannot be installed"
fi
if [ ! -d express/node_modules/express ]; then
  npm --prefix express ci --silent --no-audit --no-fund || echo "Express cannot be installed"
fi
