#!/usr/bin/env bash
# Builds and serves the text classifier, or another model directory. Needs a JDK, 17 or newer, and Maven.
#
#   ./examples/text-classifier/run.sh [model directory] [options of the launcher]
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
model="$here/model"
if [[ $# -gt 0 && "$1" != --* ]]; then
  model="$1"
  shift
fi
mvn -q -B -ntp -f "$root/pom.xml" -pl examples/text-classifier -am -DskipTests -Dfast package </dev/null
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# shellcheck disable=SC2086  # JVM_OPTS is a list
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xms64m --enable-native-access=ALL-UNNAMED ${JVM_OPTS:-} \
  -cp "$here/target/fast/lib/*" io.github.vertexj.undertow.Main --model "$model" "$@"
