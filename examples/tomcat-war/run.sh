#!/usr/bin/env bash
# Downloads Tomcat, lays it out for a model server and serves the digit classifier's WAR in it.
# Needs a JDK, 17 or newer, and Maven.
#
#   ./examples/tomcat-war/run.sh                      the digits of the quickstart
#   ./examples/tomcat-war/run.sh <model directory>    another version of that model
#
# The port is AIP_HTTP_PORT, else PORT, else 8080. JVM_OPTS goes to the JVM.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
digits="$root/examples/quickstart/digits"
export AIP_STORAGE_URI="${1:-${AIP_STORAGE_URI:-$digits}}"

echo "building (the first time, Maven also downloads Tomcat and PyTorch's native library, 125 MB) …"
mvn -q -B -ntp -f "$root/pom.xml" -pl examples/tomcat-war -am -DskipTests -Dfast package </dev/null

url="http://localhost:${AIP_HTTP_PORT:-${PORT:-8080}}"
echo "once the log says ready, try:"
echo "  curl $url${AIP_HEALTH_ROUTE:-/health}"
echo "  curl -H 'Content-Type: application/json' -d @$digits/request.json $url${AIP_PREDICT_ROUTE:-/predict}"

# exec, as in catalina.sh: the JVM takes this process's place, so that SIGTERM reaches it.
export CATALINA_HOME="$here/target/fast/tomcat" CATALINA_BASE="$here/target/fast/base"
export CATALINA_TMPDIR="${CATALINA_TMPDIR:-$(mktemp -d)}"
exec "$CATALINA_HOME/bin/catalina.sh" run
