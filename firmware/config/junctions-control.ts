/** How a junction's signals are reached, in `cabinet.yaml`: contacts, RSMP 3, the built-in engine. */
import Type from "typebox";
import { DEFAULTS } from "./defaults.ts";
import { file, form, integer, map, number, pin, text } from "./forms.ts";
import { group, level } from "./junctions-forms.ts";

const { junction: usual } = DEFAULTS;

export const Contacts = map("Another controller, by dry contacts: it is asked, watched, and goes its own way.", {
  calls: Type.Array(
    map("The wires of a signal group.", {
      group: group(),
      request: pin,
      cleared: Type.Optional(pin),
      green: Type.Optional(pin),
    }),
    {
      minItems: 1,
      maxItems: 32,
      description:
        "An entry for each group that priority can be asked for: `request` asks for green, `cleared` tells for a second that the " +
        "vehicle has left, `green` is the controller's contact that it is green.",
    },
  ),
  ready: Type.Optional(pin),
  driveWhen: Type.Optional(level("Level of outputs that ask or tell.", usual.contacts.driveWhen)),
  closedWhen: Type.Optional(
    level(
      "Level of inputs while the controller's contact is closed: it is green, it is ready.",
      usual.contacts.closedWhen,
    ),
  ),
  lead: Type.Optional(
    number(
      0,
      120,
      "Green is asked for so long before the vehicle is at the stop line: what the controller needs, seconds.",
      {
        default: usual.contacts.lead,
      },
    ),
  ),
  longest: Type.Optional(
    number(5, 300, "A call is withdrawn after so long, whatever happens, seconds.", {
      default: usual.contacts.longest,
    }),
  ),
  alive: Type.Optional(
    map("An output that changes its level each half second while the cabinet works: the controller's watchdog.", {
      pin,
    }),
  ),
});

export const Rsmp3 = map("Another controller, by RSMP 3: it connects to the cabinet, which is its supervisor.", {
  port: Type.Optional(integer(1, 65_535, "TCP port on which it is awaited.", { default: usual.rsmp3.port })),
  address: Type.Optional(
    form(
      "^[0-9A-Fa-f.:]{2,45}$",
      "an IP address of this machine such as 192.168.10.1",
      "Address of this machine on the controller's own network: without `tls` whoever reaches it is believed. Default: 127.0.0.1.",
      { default: usual.rsmp3.address },
    ),
  ),
  tls: Type.Optional(
    map(
      "TLS 1.3, in which both sides prove who they are. Without it nothing is encrypted and nobody proves anything.",
      {
        ca: file("Certificates of the authority that signed the controller's, PEM."),
        certificate: file("Our certificate, for servers, PEM; it is read anew for each connection."),
        key: file("Its private key, PEM, readable by its owner only (0600)."),
        name: Type.Optional(text("Common name of the controller's certificate. Default: any that `ca` has signed.")),
      },
    ),
  ),
  site: Type.Optional(text("Site id that it says, such as RN+SI0001; another is refused. Default: any.")),
  component: Type.Optional(
    text("Component id of the controller, such as TC. Default: that of its first AggregatedStatus."),
  ),
  ackWithin: Type.Optional(number(1, 120, "It must acknowledge within, seconds.", { default: usual.rsmp3.ackWithin })),
  watchdog: Type.Optional(number(5, 300, "Watchdogs both ways each, seconds.", { default: usual.rsmp3.watchdog })),
  supervisor: Type.Optional(text("Site id that we say. Default: the node id.")),
});

const lampPins = {
  red: pin,
  amber: Type.Optional(pin),
  green: pin,
};
export const Engine = map(
  "The built-in engine drives the heads itself: on a bench, or behind a hardware conflict monitor.",
  {
    simulated: Type.Optional(
      Type.Boolean({ default: false, description: "Heads that are shown nowhere but on the cockpit." }),
    ),
    heads: Type.Optional(
      Type.Array(
        map("The outputs of a signal group, and what is read back of them.", {
          group: group(),
          ...lampPins,
          shows: map("Inputs that see the lamps' current or voltage.", lampPins),
        }),
        { minItems: 1, maxItems: 32, description: "One entry for each group." },
      ),
    ),
    onWhen: Type.Optional(level("Level of an output whose lamp is lit.", usual.engine.onWhen)),
    litWhen: Type.Optional(level("Level of an input whose lamp is lit.", usual.engine.litWhen)),
    permit: Type.Optional(pin),
    permitWhen: Type.Optional(
      level(
        "Level of `permit` while the monitor allows the heads; at the other level the hardware flashes amber by itself.",
        usual.engine.permitWhen,
      ),
    ),
    alive: Type.Optional(
      map("An output that changes its level each half second while all is well: the hardware monitor's watchdog.", {
        pin,
      }),
    ),
  },
);
