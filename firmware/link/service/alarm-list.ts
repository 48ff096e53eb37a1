/** All alarms of a code that stand, so that they fit into one message and none is left out. */
import { addressOf } from "../component.ts";
import { type AlarmEntry, MOST_ENTRIES } from "../payload.ts";

/** A payload is at most 64 KiB; what is around the entries takes some of it. */
const MOST_BYTES = 65_000;
/** What an entry takes as CBOR beside its component, its words and its marks: names, the time stamp, a number. */
const ENTRY_BYTES = 75;
const COMPONENT_BYTES = 14;
const ACKNOWLEDGED_BYTES = 14;
const SUSPENDED_BYTES = 36;

const UTF8 = new TextEncoder();
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const bytesOf = (text: string): number => UTF8.encode(text).length;
/** All but its words. */
const frameOf = ({ component, values: { acknowledged, suspended } }: AlarmEntry): number =>
  ENTRY_BYTES +
  (component === undefined ? 0 : COMPONENT_BYTES + bytesOf(component)) +
  (acknowledged ? ACKNOWLEDGED_BYTES : 0) +
  (suspended === undefined ? 0 : SUSPENDED_BYTES);
const sizeOf = (entry: AlarmEntry): number => frameOf(entry) + bytesOf(entry.values.message);
const fits = (entries: readonly AlarmEntry[]): boolean =>
  entries.length <= MOST_ENTRIES && sum(entries.map(sizeOf)) <= MOST_BYTES;

/**
 * The entries of a full update. Of very many the words are cut as far as they must be; where that is not enough, those that say the
 * same share an entry, whose component is an address (`lamp/1/0-62,63`), its time that of the last, its number the greatest. What
 * does not fit even so, for its ids are too long, is counted in an entry of the node as a whole.
 */
export function alarmList(entries: readonly AlarmEntry[]): readonly AlarmEntry[] {
  if (fits(entries)) return entries;
  const room = (MOST_BYTES - sum(entries.map(frameOf))) / entries.length;
  if (room >= 0 && entries.length <= MOST_ENTRIES) {
    const bytes = Math.floor(room);
    return entries.map((entry) => withWords(entry, cut(entry.values.message, bytes)));
  }
  const shared = together(entries);
  if (fits(shared)) return shared;
  const mute = together(entries.map((entry) => withWords(entry, "")));
  return fits(mute) ? mute : counted(mute);
}

const withWords = (entry: AlarmEntry, message: string): AlarmEntry => ({
  ...entry,
  values: { ...entry.values, message },
});

/** As much of a text as so many bytes of UTF-8 hold. */
function cut(text: string, bytes: number): string {
  const { read } = UTF8.encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** One entry for all of a group that say the same. */
function together(entries: readonly AlarmEntry[]): AlarmEntry[] {
  const groups = Map.groupBy(entries, ({ component = "", values }) =>
    JSON.stringify([component.slice(0, component.lastIndexOf("/") + 1), values]),
  );
  return [...groups.values()].flatMap((group) => {
    const ids = group.flatMap(({ component }) => component ?? []);
    const [first] = group;
    if (!first || ids.length < group.length || group.length === 1) return group;
    const of = new Map(group.map((entry) => [entry.component, entry]));
    return addressOf(ids).map(({ address, components }) => {
      const those = components.flatMap((id) => of.get(id) ?? []);
      const last = those.reduce((a, b) => (b.ts > a.ts ? b : a), first);
      const seqs = those.flatMap(({ seq }) => seq ?? []);
      const { seq: _, ...entry } = last;
      return { ...entry, component: address, ...(seqs.length > 0 ? { seq: Math.max(...seqs) } : {}) };
    });
  });
}

/** As many as fit, and one that says how many entries do not. */
function counted(entries: readonly AlarmEntry[]): AlarmEntry[] {
  const ofNode = entries.filter(({ component }) => component === undefined);
  const others = entries.filter(({ component }) => component !== undefined);
  let room = MOST_BYTES - sum(ofNode.map(sizeOf)) - ENTRY_BYTES - 60;
  const end = others.findIndex((entry, i) => {
    room -= sizeOf(entry);
    return room < 0 || ofNode.length + i + 1 >= MOST_ENTRIES;
  });
  const left = others.slice(end);
  const [ts = ""] = left
    .map((entry) => entry.ts)
    .sort()
    .reverse();
  const more = { ts, active: true, values: { message: `${left.length} more, too many for one message` } };
  return [...ofNode, ...others.slice(0, end), more];
}
