import type { Sensor } from "./hal/sensor.ts";
import type { Parts } from "./lines.ts";
import { contact } from "./sensors/contact.ts";
import { COUNTERS, METERS } from "./sensors/list.ts";

/** The counters, meters and contacts of a cabinet, each with what the configuration says of it. */
export function sensorsOf({ config, ports, lines, log }: Parts): Sensor[] {
  const { clock, random } = ports;
  const common = ({ id }: { id: string }) => ({ id, clock, random, log: log.child({ part: id }) });
  return [
    ...config.counters.map((counter) => {
      if ("pin" in counter) {
        const { pin, activeWhen } = counter;
        return COUNTERS[counter.kind].create({ ...common(counter), edges: () => ports.edges(pin), activeWhen });
      }
      const { line, create } = COUNTERS[counter.kind];
      return create({ ...common(counter), port: ports.bytes(counter.port, line) });
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
