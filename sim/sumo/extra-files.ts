/** Files that SUMO reads beside the scenario's own: what a cabinet's detectors see, and measures by lane. */
import type { SumoJunction } from "./junction-of.ts";
import type { Network } from "./net.ts";

/** A detector of area (thermal, radar, video) at the stop line sees so far, m. */
export const DETECTED = 60;

export const detectorId = (lane: string): string => `hulotte ${lane}`;

export const escapedXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** One area detector for each lane with a signal. SUMO writes its own counts of them nowhere. */
export function detectorsXml({ connections, lanes }: Network, junctions: readonly SumoJunction[]): string {
  const signals = new Set(junctions.map(({ signal }) => signal));
  const stopLines = new Set(
    connections.flatMap(({ signal, from, fromLane }) =>
      signal && signals.has(signal.id) ? [`${from}_${fromLane}`] : [],
    ),
  );
  const areas = [...stopLines].flatMap((id) => {
    const lane = lanes.get(id);
    if (!lane) return [];
    const from = Math.max(0, lane.length - DETECTED).toFixed(2);
    const name = escapedXml(detectorId(id));
    const place = `lane="${escapedXml(id)}" pos="${from}" endPos="${lane.length}" friendlyPos="true"`;
    return [`  <laneAreaDetector id="${name}" ${place} freq="1000000" file="NUL"/>`];
  });
  return `<additional>\n${areas.join("\n")}\n</additional>\n`;
}

/** Time lost by lane over the whole run, of the types of vehicles that are no buses. */
export const laneMeasuresXml = (file: string, types: readonly string[]): string =>
  `<additional>
  <laneData id="others" file="${escapedXml(file)}" vTypes="${types.map(escapedXml).join(" ")}" excludeEmpty="true"/>
</additional>
`;

/** Elements of additional files that write files of their own. */
const MEASURING =
  /<(e1Detector|inductionLoop|instantInductionLoop|e2Detector|laneAreaDetector|e3Detector|entryExitDetector|edgeData|laneData|routeProbe|timedEvent)\b[^>]*>/g;

/**
 * An additional file as a run reads it: its detectors write nowhere (they would write beside the scenario), and programmes for
 * another number of links than the signal has are left out: SUMO refuses them, or would show them to the wrong links.
 */
export function adapted(text: string, unfit: ReadonlySet<string>): string {
  const silent = text.replace(MEASURING, (tag) => tag.replace(/\b(file|dest|output)\s*=\s*"[^"]*"/g, '$1="NUL"'));
  return silent.replace(/<tlLogic\b[^>]*?\bid="([^"]*)"[\s\S]*?<\/tlLogic>/g, (all, id: string) =>
    unfit.has(id) ? "" : all,
  );
}
