import Type from "typebox";
import { MODBUS_OUTPUTS, OUTPUTS } from "../outputs/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { BAUDS, i2cChip, idOf, integer, kinds, list, map, number, pin, port, text } from "./forms.ts";

const Relay = map("A relay in the mains of lamps, for drivers that cannot switch themselves off.", {
  lamps: Type.Optional(
    Type.Array(text("Id of a lamp of the output."), {
      minItems: 1,
      description: "The lamps whose mains it switches. Default: all of the output.",
    }),
  ),
  pin,
  onWhen: Type.Enum(["high", "low"], { description: "Level of the pin while the lamps have mains." }),
  hold: Type.Optional(
    number(0, 3600, "It is switched off no sooner than so many seconds after it was last switched.", {
      default: DEFAULTS.relay.hold,
    }),
  ),
});

const ReadBack = map("An ADS1115 that measures what the output really gives, through dividers.", {
  i2c: i2cChip("0x48 to 0x4B for an ADS1115"),
  tolerance: Type.Optional(
    number(0.05, 5, "Volts that a channel may be off.", { default: DEFAULTS.readBack.tolerance }),
  ),
  lasting: Type.Optional(
    number(0, 3600, "A deviation counts when it has lasted so many seconds.", { default: DEFAULTS.readBack.lasting }),
  ),
  inputs: Type.Array(
    map("An input of the converter.", {
      lamp: text("Id of the lamp of the output whose channel it measures."),
      input: integer(0, 3, "Input of the ADS1115, AIN0 to AIN3."),
      divider: number(2.5, 100, "Volts of the channel for a volt at the input: 3 for 20 kilohm above 10."),
    }),
    { minItems: 1, description: "What is at its inputs." },
  ),
});

export const Output = map("A 0-10 V output.", {
  id: idOf("output"),
  kind: kinds(
    { ...OUTPUTS, ...MODBUS_OUTPUTS },
    "gp8403 and mcp4728 are chips on I2C, wb-mao4 is a Wiren Board module on Modbus RTU.",
  ),
  i2c: Type.Optional(i2cChip("0x58 to 0x5F for a GP8403, 0x60 to 0x67 for an MCP4728")),
  port: Type.Optional(port),
  address: Type.Optional(integer(1, 247, "Modbus unit of a module.")),
  baud: Type.Optional(
    Type.Enum(BAUDS, {
      description: "Bits per second of the Modbus line, as set at its units. Default: the kind's own.",
    }),
  ),
  safety: Type.Optional(
    number(
      1,
      65_534,
      "A module that hears nothing for so many seconds goes to `failSafe` by itself, and after a power cut. Default: as the module is set.",
    ),
  ),
  relays: Type.Optional(list(Relay, "Relays in the mains of its lamps.")),
  readBack: Type.Optional(ReadBack),
});
