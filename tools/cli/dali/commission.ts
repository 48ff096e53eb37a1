import { createHash } from "node:crypto";
import { inBursts } from "../../../firmware/dali/commissioning/bursts.ts";
import { commission } from "../../../firmware/dali/commissioning/commission.ts";
import type {
  CommissioningResult,
  CommissioningState,
  KnownLamp,
  LampResult,
  Progress,
  Trouble,
} from "../../../firmware/dali/commissioning/model.ts";
import { readIdentity } from "../../../firmware/dali/memory/knowledge.ts";
import type { Sequence } from "../../../firmware/dali/sequence.ts";
import { fileStore } from "../../../firmware/linux/store.ts";
import { Usage } from "../usage.ts";
import type { Meant, OpenBus } from "./bus.ts";

export interface CommissionHow {
  readonly expected: number | undefined;
  readonly replace: boolean;
  readonly identify: boolean;
  readonly forget: boolean;
}

/** What is kept of a bus between two commissionings. */
interface Kept {
  readonly version: 1;
  readonly known: readonly KnownLamp[];
  /** Of a run that was cut off. */
  readonly saved: CommissioningState | null;
}

/** Commissions a bus, says what became of each lamp, and keeps what is known for the next time. Resolves with the exit code. */
export async function commissionBus(bus: OpenBus, how: CommissionHow): Promise<number> {
  const book = await openBook(bus);
  const { kept } = book;
  const before = how.forget ? null : kept;
  const known = knownBefore(before, bus);
  const saved = before?.saved ?? null;
  if (saved) console.log("going on with the run that was cut off (--forget begins anew)");
  try {
    const result = await inBursts(
      bus.scheduler,
      commission({
        clock: bus.clock,
        known,
        ...(how.expected === undefined ? {} : { expected: how.expected }),
        replaceMissing: how.replace,
        ...(how.identify ? { identify } : {}),
        ...(saved ? { saved } : {}),
        onSave: (state) => book.write({ version: 1, known, saved: state }),
        onProgress: showProgress,
      }),
      { priority: 3, signal: bus.signal },
    );
    endProgress();
    book.write({ version: 1, known: result.lamps.flatMap((lamp) => toKeep(lamp, bus)), saved: null });
    return report(result);
  } catch (error) {
    endProgress();
    if (bus.signal.aborted) console.error("cut off: `commission` again goes on from here");
    throw error;
  } finally {
    await book.written();
  }
}

function report({ lamps, troubles, offer, frames, elapsed }: CommissioningResult): number {
  for (const lamp of lamps) console.log(resultText(lamp));
  for (const trouble of troubles) console.log(troubleText(trouble));
  if (offer)
    console.log(`A${offer.from} is new and only A${offer.address} is missing: \`--replace\` gives it that place`);
  const count = (kind: LampResult["kind"]) => lamps.filter((lamp) => lamp.kind === kind).length;
  console.log(
    `${count("unchanged")} unchanged, ${count("changed")} changed, ${count("new")} new, ${count("missing")} missing; ` +
      `${frames} frames, ${(elapsed / 1000).toFixed(1)} s`,
  );
  return count("missing") + troubles.length > 0 ? 1 : 0;
}

interface Book {
  readonly kept: Kept | null;
  /** Kept in the order in which it was told. */
  write(kept: Kept): void;
  /** Resolves when all is on the disk. Throws Usage where it cannot be. */
  written(): Promise<void>;
}

/** What is kept of this bus. Throws Usage where nothing can be kept, before anything was sent. */
async function openBook(bus: OpenBus): Promise<Book> {
  const store = fileStore(bus.state);
  const key = keyOf(bus);
  const onDisk = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new Usage(`${bus.state}: cannot be used: ${(error as NodeJS.ErrnoException).code}; --state names another`);
    }
  };
  const put = (kept: Kept | null) => onDisk(store.write(key, new TextEncoder().encode(JSON.stringify(kept))));
  const kept = keptOf(await onDisk(store.read(key)));
  await put(kept);
  let writing = Promise.resolve();
  return {
    kept,
    write(next) {
      writing = writing.then(() => put(next));
      writing.catch(() => {});
    },
    written: () => writing,
  };
}

/** A bus of the configuration goes by its name; any other by where its gateway is. */
function keyOf({ id, config, place }: Meant): string {
  const name = id.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  if (config) return `commissioning-${name}`;
  const { gateway, port, i2c, address, channel } = place;
  const where = JSON.stringify([gateway, port, i2c, address, channel]);
  return `commissioning-at-${createHash("sha256").update(where).digest("hex").slice(0, 16)}`;
}

/** Lamps that were found before, and those of the configuration. */
function knownBefore(kept: Kept | null, { lamps }: Meant): readonly KnownLamp[] {
  const found = kept?.known ?? [];
  const others = lamps.filter(({ address }) => !found.some((lamp) => lamp.address === address));
  return [...found, ...others.map(({ address }) => ({ address }))];
}

function* identify(address: number): Sequence<{ gtin?: string; serial?: string } | null> {
  const known = yield* readIdentity(address);
  if (known.kind !== "known") return null;
  const { gtin, serial } = known.identity;
  return { ...(gtin === undefined ? {} : { gtin }), ...(serial === undefined ? {} : { serial }) };
}

function keptOf(bytes: Uint8Array | null): Kept | null {
  if (!bytes) return null;
  const kept = JSON.parse(new TextDecoder().decode(bytes)) as Kept | null;
  return kept?.version === 1 ? kept : null;
}

/** A lamp that is missing, and that the configuration has no more, is not missed a second time. */
function toKeep(lamp: LampResult, { config, lamps }: Meant): KnownLamp[] {
  if (lamp.address === null) return [];
  if (lamp.kind === "missing" && config && !lamps.some(({ address }) => address === lamp.address)) return [];
  const { address, randomAddress, identity } = lamp;
  return [{ address, randomAddress, ...(identity ? { identity } : {}) }];
}

/** One line that is written over on a terminal; elsewhere nothing: a log wants results. */
function showProgress({ phase, found, expected, frames, left }: Progress): void {
  if (!process.stderr.isTTY) return;
  const count = `${found} of ${Math.round(expected)} found`;
  process.stderr.write(`\r${phase}: ${count}, ${frames} frames, ${Math.ceil(left / 1000)} s left\x1b[K`);
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

const hex = (random: number | null): string => (random === null ? "" : `  ${random.toString(16).padStart(6, "0")}`);

function resultText(lamp: LampResult): string {
  const place = lamp.address === null ? "no address" : `A${lamp.address}`;
  const how = lamp.kind === "changed" ? ` (${lamp.how.join(", ")}, was A${lamp.was})` : "";
  const serial = lamp.identity?.serial === undefined ? "" : `  serial ${lamp.identity.serial}`;
  return `${place.padEnd(10)}  ${lamp.kind.padEnd(9)}${how}${hex(lamp.randomAddress)}${serial}`;
}

function troubleText(trouble: Trouble): string {
  switch (trouble.kind) {
    case "no-free-address":
      return `no free address is left for the gear${hex(trouble.randomAddress)}`;
    case "inseparable":
      return `A${trouble.address}: several gear share it and cannot be told apart`;
    case "not-addressable":
      return `the gear${hex(trouble.randomAddress)} does not take a short address`;
    case "not-found":
      return "gear without a short address is left that no search finds";
  }
}
