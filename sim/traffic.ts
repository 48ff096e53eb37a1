import type { Judge } from "../firmware/link/describe/traffic.ts";
import type { MemoryBroker } from "./broker.ts";

/** Has everything judged that clients of the broker publish from now on; `onMisfit` is told what no table has, and whose it is. */
export function judgeTraffic(
  broker: MemoryBroker,
  judge: Judge,
  onMisfit: (misfit: string, clientId: string) => void,
): void {
  broker.watch = (clientId, topic, payload, delivery) => {
    const problem = judge(topic, payload, delivery);
    if (problem) onMisfit(`${clientId} published ${topic}: ${problem.field} ${problem.message}`, clientId);
  };
}
