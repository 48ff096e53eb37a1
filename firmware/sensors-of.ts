import type { Sensor } from "./hal/sensor.ts";
import type { Parts } from "./lines.ts";
import type { SideTopics } from "./link/beside.ts";
import { decode } from "./link/wire/cbor.ts";
import { contact } from "./sensors/contact.ts";
import { COUNTERS, METERS } from "./sensors/list.ts";
import { reversed } from "./sensors/reversed.ts";

/** The counters, meters and contacts of a cabinet, each with what the configuration says of it. */
export function sensorsOf({ config, ports, lines, log }: Parts, topics: Pick<SideTopics, "feed">): Sensor[] {
  const { clock, random } = ports;
  const common = ({ id }: { id: string }) => ({ id, clock, random, log: log.child({ part: id }) });
  return [
    ...config.counters.map((counter) => {
      if ("pin" in counter) {
        const { pin, activeWhen } = counter;
        return COUNTERS[counter.kind].create({ ...common(counter), edges: () => ports.edges(pin), activeWhen });
      }
      if ("i2c" in counter) {
        const { i2c, mounting } = counter;
        const bus = () => ports.i2c(i2c.adapter);
        return COUNTERS[counter.kind].create({ ...common(counter), i2c: bus, address: i2c.address, ...mounting });
      }
      if ("feed" in counter) {
        const { topic, format, ...fields } = counter.feed;
        const feed = topics.feed(topic);
        return COUNTERS[counter.kind].create({ ...common(counter), feed, decode: DECODERS[format], ...fields });
      }
      const { line, create } = COUNTERS[counter.kind];
      const sensor = create({ ...common(counter), port: ports.bytes(counter.port, line) });
      return counter.reversed ? reversed(sensor) : sensor;
    }),
    ...config.meters.map((meter) => {
      if ("i2c" in meter) {
        const { i2c, shunt } = meter;
        const bus = () => ports.i2c(i2c.adapter);
        return METERS[meter.kind].create({ ...common(meter), i2c: bus, address: i2c.address, shunt });
      }
      const { line, create } = METERS[meter.kind];
      const { port, address, phases, baud } = meter;
      return create({ ...common(meter), lines, port, settings: { ...line, baud }, address, phases });
    }),
    ...config.contacts.map((door) =>
      contact({ ...common(door), input: () => ports.input(door.pin), openWhen: door.openWhen }),
    ),
  ];
}

/** What a message of another system holds; undefined where it is none. */
const DECODERS = {
  json(payload: Uint8Array): unknown {
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    } catch {
      return undefined;
    }
  },
  cbor(payload: Uint8Array): unknown {
    const decoded = decode(payload);
    return decoded.ok ? decoded.value : undefined;
  },
};
