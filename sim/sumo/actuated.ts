/** SUMO's own actuated control with bus priority, made of a fixed programme: what its documentation proposes without TraCI. */
import type { Approach, GroupId } from "../../controllers/junction/model.ts";
import { escapedXml } from "./extra-files.ts";
import type { SumoJunction } from "./junction-of.ts";
import type { NetConnection, Network, Phase } from "./net.ts";

/** Loops for buses so far before the stop line, m. */
const BUS_LOOP = 100;
const MIN_GREEN = 6;
/** Without bounds of its own a green lasts half to one and a half times as long as in the fixed programme. */
const [LEAST, MOST] = [0.5, 1.5];

/**
 * Each green phase is as long as vehicles come (SUMO's own gap detectors), within its bounds; it is ended early, after its least,
 * when a bus is on the loops of a group that is red and none on those of one that is green.
 */
export function actuatedXml(network: Network, junctions: readonly SumoJunction[], busTypes: readonly string[]): string {
  const parts = junctions.map((one) => logicOf(network, one, busTypes));
  return `<additional>\n${parts.join("\n")}\n</additional>\n`;
}

function logicOf(network: Network, sumo: SumoJunction, busTypes: readonly string[]): string {
  const { programme, signal, groupOf, junction } = sumo;
  const used = new Set(junction.approaches.map(({ group }: Approach): GroupId => group));
  const loops = network.connections.filter(
    (one) => one.signal?.id === signal && used.has(groupOf.get(one.signal.link) ?? ""),
  );
  const lanes = [...new Set(loops.map(({ from, fromLane }) => `${from}_${fromLane}`))];
  const name = (lane: string): string => `bus${lanes.indexOf(lane)}_${signal.replace(/[^\w]/g, "_")}`;
  const detectors = lanes.map((lane) => {
    const length = network.lanes.get(lane)?.length ?? 0;
    const from = Math.max(0, length - BUS_LOOP).toFixed(2);
    return `  <laneAreaDetector id="${name(lane)}" lane="${escapedXml(lane)}" pos="${from}" endPos="${length}" friendlyPos="true" freq="1000000" file="NUL" vTypes="${busTypes.map(escapedXml).join(" ")}"/>`;
  });
  const onLoops = (state: string, isGreen: boolean): string[] => [
    ...new Set(loops.filter((one) => isGoing(state, one) === isGreen).map((one) => name(laneOf(one)))),
  ];
  const { phases } = programme;
  const rows = phases.map((phase, i) => {
    const before = phases.at(i - 1) as Phase;
    const condition =
      isLong(before) && !isLong(phase) ? early(onLoops(before.state, false), onLoops(before.state, true)) : "";
    const target = condition === "" ? "" : ` earlyTarget="${escapedXml(condition)}"`;
    return `    <phase state="${phase.state}" ${times(phase)} next="${(i + 1) % phases.length}"${target}/>`;
  });
  return [
    ...detectors,
    `  <tlLogic id="${escapedXml(signal)}" type="actuated" programID="hulotte-actuated" offset="${programme.offset}">`,
    ...rows,
    "  </tlLogic>",
  ].join("\n");
}

const laneOf = ({ from, fromLane }: NetConnection): string => `${from}_${fromLane}`;
const isGoing = (state: string, { signal }: NetConnection): boolean => "Gg".includes(state[signal?.link ?? -1] ?? "r");

/** Green with nothing that changes to red in it, long enough to be more than a step of a change. */
const isLong = ({ state, duration }: Phase): boolean =>
  /[Gg]/.test(state) && !/[yu]/.test(state) && duration > MIN_GREEN;

function early(red: readonly string[], green: readonly string[]): string {
  if (red.length === 0) return "";
  const sum = (names: readonly string[]): string => names.map((name) => `a:${name}`).join(" + ");
  const wanted = `(${sum(red)}) > 0`;
  return green.length === 0 ? wanted : `${wanted} and (${sum(green)}) = 0`;
}

function times(phase: Phase): string {
  if (!isLong(phase)) return `duration="${phase.duration}"`;
  const min = phase.min !== undefined && phase.min < phase.duration ? phase.min : Math.round(phase.duration * LEAST);
  const max = phase.max !== undefined && phase.max > phase.duration ? phase.max : Math.round(phase.duration * MOST);
  return `duration="${phase.duration}" minDur="${Math.max(MIN_GREEN, min)}" maxDur="${max}"`;
}
