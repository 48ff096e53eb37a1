/** How rows of the command tables are written: one function for each shape of frame, each giving the command's builder. */
import type { Command, Family, ParameterKind, Row, RowKind, To } from "./command.ts";
import { type DeviceTo, deviceTarget, encodeDevice, type InstanceTo, instanceTarget } from "./device-frame.ts";
import { encodeGear, type ForwardFrame, type GearAddress, short, whole } from "./frame.ts";
import type { Reading } from "./reading.ts";

/** How often a row is sent, whether it is answered, and which part of the standard it is of. */
export interface Manner {
  readonly part: number;
  readonly family: Family;
  readonly twice: boolean;
  readonly answers: boolean;
  readonly deviceType?: number;
}

/** The three manners of a part: sent once, sent twice, asking. */
export function manners(part: number, family: Family, deviceType?: number) {
  const of = deviceType === undefined ? { part, family } : { part, family, deviceType };
  return {
    once: { ...of, twice: false, answers: false },
    twice: { ...of, twice: true, answers: false },
    asks: { ...of, twice: false, answers: true },
  } satisfies Record<string, Manner>;
}

/** What a reading makes of a reply. */
type Of<M extends Reading<unknown>> = ReturnType<M["read"]>;

/** A row whose reading is known by its type, too. */
export type RowOf<M extends Reading<unknown>> = Omit<Row, "reading"> & { readonly reading: M };

/** A gear address from either form. */
export const target = (to: To): GearAddress => (typeof to === "number" ? short(to) : to);

/** A row; `parameters` default to none. */
export function row<M extends Reading<unknown>>(
  name: string,
  kind: RowKind,
  code: number,
  how: Manner,
  reading: M,
  parameters: readonly ParameterKind[] = [],
): RowOf<M> {
  const span = parameters[0] === "scene" || parameters[0] === "group" ? 16 : 1;
  return { name, kind, code, span, parameters, reading, ...how };
}

/** A command of a row; for rows that no shape below fits. */
export function build<M extends Reading<unknown>>(of: RowOf<M>, frame: ForwardFrame): Command<Of<M>> {
  const { name, twice, answers, deviceType, reading } = of;
  const command = { name, frame, twice, answers, read: reading.read as (reply: Parameters<M["read"]>[0]) => Of<M> };
  return deviceType === undefined ? command : { ...command, deviceType };
}

/** An addressed command without a parameter. */
export function addressed<M extends Reading<unknown>>(name: string, code: number, how: Manner, reading: M) {
  const of = row(name, "addressed", code, how, reading);
  const command = (to: To) => build(of, encodeGear({ kind: "command", to: target(to), opcode: code }));
  return Object.assign(command, { row: of });
}

/** An addressed command whose last four bits are a scene or a group. */
export function numbered<M extends Reading<unknown>>(
  name: string,
  code: number,
  how: Manner,
  reading: M,
  what: "scene" | "group",
) {
  const of = row(name, "addressed", code, how, reading, [what]);
  const command = (to: To, number: number) =>
    build(of, encodeGear({ kind: "command", to: target(to), opcode: code + whole(name, number, 15) }));
  return Object.assign(command, { row: of });
}

/** A special command without data. */
export function special<M extends Reading<unknown>>(name: string, code: number, how: Manner, reading: M) {
  const of = row(name, "special", code, how, reading);
  return Object.assign(() => build(of, encodeGear({ kind: "special", code, data: 0 })), { row: of });
}

/** A special command with a data byte. */
export function carrying<M extends Reading<unknown>>(
  name: string,
  code: number,
  how: Manner,
  reading: M,
  what: ParameterKind = "data",
) {
  const of = row(name, "special", code, how, reading, [what]);
  const command = (data: number) =>
    build(of, encodeGear({ kind: "special", code, data: whole(`${name} data`, data, 255) }));
  return Object.assign(command, { row: of });
}

/** A command to control devices as a whole. */
export function ofDevice<M extends Reading<unknown>>(name: string, code: number, how: Manner, reading: M) {
  const of = row(name, "device", code, how, reading);
  const command = (to: DeviceTo) => build(of, encodeDevice({ kind: "command", to: deviceTarget(to), opcode: code }));
  return Object.assign(command, { row: of });
}

/** A command to instances of control devices. */
export function ofInstance<M extends Reading<unknown>>(name: string, code: number, how: Manner, reading: M) {
  const of = row(name, "instance", code, how, reading);
  const command = (to: DeviceTo, instance: InstanceTo) =>
    build(
      of,
      encodeDevice({
        kind: "instance-command",
        to: deviceTarget(to),
        instance: instanceTarget(instance),
        opcode: code,
      }),
    );
  return Object.assign(command, { row: of });
}

/** A special command to control devices without data. */
export function deviceSpecial<M extends Reading<unknown>>(name: string, code: number, how: Manner, reading: M) {
  const of = row(name, "device-special", code, how, reading);
  return Object.assign(() => build(of, encodeDevice({ kind: "special", code, data: 0 })), { row: of });
}

/** A special command to control devices with a data byte. */
export function deviceCarrying<M extends Reading<unknown>>(
  name: string,
  code: number,
  how: Manner,
  reading: M,
  what: ParameterKind = "data",
) {
  const of = row(name, "device-special", code, how, reading, [what]);
  const command = (data: number) =>
    build(of, encodeDevice({ kind: "special", code, data: whole(`${name} data`, data, 255) }));
  return Object.assign(command, { row: of });
}

/** A special command to control devices with two data bytes, in the order of their bits. */
export function devicePair<M extends Reading<unknown>>(
  name: string,
  code: number,
  how: Manner,
  reading: M,
  what: readonly [ParameterKind, ParameterKind],
) {
  const of = row(name, "device-pair", code, how, reading, what);
  const command = (first: number, second: number) =>
    build(
      of,
      encodeDevice({
        kind: "pair",
        code,
        first: whole(`${name} ${what[0]}`, first, 255),
        second: whole(`${name} ${what[1]}`, second, 255),
      }),
    );
  return Object.assign(command, { row: of });
}
