import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { VirtualClock } from "../clock.ts";
import type { CounterTwin } from "./twin.ts";

/** How often it reports somebody who moves, and how long somebody is in its beam. */
const EVERY_MS = 120;
const SEEN_MS = 2400;
/** Between two who come one after the other. */
const APART_MS = 1500;
const PACE = 1.35;

/** A Doppler radar that sees one person at a time: the next comes when the last has passed. It answers `?V`, `OJ` and `UM`. */
export function radarOps243Twin(clock: VirtualClock): CounterTwin {
  const far = new Set<ByteStream>();
  const waiting: (1 | -1)[] = [];
  let passing: { readonly way: 1 | -1; readonly until: number } | null = null;
  let free = 0;
  let silent = false;

  const say = (bytes: Uint8Array) => {
    for (const end of far) end.write(bytes).catch(() => far.delete(end));
  };
  const tell = (text: string) => {
    if (!silent) say(new TextEncoder().encode(`${text}\r\n`));
  };
  const answer = (asked: string) => {
    if (asked === "?V") tell('{"Version":"1.3.1"}');
    if (asked === "UM") tell('{"Units":"m-per-sec"}');
  };
  const hear = async (end: ByteStream) => {
    let text = "";
    for await (const chunk of end.chunks) {
      text += new TextDecoder("latin1").decode(chunk);
      const lines = text.split("\n");
      text = (lines.pop() ?? "").slice(-16);
      for (const line of lines) answer(line.trim());
    }
  };

  const tick = () => {
    clock.after(EVERY_MS, "simulated radar", tick);
    const now = clock.monotonic();
    if (passing && now >= passing.until) {
      free = passing.until + APART_MS;
      passing = null;
    }
    const way = passing === null && now >= free ? waiting.shift() : undefined;
    if (way !== undefined) passing = { way, until: now + SEEN_MS };
    if (passing) tell(`{"speed":"${(passing.way * PACE).toFixed(2)}"}`);
  };
  clock.after(EVERY_MS, "simulated radar", tick);

  return {
    attach(end) {
      far.add(end);
      hear(end).catch(() => far.delete(end));
    },
    pass(direction, people = 1) {
      for (let i = 0; i < people; i++) waiting.push(direction === "up" ? 1 : -1);
    },
    silence(on) {
      silent = on;
    },
    restart() {
      waiting.length = 0;
      passing = null;
    },
    say,
  };
}
