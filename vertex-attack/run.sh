#!/usr/bin/env bash
# Attacks the launcher and Tomcat, each in a process with a small heap, while good clients go on: a line for each attack,
# "held" if no good request suffered. About ten minutes. Needs a JDK, 17 or newer, and Maven; all traffic stays on this machine.
#
#   ./vertex-attack/run.sh                                          every attack, both servers, 64 MB, 256 MB and 1 GB
#   ./vertex-attack/run.sh --attack memory/parameters --server launcher --heap 256m --seconds 5
#   ./vertex-attack/run.sh --attack memory --attack slow --server tomcat      names may be beginnings
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
mvn -q -f "$here/.." -pl vertex-attack -am -Dfast -DskipTests package
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$here/target/fast/classes:$here/target/fast/lib/*" io.github.vertexj.attack.Main "$@"
