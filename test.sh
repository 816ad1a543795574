#!/usr/bin/env bash
# Builds everything and runs all tests. The last line is "N passed, N failed", counted from the runner's result files.
# Arguments go to the test runner: ./test.sh --filter "FullyQualifiedName~Mixup"
set -euo pipefail
cd "$(dirname "$0")"

eng/setup.sh
dotnet build Tricks.sln --configuration Release -v quiet --nologo

# A filter may leave a project without a matching test, which the runner calls error 8.
[ $# -eq 0 ] || set -- "$@" --ignore-exit-code 8

shopt -s nullglob
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  dotnet test --project "$project" --configuration Release --no-build \
    --report-trx --report-trx-filename "$name.trx" --results-directory "$results" "$@" || status=$?
done

# All result files; a runner that crashed has left none.
results() { cat "$results"/*.trx < /dev/null; }

# The sum of one counter. Both parsers read element by element: a record is what follows a '<'.
count() {
  results | awk -v RS='<' -v attribute=" $1=\"[0-9]+\"" '
    /^Counters / && match($0, attribute) { split(substr($0, RSTART, RLENGTH), part, "\""); sum += part[2] }
    END { print sum + 0 }'
}

# One line for each result that neither passed nor failed: the test's name and the first line of its reason.
list_skipped() {
  results | awk -v RS='<' '
    function value(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    function flush() {
      if (test == "") return
      line = "  " test (reason == "" ? "" : ": " reason)
      gsub(/&lt;/, "<", line); gsub(/&gt;/, ">", line); gsub(/&quot;/, "\"", line); gsub(/&amp;/, "\\&", line)
      print line
      test = ""
    }
    /^UnitTestResult / { flush(); reason = ""; if (value("outcome") !~ /^(Passed|Failed|Error|Timeout|Aborted)$/) test = value("testName") }
    /^Message>/ { reason = substr($0, 9); sub(/[\r\n].*/, "", reason) }
    END { flush() }'
}

passed=$(count passed)
failed=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
skipped=$(($(count total) - passed - failed))
if [ "$skipped" -gt 0 ]; then
  echo "skipped:"
  list_skipped
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "The test runner ended with status $status although no test failed." >&2
  failed=1 # a crashed run is no passed run
fi
[ $((passed + failed)) -gt 0 ] || echo "No test ran." >&2
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
