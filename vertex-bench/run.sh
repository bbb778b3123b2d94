#!/usr/bin/env bash
# Measures how fast predictions are, beside the least that their parts cost. Needs a JDK, 17 or newer, and Maven; all but
# codec and batcher also need wrk, and PyTorch for Python to make the model: it says which is missing. Results with their
# machine are in RESULTS.md.
#
#   ./vertex-bench/run.sh                     all of it, about 25 minutes on two cores
#   ./vertex-bench/run.sh --quick             a rough look at all of it, under two minutes
#   ./vertex-bench/run.sh http                only the table over HTTP and latency against offered load
#   ./vertex-bench/run.sh codec | batcher     only JMH
#   ./vertex-bench/run.sh memory [REQUESTS]   resident memory, 200,000 requests unless told otherwise
#   ./vertex-bench/run.sh start               process start to open port and first 200
#
# CSV files and plots go to vertex-bench/target/results. The server measured is the quickstart's, with SERVER_OPTS as
# options of its JVM. All load goes to the loopback address.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/.." && pwd)"
output="$here/target/results"
model="$here/target/models/mlp"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

quick=false
parts=()
requests=200000
for argument in "$@"; do
  case "$argument" in
    --quick) quick=true ;;
    codec | batcher | http | memory | start) parts+=("$argument") ;;
    [0-9]*) requests="$argument" ;;
    *) echo "unknown: $argument; see the head of $0" >&2; exit 2 ;;
  esac
done
[[ ${#parts[@]} -gt 0 ]] || parts=(codec batcher http start memory)
if $quick; then requests=10000; fi

mvn -q -B -ntp -f "$root/pom.xml" -pl vertex-bench,examples/quickstart -am -DskipTests -Dfast package </dev/null
mkdir -p "$output"

if [[ " ${parts[*]} " =~ \ (http|memory|start)\  ]]; then
  python=""
  for candidate in python3 /usr/bin/python3; do
    if [[ -z "$python" ]] && "$candidate" -c 'import torch' 2>/dev/null; then python="$candidate"; fi
  done
  missing=()
  command -v wrk >/dev/null || missing+=(wrk)
  [[ -n "$python" || -f "$model/mlp.pt" ]] || missing+=(python3-torch)
  if [[ ${#missing[@]} -gt 0 ]]; then
    echo "missing; on Debian or Ubuntu: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  [[ -f "$model/mlp.pt" ]] || "$python" "$here/models/make_models.py" "$here/target/models" mlp
  printf 'engine=PyTorch\noption.inputs=float32[784]\n' >"$model/serving.properties"
fi

# As the quickstart does: libtorch's thread pools throttle one another when several threads call it.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export DJL_OFFLINE=true OPT_OUT_TRACKING=true

version="0.1.0-SNAPSHOT"
run() {
  "$java" -cp "$here/target/fast/vertex-bench-$version.jar:$here/target/fast/lib/*" \
    -Dslf4j.internal.verbosity=ERROR -Dlog4j2.configurationFile="$here/log4j2.properties" \
    -Dbench.model="$model" -Dbench.output="$output" -Dbench.quick="$quick" -Dbench.serverOptions="${SERVER_OPTS:-}" \
    -Dbench.serverClassPath="$root/examples/quickstart/target/fast/quickstart-$version.jar:$root/examples/quickstart/target/fast/lib/*" \
    "$@"
}
jmh() {
  local pace=()
  if $quick; then pace=(-f 1 -wi 1 -i 1 -w 200ms -r 200ms -p instances=8); fi
  # A benchmark that fails, fails this script, too.
  run org.openjdk.jmh.Main "$1" -foe true -prof gc -rf csv -rff "$output/$2.csv" ${pace[@]+"${pace[@]}"} >"$output/$2.log" ||
    { cat "$output/$2.log"; return 1; }
  grep -E '^(Benchmark|[A-Za-z]+Bench\.[a-zA-Z]+(:.*alloc\.rate\.norm)? )' "$output/$2.log"
}

echo "$("$java" -version 2>&1 | head -2 | tail -1); $(getconf _NPROCESSORS_ONLN) cores; load $(cut -d' ' -f1 /proc/loadavg)"
for part in "${parts[@]}"; do
  case "$part" in
    codec) jmh 'TensorReadBench|TensorWriteBench|RecordBench|FormatReadBench' codec ;;
    batcher) jmh BatcherBench batcher ;;
    http) run io.github.vertexj.bench.HttpBench ;;
    memory) run io.github.vertexj.bench.MemoryBench "$requests" ;;
    start) run io.github.vertexj.bench.StartBench ;;
  esac
done
