/**
 * The books of a cabinet's energy: what each lamp took, by hour, and how that is known. It takes every level of every lamp, so it
 * is mutable and made of typed arrays; it reads no clock. What passes is monotonic time, so that energy is right whatever the
 * wall clock does, which only says to which hour it belongs. Sums are exact: lamps make sections, sections the cabinet.
 */
import type { ComponentId, Lamp } from "../model.ts";
import { type Instant, instant, type Level, level, type Watts } from "../units.ts";
import { lampPower } from "./energy.ts";
import { type Counter, type LampTotal, type LedgerBook, reordered } from "./ledger-book.ts";
import { type Measures, MeterBook, MILLI } from "./ledger-meter.ts";
import { apportioned, type EnergySource, HOUR, hourOf, type LedgerRow, QUARTERS, SOURCES } from "./ledger-row.ts";

export interface LedgerSite {
  readonly lamps: readonly Pick<Lamp, "id" | "street" | "power">[];
  /** What the cabinet itself takes, where no meter says. */
  readonly own: Watts;
  readonly meters: readonly { readonly id: ComponentId; readonly measures: Measures }[];
}

/** A lamp that tells its energy counts as measured so long after it last did. */
const MEASURED_FOR = 6 * HOUR;
/** A counter that runs on so much faster than its lamp can take is another lamp's; Wh of rounding, and hours of waiting. */
const TOO_FAST = { times: 1.5, wh: 2, hours: 0.25 };
/** A meter puts the model right only where it is not too far from it: else one of them is wrong. */
const PLAUSIBLE = { least: 0.5, most: 1.5 };
const UNKNOWN = instant(0);

export class Ledger {
  readonly sections: readonly string[];
  readonly #site: LedgerSite;
  readonly #section: Int32Array;
  readonly #meters: readonly MeterBook[];
  // Of each lamp: now,
  readonly #power: Float64Array;
  readonly #since: Float64Array;
  readonly #light: Float64Array;
  readonly #alight: Uint8Array;
  // not yet in whole units: W ms, percent ms, ms of known light, ms alight,
  readonly #wattMs: Float64Array;
  readonly #lightMs: Float64Array;
  readonly #knownMs: Float64Array;
  readonly #litMs: Float64Array;
  // in mWh: modelled in this hour, by section and quarter; what its own counter has more than the books,
  readonly #energy: Float64Array;
  readonly #quarters: Float64Array;
  readonly #owed: Float64Array;
  // and of all closed hours.
  readonly #totalEnergy: Float64Array;
  readonly #totalLit: Float64Array;
  readonly #counters: (Counter | undefined)[];
  #own: number;
  #ownMs = 0;
  #settled: number;
  /** Begin of this hour, or of this run in it. */
  #began: number;
  /** `UNKNOWN` while wall time is not known. */
  #hour: Instant;
  #quarter: number;
  /** This hour before a restart. */
  #before: LedgerRow | null;

