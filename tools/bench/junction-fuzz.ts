/** What hostile messages do to the feeds of vehicles, and what a junction gives to who repeats or forges them. */
import { tenGroup } from "../../controllers/junction/test-junctions.ts";
import { forgeryRow, fuzzRow } from "../../firmware/vehicles/fuzz.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, print } from "./line.ts";

const MESSAGES = 1_000_000;
/** Simulated minutes of each forger. */
const MINUTES = 5;

/** Crashes and requests that no message asked for; no forger gets more than its rate limit. */
export function vehicleFuzzFigure(messages = MESSAGES, seed = 5): Figure {
  const fuzzed = fuzzRow(messages, new SeededRandom(seed));
  const forged = forgeryRow(tenGroup(), MINUTES, new SeededRandom(seed + 1));
  return {
    name: "hostile R09.16, HFP, GTFS-RT, M0022: crashes and invented requests",
    value: fuzzed.crashes + fuzzed.invented,
    unit: "",
    target: 0,
    holds:
      fuzzed.messages >= messages &&
      forged.oneVehicle <= forged.allowed &&
      forged.crowd <= forged.crowdAllowed &&
      forged.replayed === 0 &&
      forged.jumped === 0,
    parts: {
      messages: fuzzed.messages,
      words: fuzzed.words,
      ...Object.fromEntries(
        Object.entries(fuzzed.feeds).map(([feed, { messages: sent, words }]) => [feed, `${words} words of ${sent}`]),
      ),
      oneVehicle: `${forged.oneVehicle} requests in its worst minute, ${forged.allowed} allowed`,
      crowd: `${forged.crowd} requests in its worst minute, ${forged.crowdAllowed} allowed`,
      replayed: forged.replayed,
      jumped: forged.jumped,
      ...(fuzzed.examples.length > 0 ? { examples: fuzzed.examples.join("; ") } : {}),
    },
  };
}

if (import.meta.main) print(vehicleFuzzFigure(Number(process.argv[2] ?? MESSAGES)));
