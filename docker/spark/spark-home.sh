#!/usr/bin/env bash
# Makes a SPARK_HOME out of Maven's jars: spark-home.sh DIRECTORY
# It holds what a standalone cluster and spark-submit need, and nothing else of a distribution.
set -euo pipefail
[ $# -eq 1 ] || { printf 'usage: %s DIRECTORY\n' "$0" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
mkdir -p "$1"
home=$(cd "$1" && pwd -P)
cd "$root"
mvn -q -B -DskipTests -Dassembly.skip -pl cluster -am package \
  org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies@spark-jars -Dspark.home="$home"
touch "$home/RELEASE"
printf '%s\n' "$home"
