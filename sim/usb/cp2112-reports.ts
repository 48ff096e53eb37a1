import { type Field, layout, u8, u16be, u16le, u32be, type Values } from "./layout.ts";

/** How a report travels: `feature` on endpoint 0, `out` and `in` as interrupt packets. */
export type ReportKind = "feature" | "out" | "in";

/** One report of the CP2112 (AN495): its number, its way, its bytes. */
export interface Report<T> {
  readonly id: number;
  readonly kind: ReportKind;
  /** Bytes with the id; what may be shorter says how long it can be. */
  readonly size: number;
  /** The whole report, its id first. */
  encode(values: T): Uint8Array;
  /** undefined for what the chip refuses: a wrong length, a value out of range. */
  decode(bytes: Uint8Array): T | undefined;
}

/** The most of each thing (SMBus limits of AN495). */
export const LIMIT = { read: 512, write: 61, writeRead: 16, chunk: 61, milliseconds: 1000, retries: 1000 } as const;

/** Every interrupt packet of the chip is as long. */
export const PACKET = 64;

/** TRANSFER_STATUS byte 0. */
export const STATUS = { idle: 0, busy: 1, complete: 2, error: 3 } as const;

/** TRANSFER_STATUS byte 1 when byte 0 says error or complete. */
export const DETAIL = {
  nack: 0,
  busTimeout: 1,
  arbitrationLost: 2,
  readIncomplete: 3,
  writeIncomplete: 4,
  succeeded: 5,
} as const;

/** TRANSFER_STATUS byte 1 when byte 0 says busy. */
export const PHASE = { addressAcknowledged: 0, addressNotAcknowledged: 1, reading: 2, writing: 3 } as const;

type Fields = Readonly<Record<string, Field<unknown>>>;

/** A report of fixed fields. A host may pad what it sends to an interrupt endpoint; a feature report has its exact length. */
function fixed<F extends Fields>(
  id: number,
  kind: ReportKind,
  fields: F,
  allowed: (values: Values<F>) => boolean = () => true,
): Report<Values<F>> {
  const body = layout(fields);
  const size = 1 + body.size;
  return {
    id,
    kind,
    size,
    encode(values) {
      const out = new Uint8Array(kind === "in" ? PACKET : size);
      out[0] = id;
      out.set(body.encode(values), 1);
      return out;
    },
    decode(bytes) {
      if (bytes[0] !== id || bytes.length < size || (kind === "feature" && bytes.length > size)) return undefined;
      const values = body.decode(bytes.subarray(1));
      return allowed(values) ? values : undefined;
    },
  };
}

/** A report of fixed fields, the last of them `count`, and as many bytes of data. */
function counted<F extends Fields & { readonly count: Field<number> }>(
  id: number,
  kind: ReportKind,
  fields: F,
  { least, most }: { readonly least: number; readonly most: number },
  allowed: (values: Values<F>) => boolean = () => true,
): Report<Omit<Values<F>, "count"> & { readonly data: Uint8Array }> {
  const body = layout(fields);
  const start = 1 + body.size;
  return {
    id,
    kind,
    size: start + most,
    encode(values) {
      const { data } = values;
      if (data.length < least || data.length > most) {
        throw new TypeError(`data of ${data.length} bytes: allowed ${least} to ${most}`);
      }
      const out = new Uint8Array(kind === "in" ? PACKET : start + data.length);
      out[0] = id;
      out.set(body.encode({ ...values, count: data.length } as unknown as Values<F>), 1);
      out.set(data, start);
      return out;
    },
    decode(bytes) {
      if (bytes[0] !== id || bytes.length < start) return undefined;
      const { count, ...values } = body.decode(bytes.subarray(1)) as Values<F> & { readonly count: number };
      const right = count >= least && count <= most && bytes.length >= start + count;
      if (!right || !allowed({ ...values, count } as Values<F>)) return undefined;
      return { ...values, data: bytes.slice(start, start + count) };
    },
  };
}

/** A byte as on the wire, the address above the direction bit, which stays 0: 0x02 to 0xFE. */
const addressed = ({ address }: { readonly address: number }): boolean => address !== 0 && address % 2 === 0;
const wanted = ({ length }: { readonly length: number }): boolean => length >= 1 && length <= LIMIT.read;

export type GpioConfig = NonNullable<ReturnType<(typeof REPORTS.gpioConfig)["decode"]>>;
export type SmbusConfig = NonNullable<ReturnType<(typeof REPORTS.smbusConfig)["decode"]>>;
export type UsbConfig = NonNullable<ReturnType<(typeof REPORTS.usbConfig)["decode"]>>;

