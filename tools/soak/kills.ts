/**
 * The runtime and the broker are killed (SIGKILL) at random moments, the network is cut between, doors open and close and the cockpit
 * commands all the while. In the end every entry that the cabinet recorded must have reached the supervisor once, in order.
 */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { atExit } from "../../firmware/linux/at-exit.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { fileJournal } from "../../firmware/linux/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, progress } from "../bench/line.ts";
import { compare } from "./heard.ts";
import { openStage, type Stage } from "./stage.ts";
import { DOORS, NODE } from "./street.ts";

export interface Plan {
  readonly runtimeKills: number;
  readonly brokerKills: number;
  readonly cuts: number;
  readonly seed?: number;
}

/** Between two blows, ms. A runtime needs a second to be up and heard. */
const PAUSE = { least: 700, most: 3300 };
const CUT = { least: 1000, most: 4000 };
const SETTLES_WITHIN = seconds(90);
/** Of all that was recorded nothing may be dropped. */
const JOURNAL = "journal: { megabytes: 256, days: 30 }";

const pause = (ms: number) => systemClock.sleep(milliseconds(ms), "soak");

type Blow = "runtime" | "broker" | "cut";

/** All blows in an order of chance. */
function shuffled({ runtimeKills, brokerKills, cuts }: Plan, random: SeededRandom): Blow[] {
  const blows = [
    ...Array<Blow>(runtimeKills).fill("runtime"),
    ...Array<Blow>(brokerKills).fill("broker"),
    ...Array<Blow>(cuts).fill("cut"),
  ];
  for (let i = blows.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [blows[i], blows[j]] = [blows[j] as Blow, blows[i] as Blow];
  }
  return blows;
}

/** Doors and commands, until the signal aborts. Resolves with how many commands were answered, and how. */
async function live({ street, supervisor }: Stage, random: SeededRandom, signal: AbortSignal) {
  const answers: Record<string, number> = {};
  const doors = (async () => {
    const open = Array.from({ length: DOORS }, () => false);
    while (!signal.aborted) {
      const i = Math.floor(random.next() * DOORS);
      open[i] = !open[i];
      await street.setDoor(i, open[i] as boolean);
      await pause(60 + random.next() * 200);
    }
  })();
  const commands = (async () => {
    while (!signal.aborted) {
      const until = new Date(Date.now() + 60_000).toISOString();
      const level = Math.floor(random.next() * 90) + 10;
      const outcome = await supervisor.command(
        NODE,
        "lighting.level.set",
        { component: "lamp", values: { level, until } },
        1500,
      );
      const kind = outcome.ok ? "done" : outcome.error.kind;
      answers[kind] = (answers[kind] ?? 0) + 1;
      await pause(500);
    }
  })();
  await Promise.all([doors, commands]);
  return answers;
}

export async function killFigures(plan: Plan): Promise<readonly Figure[]> {
  const seed = plan.seed ?? randomBytes(4).readUInt32LE();
  const random = new SeededRandom(seed);
  const stage = await openStage({ more: JOURNAL });
  const { street, broker, link, heard } = stage;
  let runtime: ChildProcess = street.run();
  await stage.supervisor.ready;
  const stop = new AbortController();
  const living = live(stage, new SeededRandom(seed + 1), stop.signal);
  let litThroughout = true;

  const kill = async () => {
    const ended = once(runtime, "exit");
    runtime.kill("SIGKILL");
    await ended;
    runtime = street.run();
  };
  const blows = shuffled(plan, random);
  for (const [i, blow] of blows.entries()) {
    if (i % 50 === 0) progress(`${i} of ${blows.length} blows, ${heard.count} entries had`);
    await pause(PAUSE.least + random.next() * (PAUSE.most - PAUSE.least));
    litThroughout &&= street.lit() > 0;
    switch (blow) {
      case "runtime":
        await kill();
        break;
      case "broker":
        await broker.kill();
        await pause(random.next() * 500);
        await broker.start();
        break;
      case "cut":
        link.cut();
        await pause(CUT.least + random.next() * (CUT.most - CUT.least));
        link.mend();
    }
  }
  stop.abort();
  const answers = await living;
  progress("settling ...");
  await settled(stage);
  const ended = once(runtime, "exit");
  runtime.kill("SIGTERM");
  await ended;
  await pause(2000);

  const exit = atExit();
  const limits = { bytes: 256e6, age: 30 * 86_400_000 };
  const journal = await fileJournal(street.state, limits, systemClock, random, exit);
  const difference = compare(journal, heard);
  const { health } = journal;
  await journal.close();
  await stage.close();
  const { examples, recorded, ...wrong } = difference;
  for (const example of [...examples, ...heard.losses.slice(0, 10).map((lost) => JSON.stringify(lost))])
    progress(example);
  const sum = Object.values(wrong).reduce((all, one) => all + one, 0);
  return [
    {
      name: `kill -9: ${plan.runtimeKills} of the runtime, ${plan.brokerKills} of the broker, ${plan.cuts} cuts; entries not had once and in order`,
      value: sum,
      unit: "",
      target: 0,
      parts: {
        recorded,
        had: heard.count,
        ...wrong,
        lost: heard.losses.length,
        repeatedOnTheWay: stage.supervisor.repeated,
        pending: health.pending,
        commands: Object.entries(answers)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(", "),
        seed,
      },
      holds: recorded > 0 && heard.losses.length === 0 && litThroughout && health.rebuilt === 0,
    },
  ];
}

/** Until nothing more comes for a while. A cabinet that still waits to connect again is quiet too: that does not count. */
async function settled({ heard, supervisor }: Stage): Promise<void> {
  const deadline = systemClock.monotonic() + SETTLES_WITHIN;
  let before = -1;
  let quiet = 0;
  while (systemClock.monotonic() < deadline && quiet < 12) {
    await pause(1000);
    const isOnline = supervisor.nodes.get(NODE)?.presence === "online";
    quiet = isOnline && heard.count === before ? quiet + 1 : 0;
    before = heard.count;
  }
}
