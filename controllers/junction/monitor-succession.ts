import type { Head, MonitorFaultKind, Shown } from "./monitor.ts";
import type { MonitorTable } from "./monitor-table.ts";

interface Found {
  readonly kind: MonitorFaultKind;
  readonly text: string;
}

/** What is wrong with going from what a head showed to what was read of it since; null: nothing. */
export function succession(table: MonitorTable, group: number, head: Head): Found | null {
  const { aspect: from, raw: to } = head;
  if (to === "mixed" || to === "unread") return { kind: to, text: `is ${to}` };
  if (to === "dark" && head.told === null) return { kind: "dark", text: "is dark" };
  const lasted = head.rawSince - head.since;
  const short = (kind: MonitorFaultKind, least: number): Found | null =>
    lasted < least - table.settings.tolerance ? { kind, text: `${from} ${lasted} of ${least} ms` } : null;
  const amber = table.amber[group] as number;
  const redAmber = table.redAmber[group] as number;
  // Always allowed: it is what all that fails comes to. Heads without amber are dark then.
  if (to === "flashing-amber" || (to === "dark" && amber === 0)) return null;

  switch (from) {
    case "green": {
      const least = short("short-green", table.minGreen[group] as number);
      if (least) return least;
      if (to === (amber > 0 ? "amber" : "red")) return null;
      return amber > 0 && to === "red" ? { kind: "missing-amber", text: "red without amber" } : wrong(from, to);
    }
    case "amber":
      return to === "red" ? short("short-amber", amber) : wrong(from, to);
    case "red":
      if (to === (redAmber > 0 ? "red-amber" : "green") || to === "dark") return null;
      return to === "green" ? { kind: "missing-red-amber", text: "green without red-amber" } : wrong(from, to);
    case "red-amber":
      return to === "green" ? short("short-red-amber", redAmber) : wrong(from, to);
    case "flashing-amber":
      return to === "red" || to === "dark" || (to === "amber" && amber > 0) ? null : wrong(from, to);
    case "dark":
      return to === "red" ? null : wrong(from, to);
    case "mixed":
      return wrong(from, to);
    // Nobody watched before.
    case null:
      return null;
  }
}

const wrong = (from: Shown, to: Shown | null): Found => ({ kind: "succession", text: `${from}, then ${to}` });
