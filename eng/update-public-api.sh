#!/usr/bin/env bash
# Writes the public API as it is now into PublicAPI.Unshipped.txt of both packages, from the analyzer's own messages.
# Look at the difference before you commit it: it is what users see change.
set -euo pipefail
cd "$(dirname "$0")/.."

for project in src/Tricks.Torch src/Tricks.MLNet; do
  file=$project/PublicAPI.Unshipped.txt
  echo '#nullable enable' > "$file"
  # The build fails for as long as members are missing: that is the list.
  { dotnet build "$project" --configuration Release --no-incremental -v quiet --nologo 2>&1 || true; } \
    | sed -nE "s/.*error RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >> "$file"
  echo "$file: $(($(wc -l < "$file") - 1)) members"
done
