/** Device type 6, LED modules: IEC 62386-207. */

import * as cmd from "../../firmware/dali/commands/led.ts";
import { shutDown } from "./faults.ts";
import type { Gear } from "./gear.ts";
import { yes } from "./queries.ts";
import { byCode } from "./table.ts";

type Act = (gear: Gear) => number | undefined;

const LONGEST_FAST_FADE = 27;
/** How long the measurement of REFERENCE SYSTEM POWER takes here, ms; the standard allows 15 minutes. */
const REFERENCE_TIME = 10_000;
/** By which part the load must differ from the reference to be told. No public source has the real threshold. */
const LOAD_CHANGE = 0.1;

const MAINS_SUPPLY = cmd.queryGearType.row.reading.byteOf({
  powerSupplyIntegrated: true,
  moduleIntegrated: true,
  acSupplyPossible: true,
});
const MODES = cmd.queryPossibleOperatingModes.row.reading.byteOf({ pulseWidth: true, amplitude: true });
const FEATURES = cmd.queryFeatures.row.reading.byteOf({
  shortCircuit: true,
  openCircuit: true,
  loadDecrease: true,
  loadIncrease: true,
  thermalShutDown: true,
  thermalOverload: true,
});

const quietly =
  (act: (gear: Gear) => void): Act =>
  (gear) => {
    if (gear.again()) act(gear);
    return undefined;
  };

export const minFastFadeTime = (gear: Gear): number => gear.options.minFastFadeTime ?? 4;

function storeFastFadeTime(gear: Gear): void {
  const { dtr0 } = gear;
  const wanted = Math.min(LONGEST_FAST_FADE, dtr0);
  const time = wanted > 0 && wanted < minFastFadeTime(gear) ? minFastFadeTime(gear) : wanted;
  gear.nvm.set(gear.settings, "fastFadeTime", time);
}

function selectDimmingCurve(gear: Gear): void {
  if (gear.dtr0 > 1) return;
  gear.changing();
  gear.nvm.set(gear.settings, "dimmingCurve", gear.dtr0);
}

const measuring = (gear: Gear): boolean => gear.now < gear.referenceAt;
const measured = (gear: Gear): boolean => gear.now >= gear.referenceAt;
const loadChange = (gear: Gear): number => (measured(gear) ? gear.load() - 1 : 0);
const loadDecrease = (gear: Gear) => loadChange(gear) < -LOAD_CHANGE;
const loadIncrease = (gear: Gear) => loadChange(gear) > LOAD_CHANGE;
const hot = (gear: Gear) => shutDown(gear.faults, gear.now);
const derated = (gear: Gear) => gear.faults.derating < 1;

const failureStatus = (gear: Gear): number =>
  cmd.queryFailureStatus.row.reading.byteOf({
    shortCircuit: gear.faults.lamp === "short",
    openCircuit: gear.faults.lamp === "open",
    loadDecrease: loadDecrease(gear),
    loadIncrease: loadIncrease(gear),
    thermalShutDown: hot(gear),
    thermalOverload: derated(gear),
  });

const operatingMode = ({ settings }: Gear): number =>
  cmd.queryOperatingMode.row.reading.byteOf({ pulseWidth: true, nonLogarithmicCurve: settings.dimmingCurve === 1 });

const LED = byCode<Act>([
  [
    cmd.referenceSystemPower,
    quietly((gear) => {
      gear.referenceAt = gear.now + REFERENCE_TIME;
    }),
  ],
  [cmd.selectDimmingCurve, quietly(selectDimmingCurve)],
  [cmd.setFastFadeTime, quietly(storeFastFadeTime)],
  [cmd.queryGearType, () => MAINS_SUPPLY],
  [cmd.queryDimmingCurve, ({ settings }) => settings.dimmingCurve],
  [cmd.queryPossibleOperatingModes, () => MODES],
  [cmd.queryFeatures, () => FEATURES],
  [cmd.queryFailureStatus, failureStatus],
  [cmd.queryShortCircuit, ({ faults }) => yes(faults.lamp === "short")],
  [cmd.queryOpenCircuit, ({ faults }) => yes(faults.lamp === "open")],
  [cmd.queryLoadDecrease, (gear) => yes(loadDecrease(gear))],
  [cmd.queryLoadIncrease, (gear) => yes(loadIncrease(gear))],
  [cmd.queryThermalShutDown, (gear) => yes(hot(gear))],
  [cmd.queryThermalOverload, (gear) => yes(derated(gear))],
  [cmd.queryReferenceRunning, (gear) => yes(measuring(gear) && gear.referenceAt < Number.POSITIVE_INFINITY)],
  [cmd.queryOperatingMode, operatingMode],
  [cmd.queryFastFadeTime, ({ settings }) => settings.fastFadeTime],
  [cmd.queryMinFastFadeTime, minFastFadeTime],
]);

export const ledCommand = (gear: Gear, opcode: number): number | undefined => LED[opcode]?.(gear);
