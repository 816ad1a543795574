#!/usr/bin/env bash
# README code is compiled code: a code block after the comment  <!-- snippet: examples/X/Program.cs NAME -->  must equal
# the region between  // <snippet NAME>  and  // </snippet>  of that file, without its common indentation.
# Shows the difference and exits 1 otherwise. Arguments are the documents to check (default: README.md, docs/*.md, nuget/README.md).
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob

fail() { echo "check-snippets: $*" >&2; failed=1; }

# The lines of a region, without their common indentation.
region() { # file name
  awk -v name="$2" '
    { sub(/\r$/, "") }
    inside && $1 == "//" && $2 == "</snippet>" { closed = 1; exit }
    inside { lines[++n] = $0; if (/[^ ]/) { match($0, /^ */); if (indent == "" || RLENGTH < indent) indent = RLENGTH } }
    $1 == "//" && $2 == "<snippet" && $3 == name ">" { inside = 1 }
    END { if (!closed) exit 1; for (i = 1; i <= n; i++) print substr(lines[i], indent + 1) }' "$1"
}

# The code block that begins right after a line number.
block() { # document line
  awk -v start="$2" '
    { sub(/\r$/, "") }
    NR == start + 1 && !/^```/ { exit }
    NR == start + 1 { inside = 1; next }
    inside && /^```/ { closed = 1; exit }
    inside
    END { if (!closed) exit 1 }' "$1"
}

failed=0
checked=0
documents=("$@")
[ $# -gt 0 ] || documents=(README.md docs/*.md nuget/README.md)
for document in "${documents[@]}"; do
  while IFS=: read -r line marker; do
    read -r file name <<< "$(sed -E 's/.*<!-- snippet: +([^ ]+) +([^ ]+) +-->.*/\1 \2/' <<< "$marker")"
    where="$document:$line"
    checked=$((checked + 1))
    [ -f "$file" ] || { fail "$where names $file, which does not exist."; continue; }
    expected=$(region "$file" "$name") || { fail "$where: $file has no region '// <snippet $name>' ... '// </snippet>'."; continue; }
    actual=$(block "$document" "$line") || { fail "$where: no code block follows the comment."; continue; }
    diff --label "$document" --label "$file <snippet $name>" -u <(echo "$actual") <(echo "$expected") \
      || fail "$where differs from the region $name of $file; copy the region into the document."
  done < <(grep -n '<!-- snippet:' "$document" || true)
done

[ "$failed" -eq 0 ] && echo "$checked snippets agree with the examples"
exit "$failed"
