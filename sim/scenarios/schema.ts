/**
 * The shape of a scenario's file, written once: TypeScript takes its type from here, editors the JSON Schema
 * (`sim/scenarios/scenario.schema.json`), the reader its checks and the words of its messages. What one value cannot say
 * by itself is in `rules.ts`.
 */
import {
  file,
  integer,
  items,
  kinds,
  map,
  number,
  optional,
  type Static,
  scalar,
  text,
  word,
} from "../../firmware/config/language.ts";
import { lighting } from "../../firmware/link/modules/lighting.ts";
import { ALARMS } from "../../firmware/link/modules.ts";
import { REFUSALS } from "../../firmware/link/payload.ts";
import { GEAR_FAULTS, TARGETS } from "./model.ts";
import { moment, signedSpan, span } from "./times.ts";

const { "lighting.level.set": set, "lighting.level.release": release } = lighting.commands;
/** What a scenario's cockpit can say. */
const COMMANDS = { "lighting.level.set": set, "lighting.level.release": release };

export const DEFAULTS = {
  settle: 3000,
  seed: 1,
  /** A step that says neither `within` nor `for`. */
  within: 1000,
  tolerance: 2,
  /** A lamp that only fades past a level has not reached it. */
  rest: 500,
  garbage: { bytes: 64, every: 500 },
  late: 30,
  polls: 3,
  every: 1000,
  restart: 1000,
} as const;

const component = (description: string) => text(`${description}: a component of the cabinet, such as bus/1.`);
const lamps = text("Lamps by their address: lamp (all), lamp/1 (those of bus/1), lamp/1/3, lamp/1/2-6,9.");
const group = text("Lamps of that group, instead of `lamps`.");
const pin = text("A door or a pulse counter by its id, or a pin of the cabinet as chip:offset.");
const atLeast = (what: string) => optional(number(-1e9, 1e9, `The least, ${what}.`));
const atMost = (what: string) => optional(number(-1e9, 1e9, `The most, ${what}.`));
const level = (description: string) => word(["high", "low"], description);
const people = {
  people: optional(integer(1, 200, "How many.", { default: 1 })),
  every: optional(span("From one to the next.", { default: "1 s" })),
};

const Do = map("What is done. One thing a step.", {
  unplug: optional(component("Pull the plug of this device: its serial port, its I2C adapter or its GPIO chip")),
  replug: optional(component("Put its plug back")),
  silence: optional(component("Bytes of this serial device are lost from now on; it still hears")),
  speak: optional(component("Bytes of this serial device arrive again")),
  garbage: optional(
    map("Bytes of chance on a serial line, towards the runtime.", {
      component: component("The device on the line"),
      bytes: optional(integer(1, 4096, "How many at a time.", { default: DEFAULTS.garbage.bytes })),
      every: optional(span("Again after so long.", { default: "500 ms" })),
      lasts: optional(span("For so long. Default: once.")),
    }),
  ),
  i2c: optional(
    map("Transactions with a chip go wrong.", {
      component: component("The output or meter whose chip it is"),
      fault: word(
        ["nack", "nack-data", "late", "busy", "stuck", "gone", "none"],
        "nack: the address is not acknowledged; nack-data: the data are not; late: the adapter knows the outcome late; busy: it says so first; stuck: a line is held down; gone: the chip does not answer; none: all is well again.",
      ),
      count: optional(integer(1, 1000, "So many transactions (nack, nack-data, late, busy).", { default: 1 })),
      delay: optional(span("How late (late).", { default: "30 ms" })),
      polls: optional(integer(1, 100, "So many times (busy).", { default: DEFAULTS.polls })),
    }),
  ),
  dali: optional(
    map("A DALI bus goes wrong.", {
      bus: component("The bus"),
      fault: word(
        ["no-power", "short", "noise", "none"],
        "no-power: its supply is off; short: its wires touch; noise: every answer is spoilt; none: all is well again.",
      ),
    }),
  ),
  gear: optional(
    map("Control gear on a DALI bus goes wrong.", {
      lamps: optional(lamps),
      group: optional(group),
      fault: word(
        GEAR_FAULTS,
        "lamp-failure: the light source is broken; gear-failure: the gear says it has failed; mute: it hears and answers nothing; day-burner: its light burns at full when it is told 0; stuck: it stays at full whatever it is told; cycling: its light goes off for 9 s every 18 s; none: all is well again.",
      ),
    }),
  ),
  mains: optional(
    map("Mains of lamps on a DALI bus.", {
      lamps: optional(lamps),
      group: optional(group),
      is: word(["on", "off"], "With mains or without."),
    }),
  ),
  open: optional(component("Open this door")),
  close: optional(component("Close this door")),
  pin: optional(map("Whatever drives an input sets its level.", { pin, is: level("Its level.") })),
  walk: optional(
    map("People begin to walk here, each at a pace of their own.", {
      street: text("Name of a street of the cabinet."),
      position: number(0, 100_000, "Metres from its beginning."),
      direction: word(["up", "down"], "Towards growing (up) or falling (down) metres."),
      ...people,
    }),
  ),
  pass: optional(
    map("People go past a counter.", {
      counter: component("The counter"),
      direction: optional(word(["up", "down"], "Towards growing (up, default) or falling (down) metres.")),
      ...people,
    }),
  ),
  kill: optional(
    map("The runtime's process is killed; whoever watches over it starts it again.", {
      restart: optional(span("After so long.", { default: "1 s" })),
    }),
  ),
  power: optional(word(["off", "on"], "Mains of the whole cabinet: machine and lamps.")),
  broker: optional(word(["cut", "back"], "The cabinet's way to the cockpit's broker.")),
  jump: optional(signedSpan("The machine's wall clock is set forward, or back.")),
  command: optional(
    map("A command from the cockpit.", {
      code: kinds(COMMANDS, "The command."),
      component: text("Its address: lamp (all), lamp/1, lamp/1/2-6,9."),
      level: optional(number(-1000, 1000, "Percent of full light; beyond 0 to 100 to see it refused.")),
      lasts: optional(signedSpan("Until so long from now; below 0 to see it refused.")),
    }),
  ),
});

