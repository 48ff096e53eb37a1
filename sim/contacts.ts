/** What stands around a cabinet and speaks by dry contacts: all on pins and a virtual clock, high is closed or driven. */
import type { VirtualClock } from "./clock.ts";
import type { SimulatedPin } from "./pin.ts";

/** From coil current to the auxiliary contact: a contactor of some tens of amperes takes 20 to 35 ms. */
const CONTACTOR_MS = 25;
/** A bollard's way up or down. */
const TRAVEL_MS = 4000;

/** A contactor with an auxiliary contact that tells whether its main contacts are closed. */
export interface Contactor {
  readonly closed: boolean;
  /** Its contacts stay as they are now, whatever the coil does: welded, or the spring broken. */
  stick(on: boolean): void;
}

export function contactor(clock: VirtualClock, pins: { drive: SimulatedPin; auxiliary: SimulatedPin }): Contactor {
  const { drive, auxiliary } = pins;
  let closed = drive.high;
  let stuck = false;
  let callOff = () => {};
  auxiliary.set(closed);

  const follow = () => {
    callOff();
    if (stuck || drive.high === closed) return;
    callOff = clock.after(CONTACTOR_MS, "simulated contactor", () => {
      closed = drive.high;
      auxiliary.set(closed);
    });
  };
  drive.watch(follow);

  return {
    get closed() {
      return closed;
    },
    stick(on) {
      stuck = on;
      follow();
    },
  };
}

/** An induction loop in the road: its contact is closed while a vehicle stands on it. */
export interface InductionLoop {
  readonly occupied: boolean;
  occupy(on: boolean): void;
  /** A broken wire: the detector says nothing of what stands on it, but that a vehicle is there, as a safe one does. */
  break(on: boolean): void;
}

export function inductionLoop(pin: SimulatedPin): InductionLoop {
  let occupied = false;
  let broken = false;
  const show = () => pin.set(occupied || broken);
  show();
  return {
    get occupied() {
      return occupied;
    },
    occupy(on) {
      occupied = on;
      show();
    },
    break(on) {
      broken = on;
      show();
    },
  };
}

export interface BollardPins {
  /** Driven to raise it, and to lower it; lowering wins. */
  readonly raise: SimulatedPin;
  readonly lower: SimulatedPin;
  /** End-position contacts. */
  readonly up: SimulatedPin;
  readonly down: SimulatedPin;
}

/** A rising bollard. It stops where it is when it is not driven, and does not rise while its own loop is occupied. */
export interface Bollard {
  /** 0 is down, 1 is up. */
  position(): number;
  /** Held where it is by something in its way. */
  jam(on: boolean): void;
}

export function bollard(
  clock: VirtualClock,
  pins: BollardPins,
  loop: SimulatedPin,
  travel: number = TRAVEL_MS,
): Bollard {
  let from = 0;
  let since: number = clock.monotonic();
  let direction: -1 | 0 | 1 = 0;
  let jammed = false;
  let callOff = () => {};

  const position = () => Math.min(1, Math.max(0, from + (direction * (clock.monotonic() - since)) / travel));

  const wanted = (): -1 | 0 | 1 => {
    if (jammed) return 0;
    if (pins.lower.high) return -1;
    return pins.raise.high && !loop.high ? 1 : 0;
  };

  /** An end-position contact opens as soon as the bollard leaves it. */
  const show = () => {
    pins.up.set(position() === 1 && direction !== -1);
    pins.down.set(position() === 0 && direction !== 1);
  };

  const move = () => {
    callOff();
    from = position();
    since = clock.monotonic();
    direction = wanted();
    const way = direction === 1 ? 1 - from : direction === -1 ? from : 0;
    if (way === 0) direction = 0;
    else
      callOff = clock.after(way * travel, "simulated bollard", () => {
        from = direction === 1 ? 1 : 0;
        direction = 0;
        show();
      });
    show();
  };
  for (const pin of [pins.raise, pins.lower, loop]) pin.watch(move);
  move();

  return {
    position,
    jam(on) {
      jammed = on;
      move();
    },
  };
}

