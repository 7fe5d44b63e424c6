#!/usr/bin/env bash
# One process of a Spark cluster for Lockstep; it stays in the foreground, and SIGTERM ends it:
#   cluster.sh master | worker | history
#   cluster.sh submit COMMAND [ARGUMENT ...]     runs a command of Lockstep's there and waits for its end
# Environment: all that Spark itself reads (SPARK_MASTER_WEBUI_PORT, SPARK_WORKER_CORES, SPARK_WORKER_MEMORY,
# SPARK_WORKER_WEBUI_PORT, SPARK_WORKER_DIR, SPARK_EXECUTOR_CORES, SPARK_EXECUTOR_MEMORY, SPARK_LOCAL_IP, ...), and
#   SPARK_MASTER_HOST, SPARK_MASTER_PORT   where the master listens (127.0.0.1, 7077)
#   LOCKSTEP_MASTER           its URL, for worker and submit (spark://SPARK_MASTER_HOST:SPARK_MASTER_PORT)
#   LOCKSTEP_DEPLOY_MODE      where submit runs the driver: in its own process (client) or on a worker (cluster)
#   LOCKSTEP_EVENTS           directory, the same for drivers and history, of the event logs (unset: there are none)
#   LOCKSTEP_HISTORY_PORT     of the history server's pages (18080)
#   LOCKSTEP_SUBMIT_OPTIONS   more options for spark-submit, separated by blanks
#   LOCKSTEP_CLASSPATH        jars with your own models, separated by colons
#   LOCKSTEP_JAR              Lockstep's assembly (examples/target/lockstep-spark.jar)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
export SPARK_MASTER_HOST=${SPARK_MASTER_HOST:-127.0.0.1} SPARK_MASTER_PORT=${SPARK_MASTER_PORT:-7077}
master=${LOCKSTEP_MASTER:-spark://$SPARK_MASTER_HOST:$SPARK_MASTER_PORT}
mode=${LOCKSTEP_DEPLOY_MODE:-client}
events=${LOCKSTEP_EVENTS:-}
[ -z "$events" ] || mkdir -p "$events"

die() {
  printf 'lockstep: %s\n' "$1" >&2
  exit 1
}

spark() {
  exec "$here/run.sh" "org.apache.spark.deploy.$1" "${@:2}"
}

submit() {
  local jar=${LOCKSTEP_JAR:-$here/../../examples/target/lockstep-spark.jar}
  local options=(--conf spark.standalone.submit.waitAppCompletion=true)
  [ -f "$jar" ] || die "expected Lockstep's assembly, found no file '$jar'; 'mvn package' makes it, LOCKSTEP_JAR names another."
  [ -z "$events" ] || options+=(--conf spark.eventLog.enabled=true --conf "spark.eventLog.dir=$events")
  [ -z "${LOCKSTEP_CLASSPATH:-}" ] || options+=(--jars "${LOCKSTEP_CLASSPATH//:/,}")
  # shellcheck disable=SC2206 # options are separated by blanks
  options+=(${LOCKSTEP_SUBMIT_OPTIONS:-})
  spark SparkSubmit --master "$master" --deploy-mode "$mode" --class org.lockstep.examples.Lockstep \
    "${options[@]}" "$jar" "$@"
}

# Spark's standalone submitter ends with 0 however the driver on a worker ended; the last line of its log tells.
submit_and_watch() {
  local line driver='no word of its end'
  while IFS= read -r line; do
    printf '%s\n' "$line" >&2
    case $line in *', exiting spark-submit JVM.') driver=${line##*State of driver } driver=${driver%%,*} ;; esac
  done < <(submit "$@" 2>&1)
  wait "$!" || true
  [[ $driver == *' is FINISHED' ]] ||
    die "expected a driver that is FINISHED, found: $driver; its output is in SPARK_WORKER_DIR of the worker that ran it."
}

case ${1:-} in
  master)
    # No second door: submissions come through the master's own port.
    export SPARK_MASTER_OPTS="-Dspark.master.rest.enabled=false ${SPARK_MASTER_OPTS:-}"
    spark master.Master
    ;;
  worker) spark worker.Worker "$master" ;;
  history)
    [ -n "$events" ] || die 'expected LOCKSTEP_EVENTS to name the directory of the event logs, found nothing.'
    export SPARK_HISTORY_OPTS="-Dspark.history.ui.port=${LOCKSTEP_HISTORY_PORT:-18080} ${SPARK_HISTORY_OPTS:-}"
    SPARK_HISTORY_OPTS+=" '-Dspark.history.fs.logDirectory=$events'"
    spark history.HistoryServer
    ;;
  submit)
    [[ $mode == cluster && $master == spark://* ]] || submit "${@:2}" # which does not come back
    trap 'kill "$!"' TERM INT
    submit_and_watch "${@:2}"
    ;;
  *) die "expected master, worker, history or submit, found '${1:-}'." ;;
esac
