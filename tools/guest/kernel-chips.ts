import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, milliseconds, seconds } from "../../controllers/units.ts";
import { until } from "../../firmware/hal/contract/bench.ts";
import type { Ports } from "../../firmware/hal/ports.ts";
import { CONTACT_LINES } from "../../sim/contacts.ts";
import type { FarSide } from "./far-side.ts";

/** Where the chips are on the workbench, and the drivers that Linux has for them. */
const EXPANDER = { driver: "pca9535", address: "0x20", first: 8 };
/** The signal controller ends a running stage first. */
const GRANTED = seconds(20);
/** A bollard takes 4 s. */
const TRAVELLED = seconds(8);
const RTC = { driver: "ds3231", address: "0x68" };
const LOOK = milliseconds(50);

/** The chips that the kernel itself drives on a cabinet: an expander's lines as GPIO, a battery-backed clock. */
export function kernelChips(ports: Ports, adapter: string, gpio: string, far: FarSide): void {
  const { clock } = ports;
  const test = suite("chips of the kernel");
  const bus = () => {
    const found = readdirSync("/sys/bus/i2c/devices").find(
      (name) =>
        name.startsWith("i2c-") && readFileSync(`/sys/bus/i2c/devices/${name}/name`, "utf8").startsWith(adapter),
    );
    if (found === undefined) throw new Error(`no ${adapter}`);
    return `/sys/bus/i2c/devices/${found}`;
  };
  const bound = async (chip: { driver: string; address: string }, work: () => Promise<void>) => {
    const at = bus();
    writeFileSync(`${at}/new_device`, `${chip.driver} ${chip.address}`);
    try {
      await work();
    } finally {
      writeFileSync(`${at}/delete_device`, chip.address);
    }
  };

  test("lines of a PCA9535, found by adapter and address, are read, watched and driven", () =>
    bound(EXPANDER, async () => {
      const chip = `${adapter}@${EXPANDER.address}`;
      const door = await ports.input({ chip, offset: 9 });
      const changes: boolean[] = [];
      const watch = async () => {
        for await (const high of door.changes) changes.push(high);
      };
      const watching = watch();
      for (const high of [true, false, true]) {
        await far.ask({ ask: "drive", line: EXPANDER.first + 9, high });
        await until(clock, `told ${high}`, () => changes.at(-1) === high, seconds(3), LOOK);
        assert.is(await door.read(), high);
      }
      await door.close();
      await watching;
      assert.equal(changes, [true, false, true]);

      const relay = await ports.output({ chip, offset: 12 }, false);
      for (const high of [true, false]) {
        await relay.write(high);
        assert.is(await far.ask({ ask: "seen", line: EXPANDER.first + 12 }), high);
      }
      await relay.close();
    }));

  test("contactor, bollard, loop and signal controller answer on the lines of CP2112 and PCA9535", () =>
    bound(EXPANDER, async () => {
      const expander = `${adapter}@${EXPANDER.address}`;
      const opened: { close(): Promise<void> }[] = [];
      const output = async (chip: string, offset: number) => {
        const pin = await ports.output({ chip, offset }, false);
        opened.push(pin);
        return pin;
      };
      const becomes = async (what: string, chip: string, offset: number, high: boolean, within: Duration) => {
        const pin = await ports.input({ chip, offset });
        await until(clock, `${what} is ${high}`, async () => (await pin.read()) === high, within, LOOK);
        await pin.close();
      };
      const { direct, expander: lines } = CONTACT_LINES;

      const contactor = await output(gpio, direct.contactorDrive);
      for (const on of [true, false]) {
        await contactor.write(on);
        await becomes("the contactor", gpio, direct.contactorAuxiliary, on, seconds(2));
      }

      const raise = await output(expander, lines.bollardRaise);
      const lower = await output(expander, lines.bollardLower);
      await becomes("the lower end", expander, lines.bollardDown, true, seconds(2));
      await raise.write(true);
      await becomes("the upper end", expander, lines.bollardUp, true, TRAVELLED);
      await raise.write(false);
      await lower.write(true);
      await becomes("the lower end", expander, lines.bollardDown, true, TRAVELLED);
      await lower.write(false);
      await far.ask({ ask: "occupy", on: true });
      await becomes("the loop", gpio, direct.loop, true, seconds(2));
      await raise.write(true);
      await clock.sleep(TRAVELLED, "a bollard under a vehicle");
      await becomes("the lower end", expander, lines.bollardDown, true, seconds(2));
      await raise.write(false);
      await far.ask({ ask: "occupy", on: false });

      await becomes("ready", expander, lines.signalReady, true, seconds(2));
      const call = await output(expander, lines.signalCall);
      const cleared = await output(expander, lines.signalCleared);
      await call.write(true);
      await becomes("the priority stage", expander, lines.signalGranted, true, GRANTED);
      await call.write(false);
      await cleared.write(true);
      await becomes("the priority stage", expander, lines.signalGranted, false, seconds(2));
      for (const pin of opened) await pin.close();
    }));

  test("a DS3231 is the kernel's clock: read as it is, and set", () =>
    bound(RTC, async () => {
      const rtc = readdirSync("/sys/class/rtc").find((name) =>
        readFileSync(`/sys/class/rtc/${name}/name`, "utf8").includes("ds1307"),
      );
      assert.ok(rtc, "no clock of that driver");
      const read = () => Number(readFileSync(`/sys/class/rtc/${rtc}/since_epoch`, "utf8")) * 1000;
      const there = async () => (await far.ask({ ask: "time" })) as number;
      assert.ok(Math.abs(read() - (await there())) < 2500, `${read()} and ${await there()}`);
      // The kernel writes its own time into it.
      execFileSync("hwclock", ["-w", "-u", "-f", `/dev/${rtc}`]);
      assert.ok(Math.abs(read() - Date.now()) < 2500, `${read()} and ${Date.now()}`);
    }));

  test.run();
}