/** The four contacts between a cabinet and a signal controller; two each way. */
export interface SignalPins {
  /** The controller reads: a vehicle with priority asks for its way, and has left the junction. */
  readonly call: SimulatedPin;
  readonly cleared: SimulatedPin;
  /** The controller gives: that it works by its program, and that the priority stage is green. */
  readonly ready: SimulatedPin;
  readonly granted: SimulatedPin;
}

export interface SignalTimes {
  /** From a call to the priority stage, ms: what the running stage needs to end. */
  readonly toGreen: number;
  /** The priority stage ends by itself after so long. */
  readonly longest: number;
}

/** A signal controller seen through its contacts. Its own safety is its own: a call is a wish. */
export interface SignalController {
  /** Works by its program, or flashes: then it takes no calls. */
  operate(on: boolean): void;
  /** Calls it has heard, and those it has granted. */
  readonly calls: number;
  readonly grants: number;
}

export function signalController(
  clock: VirtualClock,
  pins: SignalPins,
  times: SignalTimes = { toGreen: 12_000, longest: 20_000 },
): SignalController {
  let operating = true;
  let calls = 0;
  let grants = 0;
  let callOff = () => {};
  pins.ready.set(true);
  pins.granted.set(false);

  const end = () => {
    callOff();
    pins.granted.set(false);
  };
  const grant = () => {
    grants++;
    pins.granted.set(true);
    callOff = clock.after(times.longest, "simulated priority stage", end);
  };

  pins.call.watch((high) => {
    if (!high || !operating || pins.granted.high) return;
    calls++;
    callOff();
    callOff = clock.after(times.toGreen, "simulated priority call", grant);
  });
  pins.cleared.watch((high) => {
    if (high) end();
  });

  return {
    operate(on) {
      operating = on;
      pins.ready.set(on);
      if (!on) end();
    },
    get calls() {
      return calls;
    },
    get grants() {
      return grants;
    },
  };
}

/** Which line is what, on the 8 lines of a CP2112 (with interrupts) and the 16 of a PCA9535 (without). */
export const CONTACT_LINES = {
  direct: { door: 0, pulse: 1, loop: 2, contactorDrive: 3, contactorAuxiliary: 4 },
  expander: {
    bollardRaise: 0,
    bollardLower: 1,
    bollardUp: 2,
    bollardDown: 3,
    signalCall: 4,
    signalCleared: 5,
    signalReady: 6,
    signalGranted: 7,
  },
} as const;

export interface CabinetContacts {
  readonly contactor: Contactor;
  readonly loop: InductionLoop;
  readonly bollard: Bollard;
  readonly signals: SignalController;
}

/**
 * The contacts of the virtual cabinet, on pins by the numbers of `CONTACT_LINES`. Door and pulse counter are the
 * configuration's and are left alone. Throws TypeError where a line is not there.
 */
export function cabinetContacts(
  clock: VirtualClock,
  direct: readonly SimulatedPin[],
  expander: readonly SimulatedPin[],
): CabinetContacts {
  const line = (pins: readonly SimulatedPin[], name: string, offset: number): SimulatedPin => {
    const pin = pins[offset];
    if (!pin) throw new TypeError(`${name} is line ${offset}: allowed 0 to ${pins.length - 1}`);
    return pin;
  };
  const own = (name: keyof typeof CONTACT_LINES.direct) => line(direct, name, CONTACT_LINES.direct[name]);
  const far = (name: keyof typeof CONTACT_LINES.expander) => line(expander, name, CONTACT_LINES.expander[name]);
  const loopPin = own("loop");
  return {
    contactor: contactor(clock, { drive: own("contactorDrive"), auxiliary: own("contactorAuxiliary") }),
    loop: inductionLoop(loopPin),
    bollard: bollard(
      clock,
      { raise: far("bollardRaise"), lower: far("bollardLower"), up: far("bollardUp"), down: far("bollardDown") },
      loopPin,
    ),
    signals: signalController(clock, {
      call: far("signalCall"),
      cleared: far("signalCleared"),
      ready: far("signalReady"),
      granted: far("signalGranted"),
    }),
  };
}
