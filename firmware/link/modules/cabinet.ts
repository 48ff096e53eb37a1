import Type from "typebox";
import { GROUP_KINDS } from "../../../controllers/junction/model.ts";
import { CLOCK_QUALITIES } from "../../hal/clock.ts";
import { closed, componentId, componentIds, each, type Module, percent, text, utc, whole } from "../table.ts";

const SUPPLIES = ["good", "low", "unknown"] as const;
const SPEEDS = ["full", "slowed", "unknown"] as const;
const amount = () => Type.Number({ minimum: 0 });
const count = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const metres = () => Type.Number({ minimum: -1e6, maximum: 1e6 });
const keyId = () => Type.String({ pattern: "^[A-Za-z0-9._-]{1,32}$", description: "1 to 32 letters, digits, . _ -" });
/** Ids of the keys that are believed now or later. */
const keysKept = () => closed({ keys: Type.Array(keyId(), { maxItems: 64 }) });
const alarmCode = () => text(64);
const place = () => closed({ street: text(80), position: metres() });

/** The cabinet itself: what it serves, so that a cockpit can draw the street, and how it fares. */
export const cabinet = {
  name: "cabinet",
  title: "Cabinet",
  statuses: {
    "cabinet.inventory": {
      title: "Assets of the cabinet",
      attributes: {
        site: whole("change", "Name of the site", text(120)),
        timeZone: whole("change", "Time zone of the site (IANA)", text(64)),
        streets: whole(
          "change",
          "Streets, with their length in m",
          Type.Array(closed({ name: text(80), length: Type.Number({ minimum: 0, maximum: 1e6 }) }), { maxItems: 64 }),
        ),
        joins: whole(
          "change",
          "Pairs of points that are one place; positions in m",
          Type.Array(closed({ a: place(), b: place() }), { maxItems: 256 }),
        ),
        lamps: each(
          "change",
          "Lamps: street, position in m, power at full level in W, lighting class EN 13201-2",
          closed({
            street: text(80),
            position: metres(),
            power: Type.Number({ minimum: 0, maximum: 10_000 }),
            class: text(2),
            group: text(80),
            line: componentId(),
          }),
        ),
        counters: each("change", "Footfall counters: street, position in m", place()),
        groups: each(
          "change",
          "Groups of lamps that commands may name: addresses of their lamps",
          Type.Array(componentIds(), { maxItems: 64 }),
        ),
        zones: each(
          "change",
          "Zones: the counters whose people are told as one",
          Type.Array(componentId(), { maxItems: 64 }),
        ),
        junctions: each(
          "change",
          "Junctions: signal groups, stages with their groups, approaches of priority vehicles with the bearing at the stop line in degrees clockwise from north",
          closed({
            name: text(80),
            groups: Type.Array(closed({ id: text(24), kind: Type.Enum([...GROUP_KINDS]) }), { maxItems: 32 }),
            stages: Type.Array(closed({ id: text(24), groups: Type.Array(text(24), { maxItems: 32 }) }), {
              maxItems: 16,
            }),
            approaches: Type.Array(
              closed({
                id: Type.Integer({ minimum: 0, maximum: 16 }),
                name: text(80),
                group: text(24),
                bearing: Type.Optional(Type.Integer({ minimum: 0, maximum: 359 })),
              }),
              { maxItems: 17 },
            ),
          }),
        ),
        contacts: whole("change", "Contacts", Type.Array(componentId(), { maxItems: 64 })),
        meters: whole("change", "Energy meters", Type.Array(componentId(), { maxItems: 64 })),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 1000, start: "running" }],
    },
    "cabinet.health": {
      title: "How the cabinet fares",
      attributes: {
        version: whole("change", "Version of the runtime", text(40)),
        draft: whole("change", "Date of the RSMP 4 draft it speaks", text(10)),
        clockSet: whole("change", "Wall time can be believed", Type.Boolean()),
        clock: whole(
          "change",
          "Wall time is kept by a time server, was set once and is held, or is surely wrong",
          Type.Enum([...CLOCK_QUALITIES]),
        ),
        supply: whole("change", "Voltage of the board's supply, where the board can tell", Type.Enum([...SUPPLIES])),
        speed: whole("change", "Whether heat or supply slow the processor down", Type.Enum([...SPEEDS])),
        node: whole("along", "Version of Node.js", text(40)),
        kernel: whole("along", "Version of the kernel", text(80)),
        uptime: whole("along", "Time since the runtime began", amount(), "s", 1),
        temperature: whole("along", "The hottest sensor of the machine", Type.Number({ minimum: -100 }), "°C", 0.5),
        diskFree: whole("along", "Of the file system that keeps the state", percent(), "%"),
        written: whole("along", "Had written to disks since the runtime began", amount(), "MB"),
        memoryFree: whole("along", "Memory that programs can still have", amount(), "MB", 1),
        rss: whole("along", "Resident memory", amount(), "MB", 1),
        load: whole(
          "along",
          "Programs that wanted a processor, for each there is, last minute",
          amount(),
          undefined,
          0.01,
        ),
        delay: whole("along", "Longest time that the runtime came late to what was due", amount(), "ms", 1),
        roundTrip: whole("along", "From a message to the broker's acknowledgement", amount(), "ms", 1),
        reconnects: whole("along", "Sessions with the broker after the first", count()),
        lost: whole("along", "Messages whose session ended before they were acknowledged", count()),
        pending: whole("along", "Records of the journal that the broker has not got", count(), undefined, 1),
        dropped: whole("along", "Records dropped before they were delivered", count()),
      },
      channels: [
        {
          name: "state",
          qos: 1,
          attributes: ["version", "draft", "node", "kernel", "clockSet", "clock", "supply", "speed"],
          periodic: 86_400_000,
          minInterval: 1000,
          start: "running",
        },
        {
          name: "trend",
          qos: 1,
          attributes: [
            "uptime.max",
            "temperature.max",
            "diskFree.min",
            "written.max",
            "memoryFree.min",
            "rss.max",
            "delay.max",
            "roundTrip.avg",
            "reconnects.max",
            "lost.max",
            "pending.max",
            "dropped.max",
          ],
          periodic: 3_600_000,
          event: "none",
          minInterval: 0,
          start: "running",
        },
        { name: "live", qos: 0, periodic: 60_000, minInterval: 1000, start: "stopped", prune: 600_000 },
      ],
    },
    "cabinet.certificate.state": {
      title: "The certificate with which the cabinet proves itself to the broker",
      attributes: {
        notAfter: whole("change", "It counts until then", utc()),
        request: whole(
          "change",
          "Signing request for the next one: PKCS#10 (RFC 2986), PEM; empty while none is wanted",
          text(4000),
        ),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 1000, start: "running" }],
    },
  },
  alarms: {
    "cabinet.clock": { title: "The wall clock is not set" },
    "cabinet.port": { title: "A port of the cabinet does not work" },
    "cabinet.journal": { title: "The journal cannot write, or had to drop what was not delivered" },
    "cabinet.command": { title: "Commands were refused that nobody entitled sent" },
    "cabinet.link": { title: "The broker refused messages for good" },
    "cabinet.certificate": { title: "The cabinet's certificate ends soon and was not renewed" },
    "cabinet.health": { title: "The cabinet is too hot, or short of disk, memory or supply" },
  },
  commands: {
    "cabinet.alarm.acknowledge": {
      title: "Somebody has seen an alarm: it is marked until it ends",
      component: null,
      signed: false,
      values: closed({ code: alarmCode(), component: Type.Optional(componentId()) }),
      result: closed({ component: Type.Array(componentId(), { maxItems: 1024 }) }),
    },
    "cabinet.alarm.suspend": {
      title: "Mark alarms of a code, those to come too, until an instant: they are told, and need nobody",
      component: null,
      signed: true,
      values: closed({ code: alarmCode(), component: Type.Optional(componentId()), until: utc() }),
      result: closed({ until: utc() }),
    },
    "cabinet.alarm.resume": {
      title: "End a suspension; without a component, all of the code",
      component: null,
      signed: false,
      values: closed({ code: alarmCode(), component: Type.Optional(componentId()) }),
      result: closed({}),
    },
    "cabinet.live.allow": {
      title: "Let live data be started until an instant, 12 hours from now at most; the last word counts",
      component: null,
      signed: true,
      values: closed({ until: utc() }),
      result: closed({ until: utc() }),
    },
    "cabinet.certificate.set": {
      title: "Take a renewed certificate, and prove it in a new session",
      component: null,
      values: closed({ certificate: text(16_000) }),
      result: closed({ notAfter: utc() }),
      signed: true,
    },
    "cabinet.keys.add": {
      title: "Believe another key of the cockpit",
      component: null,
      signed: true,
      values: closed({
        id: keyId(),
        issuer: text(128),
        publicKey: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$", description: "Ed25519 public key, base64url" }),
        codes: Type.Optional(Type.Array(text(64), { minItems: 1, maxItems: 16 })),
        from: Type.Optional(utc()),
        until: Type.Optional(utc()),
      }),
      result: keysKept(),
    },
    "cabinet.keys.revoke": {
      title: "Never believe a key again",
      component: null,
      signed: true,
      values: closed({ id: keyId() }),
      result: keysKept(),
    },
  },
} as const satisfies Module;
