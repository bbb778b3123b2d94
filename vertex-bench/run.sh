#!/usr/bin/env bash
# Measures how fast predictions are, beside the least that their parts cost. Needs a JDK, 17 or newer, and Maven; all but
# codec and batcher also need wrk, and PyTorch for Python to make the model: it says which is missing. Results with their
# machine are in RESULTS.md.
#
#   ./vertex-bench/run.sh                     all of it, about an hour on two cores
#   ./vertex-bench/run.sh --quick             a rough look at what takes little time, under two minutes
#   ./vertex-bench/run.sh http                the table over HTTP, and latency against offered load
#   ./vertex-bench/run.sh batching            64 clients and one, a small model and a transformer
#   ./vertex-bench/run.sh threads             workers x threads inside an operator, for both models
#   ./vertex-bench/run.sh payload             large tensors in each form that a request may have
#   ./vertex-bench/run.sh resnet              a model of ResNet-50's size sent .npy images, on a GPU if there is one, beside bare
#                                             loops of it; DTYPE=fp16 before it: in half precision; BATCHES="32 128":
#                                             other batch sizes
#   ./vertex-bench/run.sh servlet             the WAR in Tomcat beside the launcher
#   ./vertex-bench/run.sh codec | batcher     only JMH
#   ./vertex-bench/run.sh memory [REQUESTS]   resident memory, 200,000 requests unless told otherwise
#   ./vertex-bench/run.sh start               process start to open port and first 200, with class-data archives and without
#
# --quick before a name takes one short round of it. CSV files and plots go to vertex-bench/target/results. The server
# measured is the quickstart's, started as its run.sh does, with SERVER_OPTS as further options of its JVM; JAVA_HOME
# chooses the JDK. All load goes to the loopback address.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/.." && pwd)"
output="$here/target/results"
models="$here/target/models"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

quick=false
parts=()
requests=200000
for argument in "$@"; do
  case "$argument" in
    --quick) quick=true ;;
    codec | batcher | http | batching | threads | payload | resnet | servlet | memory | start) parts+=("$argument") ;;
    [0-9]*) requests="$argument" ;;
    *) echo "unknown: $argument; see the head of $0" >&2; exit 2 ;;
  esac
done
if [[ ${#parts[@]} -eq 0 ]]; then
  parts=(codec batcher http start memory)
  $quick || parts+=(batching threads payload resnet servlet)
fi
if $quick; then requests=10000; fi
wanted() {
  local part
  for part in "$@"; do [[ " ${parts[*]} " == *" $part "* ]] && return; done
  return 1
}

modules=vertex-bench,examples/quickstart
if wanted servlet; then modules+=,examples/tomcat-war; fi
mvn -q -B -ntp -f "$root/pom.xml" -pl "$modules" -am -DskipTests -Dfast package </dev/null
mkdir -p "$output"

missing() {
  echo "missing; on Debian or Ubuntu: apt-get install --no-install-recommends $*" >&2
  exit 1
}
# The model of a name, whose instances are of a type and shape, in a precision.
model() {
  local python directory="$models/$1"
  if [[ ! -f "$directory/$1.pt" ]]; then
    python="$(with_torch)" || missing python3-torch
    "$python" "$here/models/make_models.py" "$models" "$1"
  fi
  printf 'engine=PyTorch\noption.inputs=%s\noption.dtype=%s\n' "$2" "${3:-fp32}" >"$directory/serving.properties"
}
with_torch() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then echo "$python" && return; fi
  done
  return 1
}
if wanted http batching threads payload resnet servlet memory && ! command -v wrk >/dev/null; then missing wrk; fi
if wanted http batching threads servlet memory start; then model mlp 'float32[784]'; fi
if wanted batching threads; then model transformer 'int64[64]'; fi
if wanted payload; then model mean 'float32[*]'; fi
if wanted resnet; then
  dtype="${DTYPE:-fp32}"
  case "$dtype" in
    fp32) model resnet50 'float32[3,224,224]' ;;
    fp16) model resnet50-fp16 'float32[3,224,224]' fp16 ;;
    *) echo "DTYPE=$dtype: fp32 and fp16 have a bare loop in DJL to be compared with" >&2; exit 2 ;;
  esac
fi

# As the quickstart does: libtorch's thread pools throttle one another when several threads call it.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export DJL_OFFLINE=true OPT_OUT_TRACKING=true

version="0.1.0-SNAPSHOT"
run() {
  "$java" -cp "$here/target/fast/vertex-bench-$version.jar:$here/target/fast/lib/*" \
    -Dslf4j.internal.verbosity=ERROR -Dlog4j2.configurationFile="$here/log4j2.properties" \
    -Dbench.models="$models" -Dbench.examples="$root/examples" -Dbench.version="$version" -Dbench.output="$output" \
    -Dbench.quick="$quick" -Dbench.serverOptions="-Xms64m ${SERVER_OPTS:-}" \
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
    codec) jmh 'TensorReadBench|TensorWriteBench|TensorTypeBench|RecordBench|FormatReadBench' codec ;;
    batcher) jmh BatcherBench batcher ;;
    http) run io.github.vertexj.bench.HttpBench ;;
    batching) run io.github.vertexj.bench.BatchingBench ;;
    threads) run io.github.vertexj.bench.ThreadsBench ;;
    payload) run io.github.vertexj.bench.PayloadBench ;;
    resnet) run -Dbench.batches="${BATCHES:-}" -Dbench.loop="$here/models/bare_loop.py" io.github.vertexj.bench.ResNetBench "$dtype" "$(with_torch || true)" ;;
    servlet) run io.github.vertexj.bench.ServletBench ;;
    memory) run io.github.vertexj.bench.MemoryBench "$requests" ;;
    start) run io.github.vertexj.bench.StartBench ;;
  esac
done
