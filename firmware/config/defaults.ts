/** What a cabinet does where its file says nothing. Units as in the file: seconds, metres, percent. */
export const DEFAULTS = {
  curve: "logarithmic",
  /** With the ramp's steps of 3 s nobody sees a step; an operator still sees the answer at once. */
  fadeTime: 2,
  pollEvery: 60,
  pollShare: 0.3,
  audit: "check",
  /** A contact closes to ground, against a pull-up. */
  activeWhen: "low",
  thermal: { up: "right", lens: 110 },
  meter: { address: 1, baud: 9600, phases: 3, measures: "all" },
  /** A relay wears with each switching, and a driver that it starts wants to run. */
  relay: { hold: 30 },
  readBack: { tolerance: 0.5, lasting: 10 },
  privacy: { live: "signed" },
  journal: { megabytes: 64, days: 30 },
  adaptivePeriod: false,
  off: "sunrise",
  dynamic: { hold: 60 },
  adaptive: {
    ahead: 50,
    /** 25 km/h: a brisk cyclist. */
    fastest: 7,
    /** An old person with a dog. */
    slowest: 0.7,
    reach: 200,
    hold: 15,
    ramp: 30,
    rampStep: 3,
    /** From a tenth to full in the 2 s of the gear's fade. */
    up: 50,
    /** Enough for a cyclist to see, decide and stop. */
    reaction: 6,
    staleAfter: 60,
  },
  /** Of a street whose class follows its use. */
  use: { parked: false, luminosity: "moderate", window: 15, hysteresis: 0.8 },
  neighbour: { validity: 60 },
  feed: { format: "json", people: "people", direction: "direction", cumulated: false },
  /** Some ten times what a night's learning needs on a small processor. */
  forecast: { budget: 120 },
  /** A Raspberry Pi 4 without load, its supply, one gateway and a modem. */
  own: 6,
  input: { instance: 0, full: 1000 },
  /** Signal times are the controllers': `junction/defaults.ts`. */
  junction: {
    gap: 2.5,
    exit: 15,
    speed: 11,
    stop: { dwell: 20, spread: 10 },
    occupiedWhen: "low",
    contacts: { driveWhen: "high", closedWhen: "low", lead: 25, longest: 90 },
    rsmp3: { port: 12_111, address: "127.0.0.1", ackWithin: 30, watchdog: 60 },
    engine: { onWhen: "high", litWhen: "low", permitWhen: "high" },
  },
  vehicleFeed: { every: 10, baud: 9600 },
  failSafe: 100,
} as const;
