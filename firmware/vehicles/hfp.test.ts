import { test } from "uvu";
import * as assert from "uvu/assert";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { instant } from "../../controllers/units.ts";
import { hfpFeed } from "./hfp.ts";
import { encodeHfp, type HfpFields } from "./hfp-message.ts";
import { dailyPseudonyms } from "./pseudonym.ts";

const now = instant(Date.parse("2026-03-01T07:16:37.500Z"));
const pseudonyms = dailyPseudonyms({ key: () => new Uint8Array(32), day: () => 1 });
const vehicle = pseudonyms.of("hfp 22/754", now);
const PATH = "bus/0022/00754/2112/1/Otaniemi/10:15/2111212/5/60;24/17/47/19";
const topic = (event: string, journey = "journey/ongoing", path = PATH) => `/hfp/v2/${journey}/${event}/${path}`;

const STATE: HfpFields = {
  desi: "112",
  dir: "1",
  oper: 22,
  veh: 754,
  tst: "2026-03-01T07:16:36.992Z",
  tsi: 1772349396,
  spd: 11.51,
  hdg: 241,
  lat: 60.174129,
  long: 24.796323,
  acc: 0.58,
  dl: -28,
  odo: 653,
  drst: 0,
  oday: "2026-03-01",
  jrn: 102,
  line: 227,
  start: "10:15",
  loc: "GPS",
  stop: null,
  route: "2112",
  occu: 0,
  "dr-type": 1,
};
const REQUEST: HfpFields = {
  ...STATE,
  sid: 2107,
  "signal-groupid": 894,
  "tlp-signalgroupnbr": 1,
  "tlp-requestid": 100,
  "tlp-requesttype": "NORMAL",
  "tlp-prioritylevel": "normal",
  "tlp-line-configid": null,
  "tlp-frequency": 461200,
  "tlp-protocol": "MQTT",
  "tlp-att-seq": 1,
};
const setUp = () => hfpFeed({ source: "hfp", pseudonyms });
const said = (fields: HfpFields, event = "vp", on = topic(event)): readonly VehicleWord[] =>
  setUp().take(encodeHfp(on, event, fields), now);

const AT = instant(Date.parse("2026-03-01T07:16:36.992Z"));
const POSITION = {
  kind: "position",
  source: "hfp",
  vehicle,
  place: { latitude: 60.174129, longitude: 24.796323 },
  speed: 11.51,
  heading: 241,
  atStop: false,
  facts: { type: "bus", line: "112", lateness: 28 },
  at: AT,
};
const ASKED = {
  kind: "request",
  source: "hfp",
  id: `${vehicle}/2107/100`,
  movement: { hfp: { sid: 2107, group: 894 } },
  level: 7,
  vehicle,
  facts: POSITION.facts,
  at: AT,
};

test("a position, with all that it says", () => {
  assert.equal(said(STATE), [POSITION]);
});

test("a request, and where its vehicle is", () => {
  assert.equal(said(REQUEST, "tlr"), [POSITION, ASKED]);
  const high = said({ ...REQUEST, "tlp-prioritylevel": "high", "tlp-requesttype": "ADVANCE" }, "tlr");
  assert.equal(high[1], { ...ASKED, level: 11 });
});

test("what is missing, null or nonsense is as if it was not said", () => {
  const { spd: _, hdg: __, drst: ___, dl: ____, desi: _____, ...bare } = STATE;
  const { speed, heading, atStop, ...rest } = POSITION;
  const none = { ...rest, facts: { type: "bus" } };
  assert.equal(said(bare), [none]);
  assert.equal(said({ ...STATE, spd: null, hdg: null, drst: null, dl: null, desi: null }), [none]);
  assert.equal(said({ ...STATE, spd: -1, hdg: "241", drst: 2, dl: 1e9, desi: "x".repeat(50) }), [none]);
});

test("a place or a time that is missing leaves no position", () => {
  for (const change of [{ lat: null }, { long: 181 }, { lat: "60.1" }, { loc: "N/A" }])
    assert.equal(said({ ...STATE, ...change }), []);
  assert.equal(said({ ...STATE, tst: null })[0]!.at, 1772349396000);
  assert.equal(said({ ...STATE, tst: "yesterday" })[0]!.at, 1772349396000);
  assert.equal(said({ ...STATE, tst: null, tsi: null }), []);
});

test("a request that does not say its junction, its signal group or a known kind asks for nothing", () => {
  for (const name of ["sid", "signal-groupid"]) assert.equal(said({ ...REQUEST, [name]: null }, "tlr"), [POSITION]);
  for (const [name, value] of [
    ["tlp-requesttype", "NORMALi"],
    ["tlp-prioritylevel", "normali"],
    ["tlp-prioritylevel", "norequest"],
    ["sid", "2107"],
    ["sid", -1],
    ["tlp-reason", "AHEAD"],
    ["tlp-reason", "AHEADi"],
  ] as const)
    assert.equal(said({ ...REQUEST, [name]: value }, "tlr"), [POSITION], `${name} ${value}`);
  // Only a TLR asks, whatever fields another event has.
  assert.equal(said(REQUEST, "vp"), [POSITION]);
});

