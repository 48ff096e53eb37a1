import {
  decodeSlot,
  encodeEntry,
  encodeOutcome,
  type Outcome,
  type RingEntry,
  registersOf,
  WB_DALI,
} from "../../firmware/gateways/wb-dali-registers.ts";
import type { ReadTable } from "../../firmware/modbus/pdu.ts";
import type { Heard, SimulatedBus } from "../bus.ts";
import { REPLY_WINDOW } from "../bus-timing.ts";
import { type ModbusSlave, registerSlave, SimulatedModbus } from "../modbus.ts";
import { type Made, type ModbusTwin, noTrouble, type Traits, type Trouble } from "./kind.ts";

/** From the end of a request to the start of its reply, ms: the maker's own driver waits 1 ms and 8 ms for a frame. */
const THINKS = 2;

const traits: Traits = {
  bits24: true,
  // It does; but the driver hears so late that a frame is over that every priority has settled by then.
  priority: false,
  foreign: "none",
  unpowered: "bus-power-lost",
  shorted: "bus-power-lost",
  collided: null,
  full: null,
  unfit: "gateway-fault",
  tellsBus: true,
  // The box always waits for an answer, and is asked for it at the pace of Modbus.
  done: 30,
  silence: 35,
  late: 0,
};

/** Its ring is read every 0.1 s at this speed, and says which frames they were and in which order, not when. */
const monitored: Traits = { ...traits, foreign: "all", late: 110 };

/** A WB-DALI as a unit among others on a Modbus line. */
export function wbDaliSlave(buses: readonly SimulatedBus[], { trouble = noTrouble() }: Made = {}): ModbusSlave {
  const channels = buses.map((bus, channel) => new WbDaliChannel(bus, channel, trouble));
  return registerSlave(
    {
      read: (table, at) => channels.map((one) => one.read(table, at)).find((value) => value !== undefined),
      write: (at, value) => channels.some((one) => one.write(at, value)),
    },
    THINKS,
  );
}

/** A WB-DALI on a line of its own. */
export const wbDaliTwin: ModbusTwin = Object.assign(
  (buses: readonly SimulatedBus[], unit: number, made: Made = {}) => {
    const [first] = buses;
    if (!first) throw new TypeError(`buses of a WB-DALI: allowed 1 to ${WB_DALI.channels}`);
    const line = new SimulatedModbus(first.clock);
    line.slaves.set(unit, wbDaliSlave(buses, made));
    return (far: Parameters<SimulatedModbus["attach"]>[0]) => line.attach(far);
  },
  {
    models: [
      { name: "unmonitored", options: { monitor: "off" }, is: {}, traits },
      { name: "monitored", options: { monitor: "on" }, is: {}, traits: monitored },
    ] as const,
    slave: wbDaliSlave,
  },
);

/** One of its buses: the queue, the replies, the ring. */
class WbDaliChannel {
  readonly #bus: SimulatedBus;
  readonly #trouble: Trouble;
  readonly #at: ReturnType<typeof registersOf>;
  readonly #slots = new Array<number>(WB_DALI.slots * 2).fill(0);
  readonly #replies = new Array<number>(WB_DALI.slots).fill(0);
  readonly #ring = new Array<number>(WB_DALI.ring * WB_DALI.entryRegisters).fill(0);
  #pointer = 0;
  #counter = 0;
  #supply = false;
  /** The frame that is being sent: its slot, how often it is still to be heard, and how its wait for an answer ends. */
  #sending: { readonly slot: number; left: number; waits: () => void } | undefined;

  constructor(bus: SimulatedBus, channel: number, trouble: Trouble) {
    this.#bus = bus;
    this.#trouble = trouble;
    this.#at = registersOf(channel);
    bus.onFrame((heard) => this.#heard(heard));
    bus.onTrouble((fault) => {
      if (fault && this.#sending) this.#done({ kind: "no-power" });
    });
  }

  read(table: ReadTable, at: number): number | boolean | undefined {
    const { slots, pointer, replies, ring, overheated, powered, supply } = this.#at;
    switch (table) {
      case "coils":
        return at === supply ? this.#supply : undefined;
      case "discrete-inputs":
        if (at === overheated) return this.#trouble.unfit;
        if (at === powered) return this.#bus.powered;
        // What lies between is of the other buses, or of inputs that are at rest here.
        return at > overheated && at < powered ? false : undefined;
      case "holding-registers":
        return at === pointer ? this.#pointer : this.#slots[at - slots];
      case "input-registers":
        return this.#replies[at - replies] ?? this.#ring[at - ring];
    }
  }

  write(at: number, value: number | boolean): boolean {
    const { slots, pointer, supply } = this.#at;
    if (typeof value === "boolean") {
      if (at === supply) this.#supply = value;
      return at === supply;
    }
    if (at === pointer) {
      this.#pointer = value % WB_DALI.slots;
      this.#sendNext();
      return true;
    }
    const word = at - slots;
    if (word < 0 || word >= this.#slots.length) return false;
    this.#slots[word] = value;
    this.#replies[word >> 1] = 0;
    if (word % 2 === 1) this.#sendNext();
    return true;
  }

  /** Sends the frame at the pointer; one further on waits until the pointer comes to it. */
  #sendNext(): void {
    if (this.#sending) return;
    const slot = this.#pointer;
    const [low, high] = this.#slots.slice(slot * 2, slot * 2 + 2) as [number, number];
    const what = decodeSlot([low, high]);
    if (!what) return;
    this.#slots.fill(0, slot * 2, slot * 2 + 2);
    this.#pointer = (slot + 1) % WB_DALI.slots;
    this.#sending = { slot, left: what.twice ? 2 : 1, waits: () => {} };
    if (this.#trouble.unfit) return this.#done({ kind: "overheated" });
    if (!this.#bus.powered) return this.#done({ kind: "no-power" });
    this.#bus.transmit({ ...what, by: this });
  }

  #done(outcome: Outcome): void {
    const sending = this.#sending;
    if (!sending) return;
    sending.waits();
    this.#replies[sending.slot] = encodeOutcome(outcome);
    this.#sending = undefined;
    this.#sendNext();
  }

  #heard(heard: Heard): void {
    const sending = this.#sending;
    if (heard.kind === "forward") {
      if (heard.by !== this) return this.#record({ ...heard.frame, backward: false, broken: false });
      if (!sending || --sending.left > 0) return;
      // An answer on its way is heard when it is over; without one the window tells.
      const answer = this.#bus.answerFrom;
      if (answer !== undefined && answer - heard.end <= REPLY_WINDOW) return;
      sending.waits = this.#bus.clock.after(REPLY_WINDOW, "reply window of a WB-DALI", () =>
        this.#done({ kind: "unanswered" }),
      );
      return;
    }
    const { value } = heard;
    if (sending && sending.left === 0)
      return this.#done(value === null ? { kind: "broken" } : { kind: "answered", value });
    this.#record({ bits: value === null ? 0 : 8, data: value ?? 0, backward: true, broken: value === null });
  }

  #record(entry: Omit<RingEntry, "counter">): void {
    this.#counter = (this.#counter + 1) % WB_DALI.counters;
    const place = ((this.#counter - 1 + WB_DALI.counters) % WB_DALI.ring) * WB_DALI.entryRegisters;
    this.#ring.splice(place, WB_DALI.entryRegisters, ...encodeEntry({ ...entry, counter: this.#counter }));
  }
}
