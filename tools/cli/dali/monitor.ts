import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import type { BusEvent } from "../../../firmware/dali/gateway.ts";
import type { Traffic } from "../../../firmware/dali/traffic.ts";
import { watchBus } from "../../../firmware/technician/visit.ts";
import { Usage } from "../usage.ts";
import { cabinetOf, type Meant, openBus } from "./bus.ts";
import { headLine, trafficLine } from "./capture.ts";
import { Picture } from "./picture.ts";
import { screen } from "./screen.ts";
import { plainLine } from "./view.ts";

export interface MonitorOptions {
  /** A file to write the capture to. */
  readonly capture: string | undefined;
  /** Lines instead of the screen. */
  readonly plain: boolean;
  /** Ends after so many seconds. */
  readonly seconds: number | undefined;
}

/** Where traffic comes from. */
interface Source {
  readonly title: string;
  readonly gateway: string;
  /** Monotonic ms of the source's clock now. */
  readonly now: () => number;
  /** Ends when the cabinet or the gateway does, or this side closes it. */
  readonly traffic: AsyncIterable<Traffic>;
  close(): Promise<void>;
}

/** Shows what goes over a bus until it is told to end, or the cabinet or gateway does. Throws Fault, and Usage for the capture's file. */
export async function monitor(bus: Meant, options: MonitorOptions, signal: AbortSignal): Promise<void> {
  const file = options.capture === undefined ? undefined : await newFile(options.capture);
  try {
    const source = await sourceOf(bus, signal);
    try {
      await file?.write(headLine({ bus: bus.id, gateway: source.gateway, began: new Date().toISOString() }));
      await watch(source, file, options, signal);
    } finally {
      await source.close();
    }
  } finally {
    await file?.close();
  }
}

async function watch(
  source: Source,
  file: FileHandle | undefined,
  options: MonitorOptions,
  signal: AbortSignal,
): Promise<void> {
  const picture = new Picture();
  const began = source.now();
  const show = options.plain
    ? undefined
    : screen(picture, () => ({ title: source.title, now: source.now(), began }), signal);
  const end = AbortSignal.any([
    ...(show ? [show.asked] : []),
    ...(options.seconds === undefined ? [] : [AbortSignal.timeout(options.seconds * 1000)]),
    signal,
  ]);
  const seen = (async () => {
    for await (const traffic of source.traffic) {
      const line = picture.see(traffic);
      if (options.plain) console.log(plainLine(line, began));
      await file?.write(trafficLine(traffic, began));
    }
  })();
  try {
    await Promise.race([seen, end.aborted ? undefined : once(end, "abort")]);
  } finally {
    show?.close();
    await source.close();
  }
  // what was seen is in the file before it is closed
  await seen;
}

/** A file that was not there before. Throws Usage. */
async function newFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Usage(
      code === "EEXIST" ? `${path}: is there already, and is kept` : `${path}: cannot be written: ${code}`,
    );
  }
}

/** The cabinet's own traffic where one runs; else what the gateway hears. */
async function sourceOf(bus: Meant, signal: AbortSignal): Promise<Source> {
  const door = bus.config ? await cabinetOf(bus, signal) : undefined;
  if (door) {
    const { moment, traffic } = await watchBus(door, bus.id);
    const offset = moment.monotonic - performance.now();
    return {
      title: `${bus.id}, as its cabinet sees it`,
      gateway: bus.place.gateway,
      now: () => performance.now() + offset,
      traffic,
      close: () => door.close(),
    };
  }
  const { gateway, clock, close } = await openBus(bus, signal);
  return {
    title: `${bus.id} at ${gateway.description}`,
    gateway: gateway.description,
    now: () => clock.monotonic(),
    traffic: heard(gateway.events),
    close,
  };
}

async function* heard(events: AsyncIterable<BusEvent>): AsyncGenerator<Traffic, void, undefined> {
  for await (const event of events) {
    if (event.kind !== "frame") yield event;
    else yield { kind: "foreign", at: event.at, bits: event.bits, data: event.data };
  }
}
