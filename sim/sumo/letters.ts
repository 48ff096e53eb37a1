import type { Aspect, GroupId, Signal } from "../../controllers/junction/model.ts";
import type { SumoJunction } from "./junction-of.ts";

const LETTERS: Readonly<Record<Exclude<Aspect, "green">, string>> = {
  dark: "O",
  red: "r",
  "red-amber": "u",
  amber: "y",
  "flashing-amber": "o",
};

/**
 * What a signal shows, as SUMO says it: a letter a link. Green that yields to another green is as in the programme; where the
 * programme never had the same foes green, by the network's right of way.
 */
export function lettersOf(sumo: SumoJunction): (signals: readonly Signal[]) => string {
  const known = new Map<string, string>();
  const count = sumo.programme.phases[0]?.state.length ?? 0;
  return (signals) => {
    const key = signals.map(({ aspect }) => aspect).join();
    let letters = known.get(key);
    if (letters === undefined) {
      letters = written(sumo, count, new Map(signals.map(({ group, aspect }) => [group, aspect])));
      known.set(key, letters);
    }
    return letters;
  };
}

function written(sumo: SumoJunction, count: number, aspects: ReadonlyMap<GroupId, Aspect>): string {
  const { groupOf, programme, foes, yieldsTo } = sumo;
  const aspectOf = (link: number): Aspect => {
    const group = groupOf.get(link);
    if (group !== undefined) return aspects.get(group) ?? "red";
    return isGreen(programme.phases[0]?.state[link]) ? "green" : "red";
  };
  const goes = (link: number): boolean => ["green", "amber"].includes(aspectOf(link));
  const unlike = (state: string): number => [...state].filter((one, link) => plain(one) !== shown(link)).length;
  const shown = (link: number): string => {
    const aspect = aspectOf(link);
    return aspect === "green" ? "G" : LETTERS[aspect];
  };
  const letter = (link: number): string => {
    const aspect = aspectOf(link);
    if (aspect !== "green") return LETTERS[aspect];
    const met = [...(foes.get(link) ?? [])].filter(goes);
    const alike = programme.phases
      .filter(({ state }) => isGreen(state[link]) && met.every((foe) => isGoing(state[foe])))
      // The one with the fewest other foes says best whether it is these that it yields to; not all foes are known (turns
      // that wait inside the junction), so of several the one that is most like what is shown.
      .sort(
        (a, b) => going(a.state, foes.get(link)) - going(b.state, foes.get(link)) || unlike(a.state) - unlike(b.state),
      )[0];
    if (alike) return alike.state[link] as string;
    return met.some((foe) => yieldsTo.get(link)?.has(foe)) ? "g" : "G";
  };
  return Array.from({ length: count }, (_, link) => letter(link)).join("");
}

const plain = (letter: string): string => (isGreen(letter) ? "G" : letter === "s" ? "r" : letter);
const isGreen = (letter: string | undefined): boolean => letter === "G" || letter === "g";
const isGoing = (letter: string | undefined): boolean => isGreen(letter) || letter === "y";
const going = (state: string, links: ReadonlySet<number> = new Set()): number =>
  [...links].filter((link) => isGoing(state[link])).length;
