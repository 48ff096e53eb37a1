#!/bin/sh
# Builds gpio-sim and irq_sim, which Debian's kernel leaves out, from Debian's own source package:
#   gpio-sim.sh OUT VERSION HEADERS.deb HEADERS-COMMON.deb KBUILD.deb SOURCE.deb
# Two edits: irq_to_desc() is not exported to modules, and irq_sim was never one.
set -eu
out=$1 version=$2
work=$out.work
rm -rf "$work" "$out"
mkdir -p "$work/module" "$out"
for package in "$3" "$4" "$5"; do dpkg -x "$package" "$work/root"; done
ar p "$6" data.tar.xz | tar -xJ -C "$work" --wildcards './usr/src/linux-source-*.tar.xz'
archive=$(echo "$work"/usr/src/linux-source-*.tar.xz)
xz -dcT0 "$archive" | tar -x -C "$work/module" --strip-components=1 --wildcards --occurrence=1 \
  'linux-source-*/drivers/gpio/gpio-sim.c' 'linux-source-*/drivers/gpio/dev-sync-probe.[ch]' 'linux-source-*/kernel/irq/irq_sim.c' 2>/dev/null || true
cd "$work/module"
find . -name '*.[ch]' -exec mv -f {} . \;
sed -i 's/handle_simple_irq(irq_to_desc(irqnum));/generic_handle_irq(irqnum);/' irq_sim.c
printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >> irq_sim.c
printf 'obj-m += irq_sim.o gpio-sim.o\nccflags-y += -DCONFIG_IRQ_SIM=1\n' > Makefile
# The headers name their parts by absolute path; here they are under a folder of ours.
root=$work/root
headers=$root/usr/src/linux-headers-$version
grep -rlI '/usr/src\|/usr/lib/linux-kbuild' "$headers" --include=Makefile --include=.kernelvariables 2>/dev/null |
  xargs -r sed -i "s#/usr/src/#$root/usr/src/#g; s#/usr/lib/linux-kbuild#$root/usr/lib/linux-kbuild#g"
case "$(uname -m)" in aarch64) cross="" ;; *) cross=aarch64-linux-gnu- ;; esac
make -s -C "$headers" M="$PWD" ARCH=arm64 CROSS_COMPILE="$cross" CC="${cross}gcc" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
cp irq_sim.ko gpio-sim.ko "$out"
rm -rf "$work"
