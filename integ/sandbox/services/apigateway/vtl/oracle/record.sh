#!/bin/sh
# Records what Velocity 1.7 makes of cases.vtl into velocity-1.7.json (needs a JDK and Maven).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -B -q -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$work/lib" >/dev/null
javac -encoding UTF-8 -cp "$work/lib/*" -d "$work" "$here/Oracle.java"
java -Dfile.encoding=UTF-8 -cp "$work:$work/lib/*" Oracle "$here/cases.vtl" > "$here/velocity-1.7.json"
