import Type from "typebox";
import { gateways } from "../gateways/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { BAUDS, i2cChip, idOf, integer, map, number, port } from "./forms.ts";

/** Every option that any gateway has; which go with which, `bus-rules.ts` says. */
const GatewayOptions = map(
  "What differs between models of a gateway.",
  Object.fromEntries(
    Map.groupBy(
      gateways.flatMap(({ name, options = {} }) => Object.entries(options).map((option) => ({ name, option }))),
      ({ option: [key] }) => key,
    )
      .entries()
      .map(([key, all]) => [
        key,
        Type.Optional(
          Type.Enum([...new Set(all.flatMap(({ option: [, values] }) => values))], {
            description: `Of ${all.map(({ name, option: [, values] }) => `${name}: ${values.join(" or ")}`).join("; of ")}.`,
          }),
        ),
      ]),
  ),
);

/** Seconds: none, then 0.5 s times the root of 2 to the power of n for n from 1 to 15 (IEC 62386-102). */
const FADE_TIMES = [0, 0.7, 1, 1.4, 2, 2.8, 4, 5.7, 8, 11.3, 16, 22.6, 32, 45.3, 64, 90.5];

export const Bus = map("A DALI bus behind a gateway.", {
  id: idOf("bus"),
  gateway: Type.Enum(
    gateways.map(({ name }) => name),
    { description: `The gateway. ${gateways.map(({ name, title }) => `${name}: ${title}`).join("; ")}.` },
  ),
  port: Type.Optional(port),
  i2c: Type.Optional(i2cChip("0x23 for an LED-Warrior14 from the factory")),
  address: Type.Optional(integer(1, 247, "Modbus unit of a gateway on Modbus.")),
  channel: Type.Optional(integer(0, 15, "Which of the gateway's DALI buses, from 0, where it has several.")),
  baud: Type.Optional(Type.Enum(BAUDS, { description: "Bits per second of a Modbus line, as set at its units." })),
  options: Type.Optional(GatewayOptions),
  fadeTime: Type.Optional(
    Type.Enum(FADE_TIMES, {
      default: DEFAULTS.fadeTime,
      description: "Fade time of its gear, seconds: one of those that IEC 62386-102 knows.",
    }),
  ),
  powerOnLevel: Type.Optional(
    number(0, 100, "Light of its gear after their mains returned, percent. Default: `failSafe`."),
  ),
  systemFailureLevel: Type.Optional(
    number(0, 100, "Light of its gear when the bus has failed, percent. Default: `failSafe`."),
  ),
  audit: Type.Optional(
    Type.Enum(["off", "check", "repair"], {
      default: DEFAULTS.audit,
      description:
        "Whether what its gear keeps (power-on and system failure level, fade time, curve, groups) is compared with this file once they are there, and set right where it differs.",
    }),
  ),
  pollShare: Type.Optional(
    number(0.05, 1, "Part of the bus time that polling may take.", { default: DEFAULTS.pollShare }),
  ),
  pollEvery: Type.Optional(
    number(1, 3600, "Each lamp's level and status are read once in so many seconds.", {
      default: DEFAULTS.pollEvery,
    }),
  ),
});
