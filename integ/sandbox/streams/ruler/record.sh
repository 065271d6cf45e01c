#!/bin/sh
# Records what Event Ruler 1.8.1, the matcher of EventBridge, says about the cases of cases.ts (needs a JDK and Maven).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -B -q -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$work/lib" >/dev/null
javac -encoding UTF-8 -cp "$work/lib/*" -d "$work" "$here/Oracle.java"
npx tsx "$here/cases.ts" > "$work/cases.jsonl"
java -Dfile.encoding=UTF-8 -cp "$work:$work/lib/*" Oracle "$work/cases.jsonl" > "$here/event-ruler-1.8.1.jsonl"
