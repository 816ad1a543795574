# Sets PEER to a Python that has PyTorch and torchvision, or to nothing, with a message. To be sourced.
PEER=
for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
  if [ -n "$candidate" ] && "$candidate" -c 'import torch, torchvision' 2> /dev/null; then PEER=$candidate; break; fi
done
[ -n "$PEER" ] || echo "No Python with torch and torchvision (Debian trixie: apt-get install python3-torch python3-torchvision; or set PYTHON): without PyTorch's rows" >&2

# For env: glibc keeps the pages that a step frees, as Tricks.Torch has it.
tuned=(MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=2147483647 MALLOC_TOP_PAD_=268435456)