/** UTF-16 text with the length and the type of its USB string descriptor before it; as a feature report always 63 bytes. */
function text(id: number): Report<{ readonly text: string }> {
  const size = 63;
  return {
    id,
    kind: "feature",
    size,
    encode({ text }) {
      if (text.length > 30) throw new TypeError(`text of ${text.length} units: allowed 0 to 30`);
      const out = new Uint8Array(size);
      out.set([id, 2 + text.length * 2, 3]);
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        out.set([unit & 0xff, unit >> 8], 3 + i * 2);
      }
      return out;
    },
    decode(bytes) {
      const [found, length = 0, type] = bytes;
      const right = length >= 2 && length <= size - 1 && length % 2 === 0 && bytes.length > length;
      if (found !== id || type !== 3 || !right || bytes.length > size) return undefined;
      let text = "";
      for (let at = 3; at <= length; at += 2)
        text += String.fromCharCode((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
      return { text };
    },
  };
}

/** The reports, as the Linux driver uses them (AN495 sections 4 to 6). A bit of a byte is a line: bit 0 is GPIO 0. */
export const REPORTS = {
  /** `direction`: 1 for output; `pushPull`: 0 for open drain; `special` and `divider`: the clock and activity outputs. */
  gpioConfig: fixed(0x02, "feature", { direction: u8, pushPull: u8, special: u8, divider: u8 }),
  gpioLevels: fixed(0x03, "feature", { levels: u8 }),
  gpioSet: fixed(0x04, "feature", { levels: u8, mask: u8 }),
  version: fixed(0x05, "feature", { part: u8, version: u8 }),
  /** `clock` in Hz; time-outs in ms and `retries`: 0 for no limit. */
  smbusConfig: fixed(
    0x06,
    "feature",
    {
      clock: u32be,
      address: u8,
      autoSendRead: u8,
      writeTimeout: u16be,
      readTimeout: u16be,
      sclLowTimeout: u8,
      retries: u16be,
    },
    ({ clock, writeTimeout, readTimeout, retries }) =>
      clock > 0 && Math.max(writeTimeout, readTimeout) <= LIMIT.milliseconds && retries <= LIMIT.retries,
  ),
  read: fixed(0x10, "out", { address: u8, length: u16be }, (request) => addressed(request) && wanted(request)),
  /** Write `data`, repeated start, read `length`. */
  writeRead: counted(
    0x11,
    "out",
    { address: u8, length: u16be, count: u8 },
    { least: 1, most: LIMIT.writeRead },
    (request) => addressed(request) && wanted(request),
  ),
  forceSend: fixed(0x12, "out", { length: u16be }, wanted),
  readData: counted(0x13, "in", { status: u8, count: u8 }, { least: 0, most: LIMIT.chunk }),
  write: counted(0x14, "out", { address: u8, count: u8 }, { least: 1, most: LIMIT.write }, addressed),
  statusRequest: fixed(0x15, "out", { request: u8 }, ({ request }) => request === 1),
  status: fixed(0x16, "in", { status: u8, detail: u8, retries: u16be, read: u16be }),
  cancel: fixed(0x17, "out", { request: u8 }, ({ request }) => request === 1),
  /** A set bit: that field of the memory can still be written, once. */
  lock: fixed(0x20, "feature", { unlocked: u8 }),
  /** `maxPower` in 2 mA; `mask` says which fields a write means. */
  usbConfig: fixed(0x21, "feature", {
    vendor: u16le,
    product: u16le,
    maxPower: u8,
    powerMode: u8,
    major: u8,
    minor: u8,
    mask: u8,
  }),
  manufacturer: text(0x22),
  product: text(0x23),
  serial: text(0x24),
} as const;

const USAGE_PAGE = [0x06, 0x00, 0xff]; // vendor defined
const ITEM = { feature: 0xb1, out: 0x91, in: 0x81 } as const;

/**
 * The HID report descriptor (HID 1.11 6.2.2): every report by its id, as bytes of a vendor's page. Linux drops an input
 * report that is not declared, and takes interrupt reports as long as a packet.
 */
export const REPORT_DESCRIPTOR: Uint8Array = Uint8Array.from([
  ...[...USAGE_PAGE, 0x09, 0x01, 0xa1, 0x01], // a collection of one usage
  ...[0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08], // of bytes, 0 to 255
  ...Object.values(REPORTS).flatMap(({ id, kind, size }) => [
    ...[0x85, id, 0x95, (kind === "feature" ? size : PACKET) - 1],
    ...[0x09, 0x01, ITEM[kind], 0x02],
  ]),
  0xc0,
]);
