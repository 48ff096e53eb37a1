import { instant } from "../controllers/units.ts";
import { i2cContract, MEMORY } from "../firmware/hal/contract/i2c.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { I2cAdapter, I2cHandle } from "../firmware/hal/i2c.ts";
import { patientI2c } from "../firmware/hal/i2c-patient.ts";
import { VirtualClock } from "./clock.ts";
import { SimulatedI2c } from "./i2c.ts";
import { SimulatedMemory } from "./i2c-memory.ts";
import { SimulatedPin } from "./pin.ts";
import { Cp2112 } from "./usb/cp2112.ts";
import { LinuxDriver } from "./usb/linux-driver.ts";

// The box that the kernel sees in the guest, without the kernel: what holds here should hold there.
i2cContract("the CP2112's model behind its driver", async () => {
  const clock = new VirtualClock(instant(1e12));
  const wire = new SimulatedI2c("CP2112 SMBus Bridge");
  wire.devices.set(MEMORY, new SimulatedMemory());
  let box = plugIn();
  const held = new Set<LinuxDriver>();

  function plugIn(): LinuxDriver {
    const pins = Array.from({ length: 8 }, () => new SimulatedPin());
    return new LinuxDriver(new Cp2112({ i2c: wire, pins, timers: clock }), clock);
  }

  const adapter: I2cAdapter = {
    name: wire.name,
    async open(): Promise<I2cHandle> {
      if (!wire.present || [...held].some((old) => old !== box)) throw new Fault("port-missing", wire.name);
      const mine = box;
      held.add(mine);
      return {
        async attempt(address, write, read) {
          if (!wire.present || mine !== box) return { kind: "gone", code: "ENODEV" };
          const began = clock.monotonic();
          const found = await mine.transfer(address, write, read);
          if (typeof found !== "string") return { kind: "done", data: found };
          if (found === "EIO") return { kind: "broken", code: found };
          if (found === "EINVAL") return { kind: "refused", code: found };
          return { kind: clock.monotonic() - began < 40 ? "unanswered" : "late", code: found };
        },
        async close() {
          held.delete(mine);
        },
      };
    },
  };
  const patient = patientI2c(adapter, clock);
  return {
    clock,
    run: (work, limit) => clock.run(work, limit),
    open: () => patient.open(),
    fail: async (fault, count) => wire.fail(fault, count, MEMORY),
    heal: async () => wire.heal(),
    async stick(stuck) {
      wire.stuck = stuck;
    },
    async unplug() {
      wire.present = false;
    },
    async replug() {
      wire.present = true;
      box = plugIn();
    },
    async close() {},
  };
});