const conditions = {
  light: optional(
    map("What lamps give, in percent of full light: each of them.", {
      lamps: optional(lamps),
      group: optional(group),
      is: optional(
        number(0, 100, "This much, within the tolerance, for 500 ms at least: a lamp that fades past it is not there."),
      ),
      tolerance: optional(number(0, 50, "Percent up and down.", { default: DEFAULTS.tolerance })),
      atLeast: atLeast("percent"),
      atMost: atMost("percent"),
    }),
  ),
  alarm: optional(
    map("An alarm stands at the cockpit. Without code and component: any.", {
      code: optional(kinds(ALARMS, "Its code.")),
      component: optional(component("Where")),
    }),
  ),
  status: optional(
    map("A value of a status as the cockpit last heard it. Without is, atLeast and atMost: it has one.", {
      code: text("Code of the status, such as lighting.lamps."),
      attribute: text("Its attribute, such as actualLightState."),
      component: optional(component("Whose value, where the attribute has one for each component")),
      is: optional(scalar("The value.")),
      atLeast: atLeast("as a number"),
      atMost: atMost("as a number"),
    }),
  ),
  presence: optional(word(["online", "offline", "shutdown"], "The cabinet's presence as the cockpit last heard it.")),
  result: optional(
    word(
      ["done", "refused", ...REFUSALS, "not-connected", "no-answer"] as const,
      "How the last command was answered: done, refused for any reason, or the reason.",
    ),
  ),
  frames: optional(
    map("Frames on a DALI bus since the step began. Without atLeast and atMost: at least one.", {
      bus: component("The bus"),
      matching: optional(
        text("Text of the frame, * for anything: DAPC 3 *, QUERY STATUS *, answer *. Default: every frame."),
      ),
      atLeast: atLeast("frames"),
      atMost: atMost("frames"),
    }),
  ),
  pin: optional(map("Level of a pin.", { pin, is: level("Its level.") })),
  edges: optional(
    map("Edges of a pin since the step began. Without atLeast and atMost: at least one.", {
      pin,
      to: optional(level("Only edges to this level.")),
      atLeast: atLeast("edges"),
      atMost: atMost("edges"),
    }),
  ),
  runtime: optional(
    word(
      ["running", "stopped", "same", "new"],
      "The runtime's process: there or not; the same as at the beginning, or another.",
    ),
  ),
  descriptors: optional(
    map("File descriptors that the runtime has open beyond those at the beginning.", {
      atMost: number(0, 1000, "The most."),
    }),
  ),
};

const Expect = map("What is to come true. One condition a step.", {
  ...conditions,
  not: optional(map("What is not to be true.", conditions)),
});

export const ScenarioSchema = file(
  map("What is done to a cabinet, and what is to come of it.", {
    name: text("Name, unique in its folder."),
    about: optional(text("What it shows, for people.")),
    given: map("The world at the beginning.", {
      cabinet: text("Path of the cabinet's configuration, relative to this file."),
      time: moment("Wall time at the beginning."),
      seed: optional(integer(0, 4_294_967_295, "Chance: the same seed, the same people.", { default: DEFAULTS.seed })),
      people: optional(number(0, 100_000, "People who arrive in the week's mean hour.", { default: 0 })),
      settle: optional(span("Passes between the runtime's first word and the beginning.", { default: "3 s" })),
    }),
    only: optional(
      map("Where it can run, where it cannot run everywhere.", {
        targets: items(word(TARGETS, "A target."), 1, "The targets."),
        because: text("Why."),
      }),
    ),
    steps: items(
      map("One step: something is done, or expected, or both.", {
        at: optional(span("Not before this time since the beginning.")),
        after: optional(span("Not before so long after the step before. Default: at once.")),
        do: optional(Do),
        expect: optional(Expect),
        within: optional(span("It comes true within so long. Default: 1 s, or at once where there is a `for`.")),
        for: optional(span("Once true it stays true for so long.")),
        note: optional(text("Why, for whoever reads the report.")),
      }),
      1,
      "In order.",
    ),
  }),
  "hulotte scenario",
);

/** A file as it is written, before its defaults. */
export type ScenarioFile = Static<typeof ScenarioSchema>;
export type StepEntry = ScenarioFile["steps"][number];
export type DoEntry = Static<typeof Do>;
export type ConditionEntry = Omit<Static<typeof Expect>, "not">;
