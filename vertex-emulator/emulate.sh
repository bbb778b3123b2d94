#!/usr/bin/env bash
# Builds the emulator and puts a model server behind it. Needs a JDK, 17 or newer, and Maven.
#
#   ./vertex-emulator/emulate.sh                                   the quickstart's digits, two replicas
#   ./vertex-emulator/emulate.sh --command "./serve.sh" …          any command that serves on AIP_HTTP_PORT
#   ./vertex-emulator/emulate.sh --url http://localhost:8080 …     a server that runs already
#   ./vertex-emulator/emulate.sh --help                            all options
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/.." && pwd)"
grpc="$root/vertex-emulator-grpc/target/fast"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
modules="vertex-emulator,vertex-emulator-grpc"
if [[ $# -eq 0 ]]; then
  modules+=",examples/quickstart"
  quickstart="$root/examples/quickstart"
  # Not run.sh: each replica would build it again.
  set -- --replicas 2 --storage-uri "$quickstart/digits" --name digits \
    --command "'$java' -cp '$quickstart/target/fast/quickstart-0.1.0-SNAPSHOT.jar:$quickstart/target/fast/lib/*' io.github.vertexj.undertow.Main"
  export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
fi

echo "building …" >&2
mvn -q -B -ntp -f "$root/pom.xml" -pl "$modules" -am -DskipTests -Dfast package </dev/null >&2

# exec: the JVM takes this process's place, so that SIGTERM reaches it and it can stop the replicas.
exec "$java" \
  -cp "$here/target/fast/vertex-emulator-0.1.0-SNAPSHOT.jar:$here/target/fast/lib/*:$grpc/vertex-emulator-grpc-0.1.0-SNAPSHOT.jar:$grpc/lib/*" \
  io.github.vertexj.emulator.Emulator "$@"
