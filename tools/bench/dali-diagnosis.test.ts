import { test } from "uvu";
import * as assert from "uvu/assert";
import { figuresOf, score } from "./dali-diagnosis.ts";
import { LABELS, type Label } from "./dali-diagnosis-faults.ts";
import { type Patient, playTrial, type Told } from "./dali-diagnosis-trial.ts";
import { isOk } from "./line.ts";

const HOUR = 3_600_000;
const label = (name: string): Label => LABELS.find((one) => one.name === name) as Label;
const ill = (lamp: string, name: string): Patient => ({
  lamp,
  label: label(name),
  from: 10 * HOUR,
  until: 20 * HOUR,
});
const told = (lamp: string, code: Told["code"], hour: number, active = true): Told => ({
  lamp,
  code,
  active,
  message: "",
  at: hour * HOUR,
});
const trial = (patients: readonly Patient[], all: readonly Told[]) => ({ patients, told: all, lampDays: 365.25 });

test("an alarm of the fault's kind while it is there is right, once; of another kind, or at another time, wrong", () => {
  const patients = [ill("a", "cycling"), ill("b", "day-burner"), ill("c", "bad contact")];
  const { byLabel, byCode, wrong } = score([
    trial(patients, [
      told("a", "lighting.cycling", 12),
      told("a", "lighting.cycling", 13, false),
      told("a", "lighting.cycling", 14),
      told("a", "lighting.lamp", 11),
      told("b", "lighting.day-burner", 9),
      told("b", "lighting.gear", 12),
      told("c", "lighting.gear", 12),
    ]),
  ]);
  assert.equal(
    wrong.map(({ lamp, code }) => `${lamp} ${code}`),
    ["b lighting.day-burner", "b lighting.gear", "c lighting.gear"],
  );
  assert.equal(byLabel.get("cycling"), { label: "cycling", faults: 1, found: 1, begins: 2, delays: [2 * HOUR] });
  assert.is(byLabel.get("day-burner")?.found, 0);
  assert.is(byLabel.get("bad contact")?.faults, 0, "nothing is to be told of it");
  assert.equal(byCode.get("lighting.gear"), { right: 0, wrong: 2 });
  assert.equal(byCode.get("lighting.lamp"), { right: 1, wrong: 0 });
});

test("missed faults and false alarms fail their figures", () => {
  const failed = (patients: readonly Patient[], all: readonly Told[]) =>
    figuresOf([trial(patients, all)])
      .filter((figure) => !isOk(figure))
      .map(({ name }) => name.slice(0, 21));
  const found = [ill("a", "gear missing")];
  const right = told("a", "lighting.gear", 10.5);
  assert.equal(failed(found, [right]), []);
  assert.equal(failed([...found, ill("b", "gear missing")], [right]), ["diagnosis: recall, fa"]);
  assert.equal(failed(found, [right, told("a", "lighting.lamp", 12), told("a", "lighting.lamp", 14)]), [
    "diagnosis: precision,",
    "diagnosis: false alar",
  ]);
});

test("a small trial: its faults are told, and it is the same for a seed", async () => {
  const play = () => playTrial({ seed: 3, lamps: 6, days: 2 });
  const first = await play();
  assert.ok(first.told.some(({ active }) => active));
  assert.equal(score([first]).wrong, []);
  assert.equal(await play(), first);
});

test.run();
