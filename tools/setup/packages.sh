#!/bin/sh
# Installs the npm packages by the lock file, without their install scripts (some download from places that many
# machines cannot reach), then builds the two native add-ons that need a compiler against the running Node's headers.
set -eu
cd "$(dirname "$0")/../.."
headers=$(node -p 'require("path").resolve(process.execPath, "../..")')
if [ -e "$headers/include/node/node.h" ]; then export npm_config_nodedir="$headers"; fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
npm rebuild --loglevel=error epoll i2c-bus >&2
touch node_modules/.installed
