/** The messages of RSMP 3 as far as a supervisor of a signal controller and that controller need them. Core 3.1.5 to 3.2.2. */
import Type, { type Static, type TSchema } from "typebox";
import { Check } from "typebox/schema";

const id = () => Type.String({ maxLength: 128 });
const utc = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });
const MOST = 1024;
/** More keys are allowed everywhere: later versions have some. */
const open = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties);
const component = { cId: id(), ntsOId: Type.Optional(id()), xNId: Type.Optional(id()) };
const list = <S extends TSchema>(items: S) => Type.Array(items, { maxItems: MOST });

/** What each type of message holds, beside `mType` and `type`. */
export const BODIES = {
  Version: open({
    mId: id(),
    RSMP: list(open({ vers: Type.String({ maxLength: 16 }) })),
    siteId: list(open({ sId: id() })),
    SXL: Type.String({ maxLength: 16 }),
  }),
  MessageAck: open({ oMId: id() }),
  MessageNotAck: open({ oMId: id(), rea: Type.String() }),
  Watchdog: open({ mId: id(), wTs: utc() }),
  AggregatedStatus: open({
    mId: id(),
    ...component,
    aSTS: utc(),
    se: Type.Array(Type.Boolean(), { minItems: 8, maxItems: 8 }),
  }),
  Alarm: open({
    mId: id(),
    cId: id(),
    aCId: id(),
    aSp: Type.String(),
    // Said with issues, suspensions and acknowledgements, in words that changed from version to version.
    aS: Type.Optional(Type.Unknown()),
    sS: Type.Optional(Type.Unknown()),
    pri: Type.Optional(Type.Unknown()),
  }),
  StatusSubscribe: open({
    mId: id(),
    ...component,
    sS: list(
      open({
        sCI: id(),
        n: id(),
        uRt: Type.String({ pattern: "^\\d+(\\.\\d+)?$" }),
        // A boolean by the schemas of today, a text by those of 2023 and the validator of then.
        sOc: Type.Optional(Type.Union([Type.Boolean(), Type.Enum(["True", "False"])])),
      }),
    ),
  }),
  StatusUpdate: open({
    mId: id(),
    ...component,
    sTs: utc(),
    sS: list(open({ sCI: id(), n: id(), s: Type.Unknown(), q: Type.Enum(["recent", "old", "undefined", "unknown"]) })),
  }),
  CommandRequest: open({
    mId: id(),
    ...component,
    arg: list(open({ cCI: id(), cO: id(), n: id(), v: Type.Unknown() })),
  }),
  CommandResponse: open({
    mId: id(),
    ...component,
    cTS: utc(),
    rvs: list(
      open({ cCI: id(), n: id(), v: Type.Unknown(), age: Type.Enum(["recent", "old", "undefined", "unknown"]) }),
    ),
  }),
} as const;

export type MessageType = keyof typeof BODIES;
export type Body<T extends MessageType> = Static<(typeof BODIES)[T]>;
export type Message = { [T in MessageType]: { readonly type: T } & Body<T> }[MessageType];

/** What a text is: a message, or why it is none. `mId` is known where it can be answered. */
export type Parsed =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: string; readonly mId?: string };

/** A message as it goes out, a form feed not included. */
export const wire = <T extends MessageType>(type: T, body: Body<T>): object => ({ mType: "rSMsg", type, ...body });

/** Never throws. */
export function parse(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: "is no JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { ok: false, why: "is no object" };
  const { type, mType, mId } = value as Record<string, unknown>;
  const answerable = typeof mId === "string" && mId.length <= 128 ? { mId } : {};
  const refuse = (why: string): Parsed => ({ ok: false, why, ...answerable });
  if (mType !== "rSMsg") return refuse('mType: allowed is "rSMsg"');
  if (typeof type !== "string" || !Object.hasOwn(BODIES, type))
    return refuse(`type: allowed are ${Object.keys(BODIES).join(", ")}`);
  if (!Check(BODIES[type as MessageType], value)) return refuse(`${type}: a field is missing or of another type`);
  return { ok: true, message: value as Message };
}

/** UUID version 4 of a source of chance. RFC 9562, 5.4. */
export function messageId(next: () => number): string {
  const digits = Array.from({ length: 32 }, (_, i) => {
    const digit = Math.floor(next() * 16);
    return (i === 12 ? 4 : i === 16 ? 8 + (digit % 4) : digit).toString(16);
  }).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
