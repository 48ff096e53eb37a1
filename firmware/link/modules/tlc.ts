import Type from "typebox";
import { closed, componentId, each, type Module, text, whole } from "../table.ts";

/** RSMP SXL for traffic lights, S0001: one letter for the state of a group. */
const groupState = () =>
  Type.String({
    pattern: "^[a-hA-G0-9N-P]$",
    description: "a letter of RSMP's S0001: a dark, B red, 1 green...",
    examples: ["1"],
  });
const cycle = () => Type.Integer({ minimum: 0, maximum: 999 });
const plan = () => Type.Integer({ minimum: 1, maximum: 255 });
/** How a junction is worked; `lost`: its own controller works it, and cannot be asked. */
const MODES = ["start-up", "running", "flashing", "lost"] as const;
/** Which one is meant, where the cabinet has several. */
const junction = () => Type.Optional(componentId());
/** What S0014 gives as the source of a plan. */
const source = () => Type.Enum(["operator_panel", "calendar_clock", "control_block", "forced", "startup", "other"]);

/** A traffic light controller, with the codes and names of RSMP's public demonstration of version 4. */
export const tlc = {
  name: "tlc",
  title: "Traffic lights",
  statuses: {
    "tlc.groups": {
      title: "State of every signal group (RSMP 3: S0001)",
      attributes: {
        signalgroupstatus: each(
          "change",
          "State of the group: of group A1 of the junction tlc/1 it is tlc/1/A1",
          groupState(),
        ),
        stages: each("change", "Stage that a junction is in, by its name", text(24)),
        stage: whole(
          "change",
          "Stage that the controller is in, 0: not known; here and below of the only junction, or the first",
          Type.Integer({ minimum: 0, maximum: 999 }),
        ),
        cyclecounter: whole("along", "Second of the cycle", cycle(), "s"),
        basecyclecounter: whole("along", "Second of the base cycle", cycle(), "s"),
      },
      channels: [{ qos: 0, periodic: 60_000, minInterval: 100, start: "stopped", prune: 900_000 }],
    },
    "tlc.junctions": {
      title: "Junctions: how each is worked, by which plan",
      attributes: {
        mode: each("change", "How it is worked", Type.Enum([...MODES])),
        why: each("along", "Why it is worked so, where it does not run", text(120)),
        plan: each("change", "Number of the plan in force", plan()),
        name: each("along", "Its name for people", text(80)),
      },
      channels: [{ qos: 1, periodic: 3_600_000, minInterval: 1000, start: "running", replay: true }],
    },
    "tlc.plan": {
      title: "Signal plan in use (RSMP 3: S0014)",
      attributes: {
        status: whole("change", "Number of the plan", plan()),
        source: whole("along", "Who chose it", source()),
      },
      channels: [{ qos: 1, periodic: 3_600_000, minInterval: 1000, start: "running", replay: true }],
    },
    "tlc.plans": {
      title: "Signal plans there are (RSMP 3: S0022)",
      attributes: {
        status: whole(
          "change",
          "Their numbers, between commas",
          Type.String({
            pattern: "^[1-9][0-9]{0,2}(,[1-9][0-9]{0,2})*$",
            maxLength: 1024,
            description: "numbers between commas, for instance 1,2,7",
            examples: ["1,2,7"],
          }),
        ),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 1000, start: "running" }],
    },
  },
  alarms: {
    "tlc.hardware.error": { title: "The signal controller has a fault that puts its signals out of use" },
    "tlc.hardware.warning": { title: "The signal controller has a fault that it works on with" },
  },
  commands: {
    "tlc.plan.set": {
      title: "Change to a signal plan",
      component: null,
      signed: true,
      values: closed({ plan: plan(), junction: junction() }),
      result: closed({ plan: plan() }),
    },
    "tlc.flashing.reset": {
      title: "Somebody has looked at a junction that flashes amber: start it again",
      component: null,
      signed: true,
      values: closed({ junction: junction() }),
      result: closed({ junction: componentId() }),
    },
  },
} as const satisfies Module;