test("a request without its kind, level or number is one", () => {
  const { "tlp-requesttype": _, "tlp-prioritylevel": __, "tlp-requestid": ___, ...bare } = REQUEST;
  const { level, ...rest } = ASKED;
  assert.equal(said(bare, "tlr")[1], { ...rest, id: `${vehicle}/2107/-` });
});

test("who is not on a journey of a bus or a tram is not heard", () => {
  for (const journey of ["deadrun/ongoing", "journey/upcoming", "signoff/ongoing"])
    assert.equal(said(STATE, "vp", topic("vp", journey)), []);
  for (const mode of ["train", "metro", "ferry", "Bus", "x"])
    assert.equal(said(STATE, "vp", topic("vp", undefined, PATH.replace("bus", mode))), []);
  const tram = said(STATE, "vp", topic("vp", undefined, PATH.replace("bus", "tram")));
  assert.is(tram[0]!.kind === "position" && tram[0]!.facts.type, "tram");
});

test("topics and payloads that are none of HFP's", () => {
  const feed = setUp();
  for (const on of [
    "",
    "hfp/v2/journey/ongoing/vp/bus/1/2",
    "/hfp/v1/journey/ongoing/vp/bus/1/2",
    "/hfp/v2/journey/ongoing/vp/bus/x/2/",
  ])
    assert.equal(feed.take(encodeHfp(on, "vp", STATE), now), []);
  assert.is(feed.tally()["not-hfp"], 4);
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const payload of [
    "",
    "{",
    "null",
    "[]",
    '{"VP":null}',
    '{"VP":[1]}',
    '{"vp":{}}',
    '{"TLR":{}}',
    `{"VP":{"x":"${"y".repeat(9000)}"}}`,
  ])
    assert.equal(feed.take({ topic: topic("vp"), payload: bytes(payload) }, now), []);
  assert.equal(feed.take({ topic: topic("vp"), payload: Uint8Array.of(0xff, 0xfe) }, now), []);
  assert.is(feed.tally()["not-a-message"], 10);
});

test("an answer is a TLA on the request's topic, once, with no more than the request said", () => {
  const feed = setUp();
  const on = topic("tlr", undefined, `${PATH}/2107`);
  feed.take(encodeHfp(on, "tlr", REQUEST), now);
  const answer = feed.answer(ASKED.id, "ACK", now)!;
  assert.is(answer.topic, topic("tla", undefined, `${PATH}/2107`));
  const { TLA } = JSON.parse(new TextDecoder().decode(answer.payload)) as { TLA: Record<string, unknown> };
  assert.is(TLA["tlp-decision"], "ACK");
  assert.is(TLA["tst"], "2026-03-01T07:16:37.500Z");
  assert.is(TLA["tsi"], 1772349397);
  for (const name of ["oper", "veh", "sid", "signal-groupid", "tlp-requestid", "tlp-att-seq"])
    assert.is(TLA[name], REQUEST[name]);
  for (const name of ["dr-type", "lat", "long", "occu"]) assert.is(TLA[name], undefined);
  assert.is(feed.answer(ASKED.id, "NAK", now), null);
});

test("nobody is answered who did not ask, or asked a minute ago", () => {
  const feed = setUp();
  assert.is(feed.answer("x", "ACK", now), null);
  feed.take(encodeHfp(topic("tlr"), "tlr", REQUEST), now);
  assert.is(feed.answer(ASKED.id, "NAK", instant(now + 60_001)), null);
});

test("no word has the number of the vehicle", () => {
  const text = JSON.stringify(
    said(
      { ...REQUEST, veh: 31337, oper: 4711, "signal-groupid": 5 },
      "tlr",
      topic("tlr", undefined, "bus/4711/31337/2112"),
    ),
  );
  assert.not.match(text, /31337|4711/);
});

test("one vehicle is heard five times a second at most, and a place elsewhere not at all", () => {
  const feed = setUp();
  let heard = 0;
  for (let ms = 0; ms < 10_000; ms += 10)
    heard += feed.take(encodeHfp(topic("vp"), "vp", STATE), instant(now + ms)).length;
  assert.is(heard, 50);
  const far = hfpFeed({ source: "hfp", pseudonyms, near: ({ latitude }) => latitude < 60 });
  assert.equal(far.take(encodeHfp(topic("vp"), "vp", STATE), now), []);
  assert.is(far.tally()["elsewhere"], 1);
});

test.run();
