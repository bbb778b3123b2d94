#!/usr/bin/env bash
# Builds what the quickstart needs and serves a model. Needs a JDK, 17 or newer, and Maven.
#
#   ./examples/quickstart/run.sh                      the digit classifier in digits/
#   ./examples/quickstart/run.sh <model directory>    any TorchScript or ONNX model
#   ./examples/quickstart/run.sh gs://bucket/model    the same from Cloud Storage
#   ./examples/quickstart/run.sh … --doctor           only checks whether that could start
#
# The port is AIP_HTTP_PORT, else PORT, else 8080. JVM_OPTS goes to the JVM.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
model="$here/digits"
# The digits have a provider of their own; any other model gets the one that serves any.
jars="$here/target/fast/quickstart-0.1.0-SNAPSHOT.jar:"
if [[ $# -gt 0 && "$1" != --* ]]; then
  model="$1"
  shift
  jars=
fi
# Google's Cloud Storage client and ONNX Runtime are on the class path only if they are needed.
profile=()
lib=lib
if [[ "$model" == gs://* ]]; then
  lib=lib-gcs
  profile=(-Pgcs,onnx -Dlib=$lib)
elif compgen -G "$model/*.onnx" >/dev/null; then
  lib=lib-onnx
  profile=(-Ponnx -Dlib=$lib)
fi

echo "building (the first time, Maven also downloads PyTorch's native library, 110 MB) …"
mvn -q -B -ntp -f "$root/pom.xml" -pl examples/quickstart -am -DskipTests -Dfast ${profile[@]+"${profile[@]}"} package </dev/null

if [[ " $* " != *" --"* ]]; then
  url="http://localhost:${AIP_HTTP_PORT:-${PORT:-8080}}"
  echo "once the log says ready, try:"
  echo "  curl $url${AIP_HEALTH_ROUTE:-/health}"
  echo "  curl -H 'Content-Type: application/json' -d @$here/digits/request.json $url${AIP_PREDICT_ROUTE:-/predict}"
fi

# libtorch's thread pools throttle one another when several workers call it, so each gets one thread.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# The heap begins small and grows as needed; by default it begins with 1/64 of the machine's memory and touches it all.
# Out of heap, a JVM limps on; one that ends is started again.
# JDK 24 and newer warn when a library loads native code, as DJL must: hence the option.
# exec: the JVM takes this process's place, so that SIGTERM reaches it.
# shellcheck disable=SC2086  # JVM_OPTS is a list
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xms64m -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED ${JVM_OPTS:-} \
  -cp "$jars$here/target/fast/$lib/*" io.github.vertexj.undertow.Main --model "$model" "$@"
