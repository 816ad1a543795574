#!/usr/bin/env bash
# Builds everything and runs all tests. The last line is "N passed, N failed", counted from the runner's result files.
# Arguments go to the test runner: ./test.sh --filter "FullyQualifiedName~Mixup"
set -euo pipefail
cd "$(dirname "$0")"

eng/setup.sh
dotnet build Tricks.sln --configuration Release -v quiet --nologo

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  dotnet test --project "$project" --configuration Release --no-build \
    --report-trx --report-trx-filename "$name.trx" --results-directory "$results" "$@" || status=$?
done

count() { grep -ho "<Counters [^>]*" "$results"/*.trx | grep -o " $1=\"[0-9]*\"" | grep -o "[0-9]*" | { sum=0; while read -r n; do sum=$((sum + n)); done; echo "$sum"; }; }

passed=$(count passed)
failed=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
skipped=$(($(count total) - passed - failed))
if [ "$skipped" -gt 0 ]; then
  echo "skipped:"
  tr '\n' ' ' < <(cat "$results"/*.trx) | grep -oE '<UnitTestResult [^>]*outcome="NotExecuted"[^>]*>(.{0,400})' \
    | sed -E 's/.*testName="([^"]*)".*(<Message>([^<]*)<\/Message>).*/  \1: \3/; s/<UnitTestResult .*testName="([^"]*)".*/  \1/'
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "The test runner ended with status $status although no test failed." >&2
  failed=1 # a crashed run is no passed run
fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
