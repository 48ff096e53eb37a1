import { instant } from "../controllers/units.ts";
import { bytesContract } from "../firmware/hal/contract/bytes.ts";
import { VirtualClock } from "./clock.ts";
import { type PipeEnd, SimulatedPort } from "./pipe.ts";

bytesContract("the simulated port", async () => {
  const clock = new VirtualClock(instant(1e12));
  let far: PipeEnd | undefined;
  let heard: number[] = [];
  const listen = async (end: PipeEnd) => {
    for await (const chunk of end.chunks) heard.push(...chunk);
  };
  const port = new SimulatedPort("line", (end) => {
    far = end;
    heard = [];
    listen(end).catch(() => {}); // the port was closed or pulled
  });
  return {
    clock,
    run: (work, limit) => clock.run(work, limit),
    port,
    say: async (bytes) => far?.write(bytes),
    heard: async () => Uint8Array.from(heard),
    unplug: async () => port.unplug(),
    replug: async () => port.replug(),
    async close() {},
  };
});
