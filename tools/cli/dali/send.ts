import { formatDecoded } from "../../../firmware/dali/text/format.ts";
import { parse } from "../../../firmware/dali/text/parse.ts";
import { Usage } from "../usage.ts";
import type { OpenBus } from "./bus.ts";
import { replyText } from "./traffic-text.ts";

/** The commands of the words. Throws Usage for one that is none, before anything is sent. */
export const commandsOf = (texts: readonly string[]) =>
  texts.map((text) => {
    const parsed = parse(text);
    if (!parsed.ok) throw new Usage(parsed.message);
    return parsed;
  });

/** Sends commands one after the other at priority 2 and prints what came back. Throws Fault. */
export async function send(bus: OpenBus, commands: ReturnType<typeof commandsOf>): Promise<void> {
  for (const { command, said } of commands) {
    // the reply itself is wanted, not what the command makes of it
    const reply = await bus.scheduler.send({ ...command, read: (reply) => reply }, { priority: 2, signal: bus.signal });
    console.log(`${formatDecoded(said)}${command.answers ? `  ${replyText(said, reply)}` : ""}`);
  }
}
