#!/usr/bin/env bash
# Brings a machine to the state in which this repository builds and runs: the .NET SDK of global.json
# and a libstdc++ new enough for TorchSharp's native library. Does nothing where nothing is missing.
# Debian 12 as root is mended in place; every other system is told the exact remedy.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # Debian keeps ldconfig there, outside the PATH of users other than root
shopt -s nullglob

say() { printf 'setup: %s\n' "$*"; }
stop() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# libLibTorchSharp.so (TorchSharp 0.107) is built with GCC 13 and imports this one symbol, which
# libstdc++ exports since GLIBCXX_3.4.32 (GCC 13.2).
needed_symbol=_ZSt21ios_base_library_initv

# libtorch is published for three platforms; nothing that this script could install helps on another.
ensure_platform() {
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64")
      # musl's ldd names itself, and returns 1 when it does.
      case "$(ldd --version 2>&1 || true)" in
        *musl*) refuse_platform "This system's C library is musl" "use a glibc system such as Debian 13 or Ubuntu 24.04" ;;
      esac ;;
    Linux*) refuse_platform "This machine is Linux on $(uname -m)" "use an x64 machine, or an x64 container (docker run --platform linux/amd64)" ;;
    "Darwin x86_64") refuse_platform "This is macOS on x64" "use a Mac with Apple silicon and an arm64 shell, or an x64 Linux container" ;;
  esac
}

refuse_platform() { # cause remedy
  stop "$1, but libtorch's packages exist for linux-x64 (glibc), win-x64 and osx-arm64 only." "Remedy: $2."
}

# Answers the question that the dynamic loader will answer: which libstdc++ would be loaded, and is it new enough?
# Without ldconfig's list, the usual folders of 64-bit libraries are looked into.
libstdcxx_path() {
  local listed file
  listed=$(ldconfig -p 2>/dev/null | awk '$1 == "libstdc++.so.6" && /x86-64/ && !found { print $NF; found = 1 }' || true)
  for file in "$listed" /{usr/,}lib/x86_64-linux-gnu/libstdc++.so.6 /{usr/,}lib64/libstdc++.so.6 /{usr/,}lib/libstdc++.so.6; do
    if [ -f "$file" ]; then echo "$file"; return 0; fi
  done
}

libstdcxx_is_new_enough() {
  local library
  library=$(libstdcxx_path)
  [ -n "$library" ] && grep -q -a "$needed_symbol" "$library"
}

# Debian 12 ships GCC 12's libstdc++. Debian 13's works beside the rest of Debian 12. Its source is derived from
# the machine's own configured Debian source (same address and keyring), pinned low, so that nothing but what is
# named here is ever taken from it.
install_libstdcxx_from_debian_13() {
  local source address keyring
  source=$(grep -lsE '^Suites:.*\bbookworm\b' /etc/apt/sources.list.d/*.sources < /dev/null | head -n 1 || true)
  if [ -n "$source" ]; then
    address=$(awk '/^URIs:/ { print $2; exit }' "$source")
    keyring=$(awk '/^Signed-By:/ { print $2; exit }' "$source")
  else
    # Either file may be absent; what is found here is judged below.
    address=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null \
      | awk '$1 == "deb" && / bookworm / && !found { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; found = 1; next } }' || true)
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  fi
  [ -n "$address" ] || stop "no Debian 12 package source is configured on this machine." \
    "Remedy: install libstdc++6 13.2 or newer (Debian 13's package libstdc++6) and run this script again."

  say "libstdc++ is older than GCC 13.2; installing Debian 13's libstdc++6 (about half a minute)"
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$address" "$keyring" \
    > /etc/apt/sources.list.d/tricks-trixie.sources
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' > /etc/apt/preferences.d/tricks-trixie
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -t trixie libstdc++6 > /dev/null
}

ensure_libstdcxx() {
  [ "$(uname -s)" = Linux ] || return 0
  libstdcxx_is_new_enough && return 0

  . /etc/os-release
  if [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]; then
    [ "$(id -u)" = 0 ] || stop "libstdc++ is older than GCC 13.2, which TorchSharp needs." \
      "Remedy: run 'sudo eng/setup.sh' once; it installs Debian 13's libstdc++6."
    install_libstdcxx_from_debian_13
    libstdcxx_is_new_enough || stop "libstdc++6 was installed but $(libstdcxx_path) still lacks $needed_symbol." \
      "Remedy: look for a second libstdc++.so.6 earlier in the loader's path (ldconfig -p | grep libstdc++)."
    say "libstdc++ is ready"
    return 0
  fi

  case "${ID:-} ${ID_LIKE:-}" in
    *ubuntu*) stop "libstdc++ is older than GCC 13.2, which TorchSharp needs (${PRETTY_NAME:-this system})." \
      "Remedy: sudo add-apt-repository ppa:ubuntu-toolchain-r/test && sudo apt-get install libstdc++6, or use Ubuntu 24.04 or newer." ;;
    *rhel*|*fedora*|*centos*) stop "libstdc++ is older than GCC 13.2, which TorchSharp needs (${PRETTY_NAME:-this system})." \
      "Remedy: use a release whose libstdc++ is 13.2 or newer (RHEL 10, Fedora 39), or a container of Debian 13." ;;
    *) stop "libstdc++ is older than GCC 13.2, which TorchSharp needs (${PRETTY_NAME:-this system})." \
      "Remedy: install a libstdc++.so.6 of GCC 13.2 or newer (Debian 13 and Ubuntu 24.04 have it)." ;;
  esac
}

ensure_dotnet() {
  local root wanted
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json" | head -n 1)
  if [ -n "${SUDO_USER:-}" ] && ! command -v dotnet > /dev/null; then
    # sudo's own PATH leaves out an SDK in the user's home folder.
    say "no .NET SDK in sudo's PATH; run 'eng/setup.sh' once more without sudo, which looks in yours"
    return 0
  fi
  command -v dotnet > /dev/null || stop "the .NET SDK is not installed." \
    "Remedy: install .NET SDK $wanted or newer (https://dotnet.microsoft.com/download), then run this script again."
  (cd "$root" && dotnet --version > /dev/null 2>&1) || stop \
    "no installed .NET SDK fits global.json (wanted $wanted or a later feature band; installed: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' '))." \
    "Remedy: install .NET SDK $wanted or newer (https://dotnet.microsoft.com/download)."
}

ensure_platform
ensure_libstdcxx # before the SDK, for the sake of a user who was sent here with sudo
ensure_dotnet