  /** `mono`: monotonic ms. `now`: wall time, null where it is not known. */
  constructor(site: LedgerSite, mono: number, now: Instant | null, kept?: LedgerBook) {
    const { lamps } = site;
    this.#site = site;
    this.sections = [...new Set(lamps.map(({ street }) => street))];
    this.#section = Int32Array.from(lamps, ({ street }) => this.sections.indexOf(street));
    this.#meters = site.meters.map(() => new MeterBook(mono));
    const none = () => new Float64Array(lamps.length);
    this.#power = Float64Array.from(lamps, ({ power }) => power);
    this.#since = none().fill(mono);
    this.#light = none().fill(-1);
    this.#alight = new Uint8Array(lamps.length);
    [this.#wattMs, this.#lightMs, this.#knownMs, this.#litMs] = [none(), none(), none(), none()];
    [this.#energy, this.#owed] = [none(), none()];
    this.#quarters = new Float64Array(this.sections.length * QUARTERS);
    const totals = lamps.map(({ id }): LampTotal => kept?.totals[id] ?? { energy: 0, lit: 0 });
    this.#totalEnergy = Float64Array.from(totals, ({ energy }) => energy);
    this.#totalLit = Float64Array.from(totals, ({ lit }) => lit);
    this.#counters = totals.map(({ counter }) => counter);
    this.#own = kept?.own ?? 0;
    this.#settled = mono;
    this.#began = mono;
    this.#before = kept ? reordered(kept.open, kept, lamps, this.sections) : null;
    this.#hour = this.#before?.hour ?? UNKNOWN;
    this.#quarter = 0;
    if (now === null) return;
    this.#quarter = quarterOf(now);
    if (this.#hour === UNKNOWN) this.#hour = hourOf(now);
  }

  /** Hours that a lamp has been alight. */
  burnt(lamp: number): number {
    return (this.#litSeconds(lamp) + (this.#totalLit[lamp] as number)) / 3600;
  }

  /** Sets them: its light source is another. */
  setBurnt(lamp: number, hours: number): void {
    this.#totalLit[lamp] = Math.round(hours * 3600) - this.#litSeconds(lamp);
  }

  /** A lamp gives `light` on the street from now on, its gear being at `gear`; null: nobody knows, which counts as full power. */
  level(lamp: number, light: Level | null, gear: Level | null, mono: number): void {
    this.#settle(lamp, mono);
    this.#power[lamp] = lampPower(this.#lamp(lamp), gear ?? level(100));
    this.#light[lamp] = light ?? -1;
    if (gear !== null) this.#alight[lamp] = gear > 0 ? 1 : 0;
  }

  /** A lamp's own counter shows so many Wh. One that went back, or on too fast, is another's: it counts from here on. */
  counter(lamp: number, wattHours: number, at: Instant, mono: number): void {
    this.#settle(lamp, mono);
    const last = Math.round(wattHours * 1000);
    const before = this.#counters[lamp];
    const booked = Math.round(
      (this.#totalEnergy[lamp] as number) + this.#modelled(lamp) + (this.#wattMs[lamp] as number) / MILLI,
    );
    const goesOn = before && last >= before.last && last - before.last <= this.#most(lamp, before, at);
    const more = goesOn ? before.more : last - booked;
    this.#counters[lamp] = { more, last, at };
    this.#owed[lamp] = last - more - booked;
  }

  /** A meter tells its power; null: it does not work. */
  meterPower(meter: number, power: Watts | null, mono: number): void {
    this.#meters[meter]?.power(power, mono);
  }

  /** A meter tells its counter, Wh. */
  meterEnergy(meter: number, wattHours: number, mono: number): void {
    this.#meters[meter]?.energy(wattHours, mono);
  }

  /** Takes the time that has passed. Gives the row of an hour that is over; while wall time is not known none is. */
  tick(mono: number, now: Instant | null): LedgerRow | null {
    this.#take(mono);
    if (now === null) return null;
    const hour = hourOf(now);
    const over = this.#hour !== UNKNOWN && this.#hour !== hour;
    const row = over ? this.#row(mono) : null;
    if (row) this.#close(row, mono);
    this.#hour = hour;
    this.#quarter = quarterOf(now);
    return row;
  }

  /** What is to be kept over a restart. */
  book(mono: number): LedgerBook {
    this.#take(mono);
    const { lamps } = this.#site;
    return {
      totals: Object.fromEntries(
        lamps.map(({ id }, i): [ComponentId, LampTotal] => {
          const counter = this.#counters[i];
          const total = { energy: this.#totalEnergy[i] as number, lit: this.#totalLit[i] as number };
          return [id, { ...total, ...(counter && { counter }) }];
        }),
      ),
      own: this.#own,
      open: this.#row(mono),
      lamps: lamps.map(({ id }) => id),
      sections: this.sections,
    };
  }

  #lamp(index: number): LedgerSite["lamps"][number] {
    return this.#site.lamps[index] as LedgerSite["lamps"][number];
  }

  #most(lamp: number, { at: then }: Counter, at: Instant): number {
    const hours = Math.max(0, at - then) / HOUR + TOO_FAST.hours;
    return 1000 * (TOO_FAST.times * this.#lamp(lamp).power * hours + TOO_FAST.wh);
  }

  /** Of this hour. */
  #litSeconds(lamp: number): number {
    return Math.floor((this.#litMs[lamp] as number) / 1000) + (this.#before?.lit[lamp] ?? 0);
  }

  #modelled(lamp: number): number {
    return (this.#energy[lamp] as number) + (this.#before?.energy[lamp] ?? 0);
  }

  #settle(lamp: number, mono: number): void {
    const passed = Math.max(0, mono - (this.#since[lamp] as number));
    if (passed === 0) return;
    this.#since[lamp] = mono;
    this.#wattMs[lamp] = (this.#wattMs[lamp] as number) + passed * (this.#power[lamp] as number);
    const light = this.#light[lamp] as number;
    if (light >= 0) {
      this.#lightMs[lamp] = (this.#lightMs[lamp] as number) + passed * light;
      this.#knownMs[lamp] = (this.#knownMs[lamp] as number) + passed;
    }
    if (this.#alight[lamp] === 1) this.#litMs[lamp] = (this.#litMs[lamp] as number) + passed;
  }

  /** All that passed goes into the running quarter, in whole mWh; what is left waits. */
  #take(mono: number): void {
    for (let i = 0; i < this.#power.length; i++) {
      this.#settle(i, mono);
      const whole = Math.floor((this.#wattMs[i] as number) / MILLI);
      this.#wattMs[i] = (this.#wattMs[i] as number) - whole * MILLI;
      this.#energy[i] = (this.#energy[i] as number) + whole;
      const at = (this.#section[i] as number) * QUARTERS + this.#quarter;
      this.#quarters[at] = (this.#quarters[at] as number) + whole;
    }
    const passed = Math.max(0, mono - this.#settled);
    this.#settled += passed;
    this.#ownMs += passed * this.#site.own;
  }

  /** This hour as it is known by now. */
  #row(mono: number): LedgerRow {
    const before = this.#before;
    const energy = Array.from(this.#owed, (owed, i) => Math.max(0, this.#modelled(i) + owed));
    const source = energy.map((_, i) => this.#sourceOf(i));
    const own = this.#metered("own", mono);
    const ownEnergy = own ?? Math.floor(this.#ownMs / MILLI);
    const [lamps, all] = [this.#metered("lamps", mono), this.#metered("all", mono)];
    // Half an hour before a restart was not measured by what was told after it.
    const known = before === null && (lamps !== null || all !== null);
    const metered = known ? (lamps ?? 0) + (all === null ? 0 : Math.max(0, all - ownEnergy)) : null;
    if (metered !== null) putRight(energy, source, metered);
    const ownSource = own === null ? "modelled" : "metered";
    return {
      hour: this.#hour,
      span: this.#settled - this.#began + (before?.span ?? 0),
      energy,
      source: source.map((name) => SOURCES.indexOf(name)),
      light: energy.map((_, i) => this.#meanLight(i)),
      lit: energy.map((_, i) => this.#litSeconds(i)),
      quarters: this.sections.map((_, section) => {
        const whole = energy.reduce((sum, one, i) => sum + (this.#section[i] === section ? one : 0), 0);
        const weights = Array.from(
          { length: QUARTERS },
          (_, q) => (this.#quarters[section * QUARTERS + q] as number) + (before?.quarters[section]?.[q] ?? 0),
        );
        return apportioned(whole, weights);
      }),
      own: ownEnergy + (before?.own ?? 0),
      ownSource: before && before.ownSource !== ownSource ? "modelled" : ownSource,
      metered,
    };
  }

  #close(row: LedgerRow, mono: number): void {
    for (const [i, energy] of row.energy.entries()) {
      // What a counter has less than the books is taken off the hours to come.
      const wanted = this.#modelled(i) + (this.#owed[i] as number);
      this.#owed[i] = Math.min(0, wanted);
      this.#totalEnergy[i] = (this.#totalEnergy[i] as number) + energy;
      this.#totalLit[i] = (this.#totalLit[i] as number) + (row.lit[i] as number);
      this.#litMs[i] = (this.#litMs[i] as number) % 1000;
    }
    this.#own += row.own;
    this.#ownMs %= MILLI;
    for (const meter of this.#meters) meter.close(mono);
    this.#energy.fill(0);
    this.#quarters.fill(0);
    this.#lightMs.fill(0);
    this.#knownMs.fill(0);
    this.#before = null;
    this.#began = this.#settled;
  }

  #sourceOf(lamp: number): EnergySource {
    const counter = this.#counters[lamp];
    const end = this.#hour + HOUR;
    return counter && this.#hour !== UNKNOWN && end - counter.at <= MEASURED_FOR ? "measured" : "modelled";
  }

  /** Tenths of a percent; -1 where it was known for less than half of the time. */
  #meanLight(lamp: number): number {
    const span = this.#settled - this.#began;
    const known = this.#knownMs[lamp] as number;
    const now = known > 0 && 2 * known >= span ? (10 * (this.#lightMs[lamp] as number)) / known : -1;
    const before = this.#before?.light[lamp] ?? -1;
    if (now < 0 || before < 0) return Math.round(Math.max(now, before));
    const earlier = this.#before?.span ?? 0;
    return Math.round((now * span + before * earlier) / (span + earlier));
  }

  /** mWh of all meters of a kind in this hour; null where there is none, or one of them was silent. */
  #metered(measures: Measures, mono: number): number | null {
    let sum: number | null = null;
    for (const [i, meter] of this.#site.meters.entries()) {
      if (meter.measures !== measures) continue;
      const energy = this.#meters[i]?.since(this.#began, mono) ?? null;
      if (energy === null) return null;
      sum = (sum ?? 0) + energy;
    }
    return sum;
  }
}

/** What the meters say, less what lamps measured themselves, is the others': shared out as the model says. */
function putRight(energy: number[], source: EnergySource[], metered: number): void {
  const modelled = source.flatMap((name, i) => (name === "modelled" ? [i] : []));
  const sumOf = (lamps: readonly number[]) => lamps.reduce((sum, i) => sum + (energy[i] as number), 0);
  const all = sumOf([...energy.keys()]);
  const expected = sumOf(modelled);
  const rest = metered - (all - expected);
  if (expected === 0 || rest < PLAUSIBLE.least * expected || rest > PLAUSIBLE.most * expected) return;
  for (const [n, part] of apportioned(
    rest,
    modelled.map((i) => energy[i] as number),
  ).entries()) {
    const lamp = modelled[n] as number;
    energy[lamp] = part;
    source[lamp] = "metered";
  }
}

const quarterOf = (at: Instant): number => Math.floor((at % HOUR) / (HOUR / QUARTERS));
