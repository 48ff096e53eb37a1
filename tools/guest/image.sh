#!/bin/sh
# `make guest`: the guest's disk and the two targets' kernels and initial file systems, in .cache/guest/image. No root needed.
# Prints nothing but what went wrong; what it made is described in .cache/guest/image/*.
set -eu
cd "$(dirname "$0")/../.."
missing=""
for program in mke2fs:e2fsprogs depmod:kmod cpio:cpio xz:xz-utils aarch64-linux-gnu-g++:g++-aarch64-linux-gnu qemu-img:qemu-utils; do
  PATH=$PATH:/sbin:/usr/sbin command -v "${program%%:*}" >/dev/null 2>&1 || missing="$missing ${program##*:}"
done
if [ -n "$missing" ]; then echo "the guest cannot be built: apt-get install$missing" >&2; exit 2; fi
export PATH=$PATH:/sbin:/usr/sbin
base=$(tools/guest/base.sh)
cache=$PWD/.cache/guest
files=tools/guest/root
# What the guest's scripts use, and whoever looks around in it.
APPLETS="[ adjtimex awk base64 cat chmod cp cttyhack cut date df dmesg echo env expr false find free grep head hexdump hostname
  hwclock id insmod ip kill killall ln ls lsmod mkdir mknod mount mv nc od pidof ping poweroff printf ps pwd readlink reboot
  rm rmmod sed seq setsid sh sha256sum sleep sort stat stty sync tail tee test timeout top touch tr true uevent umount uname
  uniq uptime usleep vi wc wget xargs"
work=$cache/image.part
rm -rf "$work"
mkdir -p "$work"

# modules TARGET FOLDER NAME... : copies modules and what they need, decompressed, and writes their order.
modules() {
  kernel=$base/kernel-$1 folder=$2
  shift 2
  version=$(ls "$kernel/lib/modules")
  mkdir -p "$folder"
  for name in "$@"; do
    modprobe -d "$kernel" -S "$version" --show-depends "$name" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++' | while read -r path; do
    file=$(basename "$path" .xz)
    case "$path" in *.xz) xz -dc "$path" > "$folder/$file" ;; *) cp "$path" "$folder/$file" ;; esac
    echo "$file"
  done > "$folder/order"
}

initramfs() { # TARGET DISK NAME...
  target=$1 disk=$2
  shift 2
  tree=$work/tree-$target
  mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/root"
  cp "$base/busybox/bin/busybox" "$tree/bin/"
  install -m 755 "$files/initramfs-init" "$tree/init"
  echo "$disk" > "$tree/disk"
  modules "$target" "$tree/modules" "$@"
  (cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) > "$work/initramfs-$target"
  rm -rf "$tree"
}

root=$work/root
mkdir -p "$root/bin" "$root/sbin" "$root/etc" "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/root" \
  "$root/var/lib/hulotte" "$root/opt/hulotte/bin" "$root/lib/modules"
ln -s . "$root/usr"
cp -a "$base/debian/lib/." "$root/lib/"
cp -a "$base/debian/usr/lib/aarch64-linux-gnu/." "$root/lib/aarch64-linux-gnu/"
cp -a "$base/debian/usr/bin/." "$root/bin/"
rm -rf "$root/lib/aarch64-linux-gnu/gconv"
cp "$base/busybox/bin/busybox" "$root/bin/busybox"
for applet in $APPLETS; do ln -s /bin/busybox "$root/bin/$applet"; done
install -m 755 "$files/init" "$files/serial-names" "$files/network" "$files/start-hulotte" "$root/sbin/"
install -m 755 "$files/keep-hulotte" "$files/hulotte" "$root/bin/"
cp "$base/node/bin/node" "$root/opt/hulotte/bin/node"
echo "root:x:0:0:root:/root:/bin/sh" > "$root/etc/passwd"
echo "127.0.0.1 localhost" > "$root/etc/hosts"

common="hid-generic usbhid hid-cp2112 ftdi_sio i2c-dev"
modules virt "$root/lib/modules/$(ls "$base/kernel-virt/lib/modules")" virtio_net xhci-pci $common
modules virt "$root/lib/modules/gpio-sim" configfs
cp "$base"/gpio-sim/irq_sim.ko "$base"/gpio-sim/gpio-sim.ko "$root/lib/modules/gpio-sim/"
printf 'irq_sim.ko\ngpio-sim.ko\n' >> "$root/lib/modules/gpio-sim/order"
modules raspi3b "$root/lib/modules/$(ls "$base/kernel-raspi3b/lib/modules")" bcm2835-rng phy-generic dwc2 cdc_ether bcm2835_wdt $common
initramfs virt /dev/vda virtio_pci virtio_blk ext4 virtio-rng
initramfs raspi3b /dev/mmcblk0 bcm2835 sdhci-iproc ext4

tools/guest/app.sh "$base/node" "$root/opt/hulotte/lib"

truncate -s 512M "$work/root.img"
mke2fs -q -F -t ext4 -d "$root" -E root_owner=0:0,lazy_itable_init=0 -O ^has_journal -m 0 "$work/root.img"
tune2fs -j "$work/root.img" >/dev/null
rm -rf "$root"
for target in virt raspi3b; do
  cp "$base/kernel-$target"/boot/vmlinuz-* "$work/vmlinuz-$target"
done
cp "$base"/kernel-raspi3b/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb "$work/raspi3b.dtb"
rm -rf "$cache/image"
mv "$work" "$cache/image"
