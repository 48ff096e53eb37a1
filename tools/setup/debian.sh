#!/bin/sh
# The programs that some tests drive, from Debian's packages. Without root they are not installed: those tests then
# skip and say so.
set -eu
missing=""
command -v socat >/dev/null 2>&1 || missing="$missing socat"
command -v mosquitto_sub >/dev/null 2>&1 || missing="$missing mosquitto-clients"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else
  echo "not root: tests that need$missing will be skipped (apt-get install$missing)" >&2
  exit 0
fi
echo "installing$missing" >&2
$as_root apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2
