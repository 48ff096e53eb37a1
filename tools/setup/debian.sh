#!/bin/sh
# Programs from Debian's packages: debian.sh PROGRAM:PACKAGE ... installs those that are not here. Without root it says what is
# missing and goes on: who needs the program says so again, or (tests) skips.
set -eu
export PATH=$PATH:/sbin:/usr/sbin
missing=""
for pair; do
  program=${pair%%:*} package=${pair##*:}
  case "$program" in
    /*) [ -e "$program" ] || missing="$missing $package" ;;
    *) command -v "$program" >/dev/null 2>&1 || missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else
  echo "not root: apt-get install$missing" >&2
  exit 0
fi
echo "installing$missing" >&2
$as_root apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2
