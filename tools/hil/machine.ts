/** An emulated arm64 machine: QEMU with the guest of `make guest`, its USB devices on Unix sockets. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type GuestShell, guestShell } from "./console.ts";
import { connectQmp, type Qmp } from "./qmp.ts";

export const IMAGE = join(import.meta.dirname, "../../.cache/guest/image");

/** `virt`: fast, kernel 6.12, PCI. `raspi3b`: a Raspberry Pi 3B with its device tree, SD card and USB, kernel 6.1; slower. */
export type MachineKind = "virt" | "raspi3b";

export interface MachineOptions {
  readonly kind: MachineKind;
  /** Folder for its disk and sockets; the device sockets are in it too. */
  readonly folder: string;
  /** Serial devices: `id` is `serial.sock` without its ending, `name` the device's USB serial number. */
  readonly serial: readonly { readonly id: string; readonly name: string }[];
  /** USB devices that a usbredir server plays on `<id>.sock`, in the order of their places. */
  readonly usb: readonly string[];
  readonly cpus?: number;
  /** Keeps the disk of the machine before it: for a power cut. */
  readonly keepDisk?: boolean;
  /** Words for the guest's init (tools/guest/root/init), such as `hulotte.time=...`. */
  readonly words?: readonly string[];
}

export interface Machine {
  readonly shell: GuestShell;
  readonly qmp: Qmp;
  /** Seconds from the emulator's start to the guest's shell, on this machine's clock. */
  readonly booted: Promise<number>;
  /** Pulls a serial device out of its socket, or puts it back. */
  plugSerial(id: string, present: boolean): Promise<void>;
  /** As if the power were cut: nothing is written any more. */
  kill(): Promise<void>;
  readonly running: boolean;
  /** QEMU's process. */
  readonly pid: number;
}

const MEMORY_MB = 512;
/** How long QEMU may take to pull a device, ms. */
const PULL_MS = 2000;

/** USB place of the n-th USB device, as Linux names it: on a Raspberry Pi 3 all are behind one hub, and that one has seven ports. */
export const usbPlace = (kind: MachineKind, index: number): string => `1-${usbPort(kind, index)}`;
const usbPort = (kind: MachineKind, index: number): string => (kind === "virt" ? String(index + 1) : `1.${index + 1}`);

/** What this machine lacks to run a guest, as a sentence that says how to get it; undefined: nothing. */
export function missing(): string | undefined {
  for (const [program, packages] of [
    ["qemu-system-aarch64", "qemu-system-arm"],
    ["qemu-img", "qemu-utils"],
  ] as const) {
    try {
      execFileSync(program, ["--version"], { stdio: "ignore" });
    } catch {
      return `${program} is not here: apt-get install ${packages}, or run make hil`;
    }
  }
  if (!existsSync(join(IMAGE, "root.img"))) return "the guest is not built: run make guest";
  return undefined;
}

export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { kind, folder, serial, usb, cpus = kind === "virt" ? 2 : 4 } = options;
  const disk = join(folder, "root.qcow2");
  if (!options.keepDisk || !existsSync(disk))
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", join(IMAGE, "root.img"), disk]);
  const words = ["quiet loglevel=0 panic=-1", ...(options.words ?? [])].join(" ");
  const virt = kind === "virt";
  const bus = virt ? ["bus=xhci.0"] : [];
  const device = (...parts: string[]) => ["-device", parts.join(",")];
  const at = (index: number) => [...bus, `port=${usbPort(kind, index)}`];
  const serialAt = (id: string) => usb.length + serial.findIndex((one) => one.id === id);
  const socket = (id: string) => ["-chardev", `socket,id=c-${id},path=${join(folder, `${id}.sock`)},reconnect=1`];
  const network = ["-netdev", "user,id=net"];
  const args = [
    ...["-nodefaults", "-display", "none", "-no-reboot", "-monitor", "none"],
    ...["-qmp", `unix:${join(folder, "qmp.sock")},server=on,wait=off`],
    ...["-kernel", join(IMAGE, `vmlinuz-${kind}`), "-initrd", join(IMAGE, `initramfs-${kind}`)],
    ...(virt
      ? [
          ...["-M", "virt", "-cpu", "cortex-a72", "-smp", String(cpus), "-m", String(MEMORY_MB)],
          ...["-append", `console=ttyAMA0 ${words}`],
          ...["-drive", `if=none,id=disk,file=${disk},format=qcow2`, ...device("virtio-blk-pci", "drive=disk")],
          ...device("virtio-rng-pci"),
          ...device("qemu-xhci", "id=xhci", "p2=15", "p3=15"),
          ...[...network, ...device("virtio-net-pci", "netdev=net", "romfile=")],
          ...["-serial", "stdio"],
        ]
      : [
          ...["-M", "raspi3b"],
          ...["-dtb", join(IMAGE, "raspi3b.dtb")],
          ...["-append", `console=ttyS1,115200 ${words}`],
          ...["-drive", `if=sd,file=${disk},format=qcow2`],
          ...device("usb-hub", "port=1"),
          ...[...network, ...device("usb-net", "netdev=net", ...at(usb.length + serial.length))],
          ...["-serial", "null", "-serial", "stdio"],
        ]),
    ...usb.flatMap((id, index) => [...socket(id), ...device("usb-redir", `chardev=c-${id}`, `id=${id}`, ...at(index))]),
    ...serial.flatMap(({ id, name }) => [
      ...socket(id),
      ...device(
        "usb-serial",
        `chardev=c-${id}`,
        `id=${id}`,
        `serial=${name}`,
        "always-plugged=on",
        ...at(serialAt(id)),
      ),
    ]),
  ];
  const began = performance.now();
  const child = spawn("qemu-system-aarch64", args, { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  child.stdin.on("error", () => {}); // it went away: the exit says so
  const exited = once(child, "exit");
  const shell = guestShell(child.stdout, child.stdin);
  const qmp = await Promise.race([
    connectQmp(join(folder, "qmp.sock")),
    exited.then(() => Promise.reject(new Error(`qemu-system-aarch64 ended: ${errors.trim()}`))),
  ]);
  return {
    shell,
    qmp,
    booted: shell.ready.then(() => (performance.now() - began) / 1000),
    async plugSerial(id, present) {
      if (present) {
        const name = serial.find((one) => one.id === id)?.name;
        await qmp.ask("device_add", {
          driver: "usb-serial",
          chardev: `c-${id}`,
          id,
          serial: name,
          "always-plugged": true,
          port: usbPort(kind, serialAt(id)),
          ...(virt ? { bus: "xhci.0" } : {}),
        });
        return;
      }
      const gone = qmp.event("DEVICE_DELETED", id);
      await qmp.ask("device_del", { id });
      await Promise.race([gone, pause(PULL_MS)]);
    },
    async kill() {
      if (!isRunning(child)) return;
      child.kill("SIGKILL");
      await exited;
      qmp.close();
    },
    get running() {
      return isRunning(child);
    },
    pid: child.pid as number,
  };
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
