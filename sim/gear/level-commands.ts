/** Level instructions, IEC 62386-102 11.3. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import type { Gear } from "./gear.ts";
import { byCode } from "./table.ts";

type Act = (gear: Gear, opcode: number) => void;

/** The arc level now, and what to do about it where the lamp is on. */
const whereOn =
  (act: (gear: Gear, arc: number) => void): Act =>
  (gear) => {
    if (gear.arc > 0) act(gear, gear.arc);
  };

function goToScene(gear: Gear, opcode: number): void {
  const level = gear.settings.scenes[opcode & 0x0f] ?? MASK;
  gear.colour?.recallScene(opcode & 0x0f);
  gear.goTo(level);
}

const LEVEL = byCode<Act>([
  [cmd.off, (gear) => gear.arcPower.atOnce(0)],
  [cmd.up, (gear) => gear.arcPower.run(1)],
  [cmd.down, (gear) => gear.arcPower.run(-1)],
  [cmd.stepUp, whereOn((gear, arc) => gear.arcPower.atOnce(arc + 1))],
  [cmd.stepDown, whereOn((gear, arc) => gear.arcPower.atOnce(Math.max(1, arc - 1)))],
  [cmd.recallMaxLevel, (gear) => gear.arcPower.atOnce(gear.settings.maxLevel)],
  [cmd.recallMinLevel, (gear) => gear.arcPower.atOnce(gear.settings.minLevel)],
  [cmd.stepDownAndOff, (gear) => gear.arcPower.atOnce(gear.arc > gear.settings.minLevel ? gear.arc - 1 : 0)],
  [cmd.onAndStepUp, (gear) => gear.arcPower.atOnce(gear.arc === 0 ? gear.settings.minLevel : gear.arc + 1)],
  [cmd.goToLastActiveLevel, (gear) => gear.arcPower.toLastActive()],
  [cmd.continuousUp, (gear) => gear.arcPower.runOn(1)],
  [cmd.continuousDown, (gear) => gear.arcPower.runOn(-1)],
  [cmd.goToScene, goToScene],
]);

/** Does a level instruction other than DAPC, which also ends a DAPC sequence. */
export function levelCommand(gear: Gear, opcode: number): void {
  gear.powerCycleSeen = false;
  gear.arcPower.endSequence();
  if (opcode === cmd.enableDapcSequence.row.code) gear.arcPower.beginSequence();
  else LEVEL[opcode]?.(gear, opcode);
}
