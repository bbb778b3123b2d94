#!/usr/bin/env bash
# Starts a server, waits for its health, sends it one prediction and stops it as the platform does.
# Succeeds if all of that does. Needs nothing but bash.
#
#   rehearse.sh <request.json> <command that serves> …
#
# An image rehearses once while it is built, so that the JVM can note what it will need at every start.
set -euo pipefail

request="$(cat "$1")"
shift
port="${AIP_HTTP_PORT:-${PORT:-8080}}"

fail() {
  echo "rehearse.sh: $1" >&2
  exit 1
}

# Sends a request and prints the reply's status: ask GET /health, or ask POST /predict <body>.
ask() {
  local connection LC_ALL=C # in which a character is a byte
  exec {connection}<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "$2" "${#3}" "$3" >&"$connection"
  head -n 1 <&"$connection" | cut -d ' ' -f 2
  exec {connection}>&-
}

"$@" &
server=$!
trap 'kill -KILL "$server" 2>/dev/null || true' EXIT

until [[ "$(ask GET "${AIP_HEALTH_ROUTE:-/health}" "" 2>/dev/null)" == 200 ]]; do
  kill -0 "$server" 2>/dev/null || fail "the server ended before it was ready"
  ((SECONDS < 300)) || fail "the server is not ready after 5 minutes"
  sleep 0.2
done
status="$(ask POST "${AIP_PREDICT_ROUTE:-/predict}" "$request")"
[[ "$status" == 200 ]] || fail "the prediction's status is $status"

kill -TERM "$server"
wait "$server" && code=0 || code=$?
trap - EXIT
# 143 is a JVM that a signal has ended in good order, where nothing says that it shall be 0.
[[ "$code" == 0 || "$code" == 143 ]] || fail "the server's exit code is $code"
echo "rehearse.sh: served, and ended with $code"
