/** The numbers of TraCI that are used here (SUMO's documentation, "TraCI protocol"; protocol 20 and 21 have the same). */
export const COMMAND = {
  getVersion: 0x00,
  step: 0x02,
  setOrder: 0x03,
  close: 0x7f,
  setSignal: 0xc2,
} as const;

/** What can be subscribed to: the command, and the id its answers come with. */
export const SUBSCRIBE = {
  signal: { command: 0xd2, answer: 0xe2 },
  lane: { command: 0xd3, answer: 0xe3 },
  vehicle: { command: 0xd4, answer: 0xe4 },
  simulation: { command: 0xdb, answer: 0xeb },
  laneArea: { command: 0xdd, answer: 0xed },
} as const;
export type Domain = keyof typeof SUBSCRIBE;

/** Of a signal. */
export const SIGNAL = { state: 0x20, phaseDuration: 0x24, phase: 0x28, programme: 0x29, nextSwitch: 0x2d } as const;
/** Of a vehicle. */
export const VEHICLE = {
  speed: 0x40,
  lane: 0x51,
  routeIndex: 0x69,
  /** Driven since it departed, m. */
  driven: 0x84,
  /** Signals ahead: id, link, distance, state. */
  nextSignals: 0x70,
  timeLoss: 0x8c,
  /** A bit field: 1 stands at a stop, 16 at a bus stop. */
  stopState: 0xb5,
} as const;
/** Of a lane or a lane area. */
export const LANE = { vehicles: 0x10, halting: 0x14, jam: 0x18 } as const;
/** Of the simulation. */
export const SIMULATION = {
  time: 0x66,
  departed: 0x74,
  arrived: 0x7a,
  expected: 0x7d,
} as const;

export const TYPE = {
  ubyte: 0x07,
  byte: 0x08,
  integer: 0x09,
  double: 0x0b,
  string: 0x0c,
  strings: 0x0e,
  compound: 0x0f,
} as const;
