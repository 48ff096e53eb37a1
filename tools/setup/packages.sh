#!/bin/sh
# Installs the npm packages by the lock file, without their install scripts (some download from places that many
# machines cannot reach), then builds the two native add-ons that need a compiler against the running Node's headers. Peer
# ranges are not asked: npm 9 (Debian 12) would want a second TypeScript for a package that only may use one.
set -eu
cd "$(dirname "$0")/../.."
headers=$(node -p 'require("path").resolve(process.execPath, "../..")')
if [ -e "$headers/include/node/node.h" ]; then export npm_config_nodedir="$headers"; fi
npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error >&2
npm rebuild --loglevel=error epoll i2c-bus >&2
touch node_modules/.installed
