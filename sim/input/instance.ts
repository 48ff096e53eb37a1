import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/instance.ts";
import type { Instance as InstanceAddress } from "../../firmware/dali/device-frame.ts";
import { type EventFrame, type EventMeaning, encodeEvent, eventInfo } from "../../firmware/dali/event.ts";
import type { ForwardFrame } from "../../firmware/dali/frame.ts";
import type { Priority } from "../../firmware/dali/gateway.ts";
import { byCode } from "../gear/table.ts";
import type { InputDevice } from "./device.ts";
import type { Sensor, SensorAct } from "./sensor.ts";

type Act = (instance: Instance, device: InputDevice) => number | undefined;

const SCHEMES = cmd.EVENT_SCHEMES;
const MOST_GROUP = 31;

/** One input of a control device (IEC 62386-103 9.7): what every instance has, around the sensor of its part. */
export class Instance {
  readonly number: number;
  readonly sensor: Sensor;
  readonly settings;
  #latched = 0;
  readonly #own: readonly (SensorAct | undefined)[];

  constructor(number: number, sensor: Sensor) {
    this.number = number;
    this.sensor = sensor;
    const { filter, priority } = sensor;
    this.settings = { enabled: true, priority: priority as Priority, scheme: 0, filter, groups: [MASK, MASK, MASK] };
    this.#own = byCode(sensor.commands);
  }

  meant(by: InstanceAddress): boolean {
    switch (by.kind) {
      case "all-instances":
        return true;
      case "instance":
        return by.number === this.number;
      case "instance-type":
        return by.number === this.sensor.type;
      case "instance-group":
        return this.settings.groups.includes(by.number);
      default:
        return false;
    }
  }

  /** Runs its sensor; `send`: how its events leave. */
  start(device: InputDevice, send: (frame: ForwardFrame, priority: Priority) => void): void {
    this.sensor.start((meaning, filterBits) => {
      const { enabled, filter, priority } = this.settings;
      const wanted = filterBits === null || (filterBits & filter) !== 0;
      if (enabled && wanted) send(this.#event(device, meaning), priority);
    });
  }

  /** Without what its scheme needs, an event tells type and instance. */
  #event({ shortAddress, groups }: InputDevice, meaning: EventMeaning): ForwardFrame {
    const { type, info } = eventInfo(meaning);
    const instance = this.number;
    const kind = "event";
    const plain: EventFrame = { kind, scheme: "instance", type, instance, info };
    const [primary = MASK] = this.settings.groups;
    switch (this.settings.scheme) {
      case SCHEMES.device:
        return encodeEvent(
          shortAddress === null ? plain : { kind, scheme: "device", address: shortAddress, type, info },
        );
      case SCHEMES["device-instance"]:
        return encodeEvent(
          shortAddress === null ? plain : { kind, scheme: "device-instance", address: shortAddress, instance, info },
        );
      case SCHEMES["device-group"]: {
        const group = lowestGroup(groups);
        return encodeEvent(group === undefined ? plain : { kind, scheme: "device-group", group, type, info });
      }
      case SCHEMES["instance-group"]:
        return encodeEvent(primary === MASK ? plain : { kind, scheme: "instance-group", group: primary, type, info });
      default:
        return encodeEvent(plain);
    }
  }

  command(device: InputDevice, opcode: number): number | undefined {
    return (COMMON[opcode] ?? ((_, to) => this.#own[opcode]?.(to)))(this, device);
  }

  /** The input value from its highest bit on, repeated to fill whole bytes; the first byte now, the others latched. */
  inputValue(): number {
    const { value, resolution } = this.sensor;
    const bytes = Math.ceil(resolution / 8);
    let bits = 0;
    for (let left = bytes * 8; left > 0; left -= resolution) {
      const shift = left - resolution;
      bits |= shift >= 0 ? value << shift : value >> -shift;
    }
    this.#latched = bits & (2 ** ((bytes - 1) * 8) - 1);
    return bits >> ((bytes - 1) * 8);
  }

  inputValueLatch(): number | undefined {
    return this.sensor.resolution > 8 ? this.#latched : undefined;
  }
}

/** undefined: it is in no group. */
const lowestGroup = (groups: number): number | undefined =>
  groups === 0 ? undefined : MOST_GROUP - Math.clz32(groups & -groups);

const twice =
  (act: (instance: Instance, device: InputDevice) => void): Act =>
  (instance, device) => {
    if (device.again()) act(instance, device);
    return undefined;
  };
const setGroup = (which: number): Act =>
  twice(({ settings }, device) => {
    if (device.dtr0 <= MOST_GROUP || device.dtr0 === MASK) device.nvm.set(settings.groups, which, device.dtr0);
  });

const COMMON = byCode<Act>([
  [
    cmd.setEventPriority,
    twice(({ settings }, device) => {
      if (device.dtr0 >= 2 && device.dtr0 <= 5) device.nvm.set(settings, "priority", device.dtr0 as Priority);
    }),
  ],
  [cmd.enableInstance, twice(({ settings }, device) => device.nvm.set(settings, "enabled", true))],
  [cmd.disableInstance, twice(({ settings }, device) => device.nvm.set(settings, "enabled", false))],
  [cmd.setPrimaryInstanceGroup, setGroup(0)],
  [cmd.setInstanceGroup1, setGroup(1)],
  [cmd.setInstanceGroup2, setGroup(2)],
  [
    cmd.setEventScheme,
    twice(({ settings }, device) => {
      if (device.dtr0 <= SCHEMES["instance-group"]) device.nvm.set(settings, "scheme", device.dtr0);
    }),
  ],
  [
    cmd.setEventFilter,
    twice(({ settings }, device) =>
      device.nvm.set(settings, "filter", (device.dtr2 << 16) | (device.dtr1 << 8) | device.dtr0),
    ),
  ],
  [cmd.queryInstanceType, ({ sensor }) => sensor.type],
  [cmd.queryResolution, ({ sensor }) => sensor.resolution],
  [cmd.queryInstanceStatus, ({ settings }) => cmd.queryInstanceStatus.row.reading.byteOf({ active: settings.enabled })],
  [cmd.queryEventPriority, ({ settings }) => settings.priority],
  [cmd.queryInstanceEnabled, ({ settings }) => (settings.enabled ? 0xff : undefined)],
  [cmd.queryPrimaryInstanceGroup, ({ settings }) => settings.groups[0]],
  [cmd.queryInstanceGroup1, ({ settings }) => settings.groups[1]],
  [cmd.queryInstanceGroup2, ({ settings }) => settings.groups[2]],
  [cmd.queryEventScheme, ({ settings }) => settings.scheme],
  [cmd.queryInputValue, (instance) => instance.inputValue()],
  [cmd.queryInputValueLatch, (instance) => instance.inputValueLatch()],
  [cmd.queryFeatureType, () => 254],
  [cmd.queryEventFilter0To7, ({ settings }) => settings.filter & 0xff],
  [cmd.queryEventFilter8To15, ({ settings }) => (settings.filter >> 8) & 0xff],
  [cmd.queryEventFilter16To23, ({ settings }) => (settings.filter >> 16) & 0xff],
]);
