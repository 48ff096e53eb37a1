import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { milliseconds } from "../../controllers/units.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { PinBench } from "../../firmware/hal/contract/pin.ts";

const CONFIG = "/sys/kernel/config/gpio-sim";
const MODULES = "/lib/modules/gpio-sim";
const LABEL = "hulotte-sim";
/** The kernel keeps 16 edges for gpiomon, which an emulated machine on a loaded host may not let run for 100 ms. */
const PULSE = milliseconds(10);

type Chip = Pick<PinBench, "in" | "out" | "drive" | "seen" | "pulses" | "pulse" | "unplug" | "replug">;

/** A chip of the kernel's GPIO simulator, fresh for each bench: its lines are driven and seen through sysfs, with interrupts. */
export async function gpioSim(clock: Clock): Promise<Chip> {
  if (!existsSync("/sys/module/gpio_sim"))
    for (const module of readFileSync(`${MODULES}/order`, "utf8").trim().split("\n")) {
      try {
        execFileSync("insmod", [`${MODULES}/${module}`], { stdio: "ignore" });
      } catch {
        // it is there already
      }
    }
  if (!existsSync(CONFIG)) execFileSync("mount", ["-t", "configfs", "configfs", "/sys/kernel/config"]);

  let lines = "";
  const remove = () => {
    if (!existsSync(`${CONFIG}/${LABEL}`)) return;
    writeFileSync(`${CONFIG}/${LABEL}/live`, "0");
    rmdirSync(`${CONFIG}/${LABEL}/bank0`);
    rmdirSync(`${CONFIG}/${LABEL}`);
  };
  const create = () => {
    mkdirSync(`${CONFIG}/${LABEL}/bank0`, { recursive: true });
    writeFileSync(`${CONFIG}/${LABEL}/bank0/num_lines`, "4");
    writeFileSync(`${CONFIG}/${LABEL}/bank0/label`, LABEL);
    writeFileSync(`${CONFIG}/${LABEL}/live`, "1");
    const read = (file: string) => readFileSync(`${CONFIG}/${LABEL}/${file}`, "utf8").trim();
    lines = `/sys/devices/platform/${read("dev_name")}/${read("bank0/chip_name")}`;
  };
  remove();
  create();
  let high = false;
  const drive = async (level: boolean) => {
    high = level;
    writeFileSync(`${lines}/sim_gpio0/pull`, level ? "pull-up" : "pull-down");
  };
  return {
    in: { chip: LABEL, offset: 0 },
    out: { chip: LABEL, offset: 1 },
    pulse: PULSE,
    drive,
    seen: async () => readFileSync(`${lines}/sim_gpio1/value`, "utf8").trim() === "1",
    async pulses(count) {
      for (let edge = 0; edge < 2 * count; edge++) {
        await drive(!high);
        await clock.sleep(PULSE, "pulse");
      }
    },
    unplug: async () => remove(),
    replug: async () => {
      create();
      high = false;
    },
  };
}
