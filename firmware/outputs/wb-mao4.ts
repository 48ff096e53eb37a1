import type { LampLine } from "../hal/lamp-line.ts";
import type { ModbusUnit } from "../modbus/unit.ts";
import { type AnalogOutput, analogLine, voltsOf } from "./analog-line.ts";
import type { ModbusOutputOptions } from "./options.ts";
import { MAO4, millivoltsOf, ownPercent } from "./wb-mao4-registers.ts";

/**
 * Lamps at the four outputs of a WB-MAO4 on a Modbus line. With `safety` the module itself goes to the fail-safe level when it has heard
 * nothing for so long, and after a power cut; that is written only where it holds something else. Faults: `gateway-silent`, `protocol` (it
 * refuses a register: older firmware has no safety mode), and those of the port.
 */
export function wbMao4(options: ModbusOutputOptions): LampLine {
  const { lines, port, settings, address } = options;
  return analogLine(options, async (signal) => {
    const unit = await lines.unit({ port, settings, address, silent: "gateway-silent" }, signal);
    const close = () => void unit.close();
    signal.addEventListener("abort", close, { once: true });
    return {
      check: () => check(unit),
      keep: () => keep(unit, options),
      give: (volts) => give(unit, volts),
      ended: unit.ended,
      async close() {
        signal.removeEventListener("abort", close);
        await unit.close();
      },
    } satisfies AnalogOutput;
  });
}

/** Analogue, and all of its channels on: dark is 0 V. */
async function check(unit: ModbusUnit): Promise<void> {
  const [mode] = await unit.readHoldingRegisters(MAO4.mode, 1);
  if (mode !== MAO4.analogue) await unit.writeRegister(MAO4.mode, MAO4.analogue);
  const on = await unit.readCoils(MAO4.on, MAO4.channels);
  if (!on.every(Boolean)) await unit.writeCoils(MAO4.on, new Array<boolean>(MAO4.channels).fill(true));
}

/** Channels that lie side by side go in one request. */
async function give(unit: ModbusUnit, volts: ReadonlyMap<number, number>): Promise<void> {
  const channels = [...volts.keys()].sort((a, b) => a - b);
  let run: number[] = [];
  for (const [i, channel] of channels.entries()) {
    run.push(millivoltsOf(volts.get(channel) as number));
    if (channels[i + 1] === channel + 1) continue;
    await unit.writeRegisters(MAO4.millivolts + channel - run.length + 1, run);
    run = [];
  }
}

async function keep(unit: ModbusUnit, { safety, lamps, relays = [], failSafe }: ModbusOutputOptions): Promise<void> {
  if (safety === undefined) return;
  const atOne = await unit.readHoldingRegisters(MAO4.atOne, MAO4.channels);
  const atHundred = await unit.readHoldingRegisters(MAO4.atHundred, MAO4.channels);
  const hold = async (register: number, value: number) => {
    const [held] = await unit.readHoldingRegisters(register, 1);
    if (held !== value) await unit.writeRegister(register, value);
  };
  for (const lamp of lamps) {
    const { id, channel } = lamp;
    const switched = relays.some((relay) => relay.lamps.includes(id));
    const volts = millivoltsOf(voltsOf(lamp, failSafe, switched));
    const percent = ownPercent(volts, atOne[channel] ?? 0, atHundred[channel] ?? 0);
    await hold(MAO4.safetyLevel + channel, percent);
    await hold(MAO4.safetyAction + channel, MAO4.setLevel);
    await hold(MAO4.powerUpLevel + channel, percent);
    await hold(MAO4.powerUpAction + channel, MAO4.setLevel);
  }
  await hold(MAO4.safetySeconds, Math.max(1, Math.min(MAO4.safetyMost, Math.round(safety / 1000))));
}
