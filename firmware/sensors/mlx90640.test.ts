import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../../controllers/units.ts";
import { SimulatedMlx90640 } from "../../sim/chips/mlx90640.ts";
import { eeprom } from "../../sim/chips/mlx90640-eeprom.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Calibration, conditionOf, darkOf, readCalibration, sensitivityOf } from "./mlx90640-calibration.ts";
import {
  AUX,
  AUX_WORDS,
  controlFor,
  EEPROM_WORDS,
  MLX90640,
  PIXELS,
  subpageOf,
  wireTime,
  wordsOf,
} from "./mlx90640-registers.ts";
import { temperatures, wordOf } from "./mlx90640-temperature.ts";

/** The words that the worked example of the data sheet (11.2.2) has from 0x2410 on, and the word of its one pixel. */
const EXAMPLE =
  "4210 ffbb 0202 f202 f2f2 e2e2 d1e1 b1d1 f10f f00f e0ef e0ef e1e1 f3f2 f404 e504 " +
  "79a6 2f44 ffdd 2210 3333 2233 ef01 9acc eedc 10ff 2221 3333 2333 0112 eeff bbdd " +
  "18ef 2ff1 5952 9d68 5454 0994 6956 5354 2363 e446 fbb5 044b f020 9797 9797 2889";
const EXAMPLE_PIXEL = 11 * 32 + 15; // row 12, column 16, counted from 1

function example(): Uint16Array {
  const words = new Uint16Array(EEPROM_WORDS).fill(0x08a0, 0x40);
  words.set(
    EXAMPLE.split(" ").map((word) => Number.parseInt(word, 16)),
    0x10,
  );
  return words;
}

function known(words: Uint16Array): Calibration {
  const read = readCalibration(words);
  if (!read.ok) throw new Error(read.message);
  return read.calibration;
}

const close = (value: number | undefined, wanted: number, off: number): void =>
  assert.ok(Math.abs((value as number) - wanted) <= off, `${value} instead of ${wanted}`);

test("the worked example of the data sheet comes out", () => {
  const calibration = known(example());
  const { kVdd, vdd25, kvPtat, ktPtat, vPtat25, alphaPtat, gain, tgc, ksTa, corners, ksTo } = calibration;
  assert.equal([kVdd, vdd25, ktPtat, vPtat25, alphaPtat, gain, tgc], [-3168, -13056, 42.25, 12273, 9, 6383, 1]);
  assert.equal([kvPtat, ksTa, corners], [22 / 4096, -0.001953125, [-40, 0, 160, 320]]);
  close(ksTo[1], -0.00080108642578125, 1e-12);
  close(calibration.offset[EXAMPLE_PIXEL], -75, 0);
  close(calibration.kta[EXAMPLE_PIXEL], 0.005126953125, 1e-12);
  close(calibration.kv[EXAMPLE_PIXEL], 0.5, 0);
  close(calibration.alpha[EXAMPLE_PIXEL], 1.26223312690854e-7, 1e-18);
  close(calibration.cp.offset[0], -75, 0);
  close(calibration.cp.kta, 0.00457763671875, 1e-12);

  const aux = new Uint16Array(AUX_WORDS);
  aux[AUX.vdd] = 0xccc5;
  aux[AUX.ptat] = 0x06af;
  aux[AUX.vbe] = 0x4bf2;
  aux[AUX.gain] = 0x1881;
  const condition = conditionOf(calibration, aux, controlFor(8));
  close(condition.vdd, 3.319, 0.0005);
  close(condition.ambient, 39.18440152, 1e-4);
  close(condition.gain, 1.01753546947234, 1e-12);
  // The data sheet rounds the supply to 3.319 V before it goes on, hence the third digit.
  close(0x0261 * condition.gain - darkOf(-75, 0.005126953125, 0.5, condition), 700.882495690866, 0.02);
  close(sensitivityOf(calibration, EXAMPLE_PIXEL, condition.ambient), 1.1876487360496e-7, 2e-10);
});

test("what a pixel shows of an object is turned back, over ambients, supplies and objects, whatever the chip", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: -25, max: 50, noNaN: true }),
      fc.double({ min: 3.2, max: 3.4, noNaN: true }),
      fc.double({ min: -25, max: 70, noNaN: true }),
      (seed, housing, vdd, celsius) => {
        const clock = new VirtualClock(instant(1e12));
        const chip = new SimulatedMlx90640(clock, seed, () => new Float64Array(PIXELS).fill(celsius));
        Object.assign(chip, { housing, vdd, noisy: false });
        const read = (register: number, words: number) => {
          chip.write(Uint8Array.of(register >> 8, register & 0xff));
          return wordsOf(chip.read(2 * words));
        };
        // Time does not pass here: the chip is asked for a subpage that ended when it woke.
        const calibration = known(read(MLX90640.eeprom, EEPROM_WORDS));
        const aux = new Uint16Array(AUX_WORDS);
        aux.set([0, 0, 0, 0, 0, 0, 0, 0, 60000, 0, 6300], 0);
        aux[AUX.vbe] = 19442;
        aux[AUX.vdd] = Math.round((vdd - 3.3) * calibration.kVdd + calibration.vdd25) & 0xffff;
        const art =
          ((housing - 25) * calibration.ktPtat + calibration.vPtat25) * (1 + calibration.kvPtat * (vdd - 3.3));
        aux[AUX.ptat] = Math.round((art * 19442) / (2 ** 18 - art * calibration.alphaPtat));
        const control = controlFor(8);
        const pixels = Uint16Array.from({ length: PIXELS }, (_, p) =>
          wordOf(calibration, p, celsius, { aux, control }),
        );
        const seen = new Float64Array(PIXELS).fill(Number.NaN);
        for (const subpage of [0, 1] as const) temperatures(calibration, { pixels, aux, control, subpage }, seen);
        for (const value of seen) close(value, celsius, 0.3);
      },
    ),
    { numRuns: 40 },
  );
});

