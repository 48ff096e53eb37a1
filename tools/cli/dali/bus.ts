import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import pino from "pino";
import type { BusConfig, LampConfig } from "../../../firmware/config/model.ts";
import { formatProblem, readConfig } from "../../../firmware/config/read.ts";
import type { DaliGateway } from "../../../firmware/dali/gateway.ts";
import { BusScheduler } from "../../../firmware/dali/scheduler.ts";
import type { Sequence } from "../../../firmware/dali/sequence.ts";
import { connection } from "../../../firmware/gateways/connect.ts";
import { gateways } from "../../../firmware/gateways/list.ts";
import type { ByteStream } from "../../../firmware/hal/bytes.ts";
import type { Clock } from "../../../firmware/hal/clock.ts";
import { Fault } from "../../../firmware/hal/fault.ts";
import { doorOf, localPort } from "../../../firmware/linux/local-socket.ts";
import { linuxPorts } from "../../../firmware/linux/ports.ts";
import { modbusLines } from "../../../firmware/modbus/lines.ts";
import { borrowBus } from "../../../firmware/technician/visit.ts";
import { Usage } from "../usage.ts";
import type { DaliOptions } from "./options.ts";

/** What says where a gateway is, by what it hangs on. */
export const PLACES = { bytes: "--port", i2c: "--i2c", modbus: "--port, --unit, --channel" } as const;

type Place = Pick<BusConfig, "gateway" | "port" | "i2c" | "address" | "channel" | "baud" | "options">;

/** The bus that a technician means, and what the configuration knows of it. */
export interface Meant {
  readonly id: string;
  readonly place: Place;
  /** None without a configuration. */
  readonly config: BusConfig | undefined;
  readonly lamps: readonly LampConfig[];
  readonly base: string;
  readonly state: string;
}

/** A bus under a technician's hand. */
export interface OpenBus extends Meant {
  readonly gateway: DaliGateway;
  readonly scheduler: BusScheduler;
  readonly clock: Clock;
  /** Whether a running cabinet lent it. */
  readonly borrowed: boolean;
  /** Aborts when somebody wants to end. */
  readonly signal: AbortSignal;
  /** Runs a sequence as configuration (priority 3); once the signal aborts, it only tidies up. Throws Fault. */
  run<T>(sequence: Sequence<T>): Promise<T>;
  close(): Promise<void>;
}

/** The bus of `name` (`1` or `bus/1`) in the configuration, or the one that --gateway and its place describe. Throws Usage. */
export async function meant(options: DaliOptions, name: string | undefined): Promise<Meant> {
  const base = resolve(dirname(options.config));
  const state = options.state ?? process.env["STATE_DIRECTORY"] ?? join(base, ".hulotte");
  if (options.gateway !== undefined) {
    return { id: name ?? "bus", place: placeOf(options, options.gateway), config: undefined, lamps: [], base, state };
  }
  let text: string;
  try {
    text = await readFile(options.config, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Usage(`${options.config}: cannot be read: ${why}; or say --gateway and --port`);
  }
  const read = readConfig(text);
  if (!read.ok) throw new Usage(read.problems.map((problem) => formatProblem(problem, options.config)).join("\n"));
  const { buses, lamps } = read.config;
  const ids = buses.map(({ id }) => id);
  if (name === undefined) throw new Usage(`which bus? allowed ${ids.join(", ")}`);
  const bus = buses.find(({ id }) => id === name || id === `bus/${name}`);
  if (!bus) throw new Usage(`bus is ${name}: allowed ${ids.join(", ")}`);
  return { id: bus.id, place: bus, config: bus, lamps: lamps.filter(({ line }) => line === bus.id), base, state };
}

function placeOf(options: DaliOptions, name: string): Place {
  const kind = gateways.find((one) => one.name === name);
  if (!kind) throw new Usage(`--gateway is ${name}: allowed ${gateways.map((one) => one.name).join(", ")}`);
  const { port, i2c, unit, channel, baud } = options;
  return {
    gateway: name,
    options: options.options,
    ...(port === undefined ? {} : { port }),
    ...(i2c === undefined ? {} : { i2c: chipOf(i2c, kind.wire === "i2c" ? kind.address : 0) }),
    ...(unit === undefined ? {} : { address: unit }),
    ...(channel === undefined ? {} : { channel }),
    ...(baud === undefined ? {} : { baud }),
  };
}

/** `i2c1` or `i2c1@0x23`. */
function chipOf(text: string, factory: number) {
  const [, adapter = "", address] = /^(.+?)(?:@(0x[0-9a-fA-F]{1,2}))?$/.exec(text) ?? [];
  return { adapter, address: address === undefined ? factory : Number(address) };
}

/**
 * Opens a bus: borrowed from the cabinet where one runs on this machine with this state directory, else its gateway itself.
 * Throws Fault as gateways do, and `port-busy` where another program has the gateway.
 */
export async function openBus(bus: Meant, signal: AbortSignal): Promise<OpenBus> {
  const ports = linuxPorts(bus.base, bus.state);
  const { clock } = ports;
  const lent = bus.config ? await cabinetOf(bus, signal) : undefined;
  const gateway = lent ? await borrow(lent, bus.id, signal) : await openHere(bus, ports, signal);
  const scheduler = new BusScheduler(gateway, clock, 1);
  return {
    ...bus,
    gateway,
    scheduler,
    clock,
    borrowed: lent !== undefined,
    signal,
    run: (sequence) => scheduler.run(sequence, { priority: 3, signal }),
    async close() {
      scheduler.close(new Fault("port-lost", bus.id, "closed"));
      await gateway.close();
    },
  };
}

/** Whoever is told to end does not wait until the cabinet lends its bus. */
async function borrow(door: ByteStream, id: string, signal: AbortSignal): Promise<DaliGateway> {
  const leave = () => void door.close();
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await borrowBus(door, id);
  } catch (error) {
    await door.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

function openHere({ place }: Meant, ports: ReturnType<typeof linuxPorts>, signal: AbortSignal): Promise<DaliGateway> {
  const kind = gateways.find(({ name }) => name === place.gateway);
  if (!kind) throw new Usage(`gateway is ${place.gateway}: allowed ${gateways.map(({ name }) => name).join(", ")}`);
  const log = pino({ level: "warn", base: null }, pino.destination(2));
  try {
    const lines = modbusLines({ bytes: ports.bytes, clock: ports.clock });
    return connection(kind, place, { ...ports, lines }, log)(signal);
  } catch (error) {
    if (error instanceof TypeError) throw new Usage(`${error.message}: ${kind.name} takes ${PLACES[kind.wire]}`);
    throw error;
  }
}

/** The door of a cabinet that runs; undefined where none does. */
export async function cabinetOf({ state }: Pick<Meant, "state">, signal: AbortSignal): Promise<ByteStream | undefined> {
  try {
    return await localPort(doorOf(state)).open(signal);
  } catch (error) {
    if (error instanceof Fault && error.kind === "port-missing") return undefined;
    throw error;
  }
}
