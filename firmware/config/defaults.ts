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
  meter: { address: 1, baud: 9600, phases: 3 },
  /** A relay wears with each switching, and a driver that it starts wants to run. */
  relay: { hold: 30 },
  readBack: { tolerance: 0.5, lasting: 10 },
  journal: { megabytes: 64, days: 30 },
  adaptivePeriod: false,
  off: "sunrise",
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
    staleAfter: 60,
  },
  failSafe: 100,
} as const;