test("one subpage writes its own pixels, a chessboard's fields of one colour", () => {
  const calibration = known(eeprom(new SeededRandom(1)));
  const aux = new Uint16Array(AUX_WORDS).fill(6000);
  aux[AUX.vdd] = calibration.vdd25 & 0xffff;
  const seen = new Float64Array(PIXELS).fill(-1);
  temperatures(calibration, { pixels: new Uint16Array(PIXELS), aux, control: controlFor(4), subpage: 1 }, seen);
  for (const [pixel, value] of seen.entries()) assert.is(value === -1, subpageOf(pixel) === 0, `${pixel}`);
  assert.equal([0, 1, 32, 33].map(subpageOf), [0, 1, 1, 0]);
});

test("an EEPROM that no chip can have is refused with the reason", () => {
  const spoilt = (spoil: (words: Uint16Array) => void): string => {
    const words = eeprom(new SeededRandom(3));
    spoil(words);
    const read = readCalibration(words);
    return read.ok ? "taken" : read.message;
  };
  assert.is(
    spoilt(() => {}),
    "taken",
  );
  assert.match(
    spoilt((words) => words.fill(0xffff)),
    "empty",
  );
  assert.match(
    spoilt((words) => words.fill(0)),
    "empty",
  );
  assert.match(
    spoilt((words) => (words[0x30] = 0)),
    "gain",
  );
  assert.match(
    spoilt((words) => (words[0x21] = 0)),
    "sensitivity",
  );
  assert.match(
    spoilt((words) => (words[0x33] = 0)),
    "supply",
  );
  assert.match(
    spoilt((words) => (words[0x0a] = 0x0800)),
    "interleaved",
  );
  const bad = (...pixels: number[]) =>
    spoilt((words) => {
      for (const pixel of pixels) words[0x40 + pixel] = (words[0x40 + pixel] as number) | 1;
    });
  assert.is(bad(0, 5, 100, 700), "taken");
  assert.match(bad(0, 5, 100, 700, 300), "5 pixels");
  assert.match(bad(100, 133), "side by side");
  assert.match(readCalibration(new Uint16Array(831)).ok ? "" : "refused", "refused");
});

test("bad pixels have no temperature", () => {
  const words = eeprom(new SeededRandom(4));
  words[0x40 + 77] = 0;
  words[0x40 + 300] = (words[0x40 + 300] as number) | 1;
  const calibration = known(words);
  const aux = new Uint16Array(AUX_WORDS).fill(6000);
  const seen = new Float64Array(PIXELS);
  for (const subpage of [0, 1] as const)
    temperatures(calibration, { pixels: new Uint16Array(PIXELS), aux, control: controlFor(8), subpage }, seen);
  assert.ok(Number.isNaN(seen[77]) && Number.isNaN(seen[300]));
});

test("a subpage fits into its time at 400 kHz, at 8 a second; at 100 kHz only at 4", () => {
  assert.ok(wireTime(400) > 35 && wireTime(400) < 45, `${wireTime(400)}`);
  assert.ok(wireTime(100) > 1000 / 8 && wireTime(100) < 1000 / 4, `${wireTime(100)}`);
});

test("the twin measures one subpage after the other, and says so until it is read over", async () => {
  const clock = new VirtualClock(instant(1e12));
  const chip = new SimulatedMlx90640(clock, 5);
  const ask = (register: number) => {
    chip.write(Uint8Array.of(register >> 8, register & 0xff));
    return wordsOf(chip.read(2))[0] as number;
  };
  chip.write(Uint8Array.of(0x80, 0x0d, controlFor(8) >> 8, controlFor(8) & 0xff));
  assert.is(ask(MLX90640.status) & 8, 0);
  const subpages: number[] = [];
  for (let n = 0; n < 4; n++) {
    await clock.advance(milliseconds(125));
    const status = ask(MLX90640.status);
    assert.is(status & 8, 8);
    subpages.push(status & 1);
    chip.write(Uint8Array.of(0x80, 0x00, 0x00, 0x10));
    assert.is(ask(MLX90640.status) & 8, 0);
  }
  assert.equal(subpages, [0, 1, 0, 1]);
  // After a stop the address is forgotten.
  assert.equal([...chip.read(2)], [0, 0]);
});

test.run();
