#!/bin/sh
# What of hulotte goes into the guest: app.sh NODE OUT. The runtime in one bundle, its native add-ons built for arm64 against
# the guest's own Node (kept by version).
set -eu
cd "$(dirname "$0")/../.."
node_headers=$1 out=$2
addons=$PWD/.cache/guest/addons
version() { node -p "require('./node_modules/$1/package.json').version"; }
key="$(version i2c-bus) $(version epoll) $(node -p process.versions.node)"
if [ "$(cat "$addons/key" 2>/dev/null)" != "$key" ]; then
  rm -rf "$addons"
  mkdir -p "$addons"
  gyp=$(npm exec --offline -c 'printf %s "$npm_config_node_gyp"' 2>/dev/null)
  case "$(uname -m)" in aarch64) cross="" ;; *) cross=aarch64-linux-gnu- ;; esac
  for package in i2c-bus epoll; do
    cp -rL "node_modules/$package" "$addons/$package.build"
    rm -rf "$addons/$package.build/build"
    mkdir -p "$addons/$package.build/node_modules"
    cp -rL node_modules/nan "$addons/$package.build/node_modules/nan"
    # The folder of headers is named: an npm setting could otherwise compile against this machine's.
    (cd "$addons/$package.build" && CC=${cross}gcc CXX=${cross}g++ AR=${cross}ar LINK=${cross}g++ \
      node "$gyp" rebuild --arch=arm64 --nodedir="$node_headers" --loglevel=error >&2)
    cp "$addons/$package.build"/build/Release/*.node "$addons/"
    rm -rf "$addons/$package.build"
  done
  cp node_modules/@serialport/bindings-cpp/prebuilds/linux-arm64/*glibc*.node "$addons/serialport.node" 2>/dev/null ||
    cp node_modules/@serialport/bindings-cpp/prebuilds/linux-arm64/node.napi.armv8.node "$addons/serialport.node"
  printf '%s' "$key" > "$addons/key"
fi
mkdir -p "$out"
cp "$addons"/*.node "$out/"
node tools/guest/bundle.ts "$out"
