#!/usr/bin/env bash
# Runs one of Spark's main classes as bin/spark-class does: run.sh CLASS [ARGUMENT ...]
# SPARK_HOME is a Spark 4.1 distribution; unset, it is docker/target/spark, which 'mvn -pl docker package' makes.
set -euo pipefail

die() {
  printf 'lockstep: %s\n' "$1" >&2
  exit 1
}

export SPARK_HOME=${SPARK_HOME:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)/target/spark} SPARK_SCALA_VERSION=2.13
[ -d "$SPARK_HOME/jars" ] ||
  die "expected SPARK_HOME to name a Spark 4.1 with a folder jars, found '$SPARK_HOME'; 'mvn -pl docker package' makes one in docker/target/spark."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Spark's launcher prints an empty line, then the command, each part behind it ended by a NUL.
command=()
while IFS= read -r -d '' part; do
  command+=("$part")
done < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
wait "$!" || true # so that no zombie is left to the process that this one becomes
[ "${#command[@]}" -gt 1 ] || die "Spark's launcher does not know how to run $1."
[ "${command[0]//$'\n'/}" != '' ] || command=("${command[@]:1}")
command[0]=${command[0]#$'\n'}
exec "${command[@]}"
