/** Several brokers, credentials and renewal, with sessions that a script holds and breaks, in virtual time. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { silent } from "../../hal/log.ts";
import {
  type Connection,
  type ConnectionOptions,
  keepConnected,
  type Session,
  type SessionOptions,
} from "./connection.ts";
import { Failover } from "./failover.ts";

const URLS = ["mqtt://first", "mqtt://second", "mqtt://third"];

/** Brokers that are there or not, and whose sessions last until they are broken. */
class Brokers {
  readonly clock = new VirtualClock(instant(0));
  readonly down = new Set<string>();
  readonly tried: string[] = [];
  readonly offered: SessionOptions[] = [];
  at: string | undefined;
  #break: (() => void) | undefined;
  /** What is in flight in the session: an ordered end waits for it. */
  inFlight = 0;
  published = 0;

  /** The session in hand breaks. */
  fail(): void {
    this.#break?.();
  }

  connect(options: Partial<ConnectionOptions> = {}): Connection {
    return keepConnected({
      url: URLS,
      clientId: "a",
      subscriptions: [],
      clock: this.clock,
      random: { next: () => 0 },
      log: silent,
      onConnect() {},
      onMessage() {},
      onRoom() {},
      open: (one, onReady) => this.#open(one, onReady),
      ...options,
    });
  }

  #open(options: SessionOptions, onReady: (isKept: boolean) => void): Session {
    const began = this.clock.monotonic();
    this.tried.push(`${began / 1000} s ${new URL(options.url).hostname}`);
    this.offered.push(options);
    const { promise: over, resolve } = Promise.withResolvers<number | null>();
    let up = false;
    const end = () => {
      const held = up ? this.clock.monotonic() - began : null;
      up = false;
      this.at = undefined;
      resolve(held);
    };
    this.#break = end;
    if (this.down.has(options.url)) end();
    else
      queueMicrotask(() => {
        up = true;
        this.at = options.url;
        onReady(true);
      });
    const { clock } = this;
    const inFlight = () => this.inFlight;
    return {
      get connected() {
        return up;
      },
      over,
      reason: "broken by the script",
      hasRoom: () => up,
      get inFlight() {
        return inFlight();
      },
      publish: () => {
        this.published++;
        return true;
      },
      farewell: async () => {},
      async end(within) {
        if (inFlight() > 0 && within !== undefined) await clock.sleep(within, "in flight");
        end();
      },
    };
  }
}

test("goes on only with the broker of the last session: one of before that may keep what is old", async () => {
  const brokers = new Brokers();
  const { clock, down } = brokers;
  const seen: boolean[] = [];
  const connection = brokers.connect({ onConnect: (goesOn) => seen.push(goesOn) });
  const next = async (away: string | undefined) => {
    down.clear();
    if (away !== undefined) down.add(away);
    brokers.fail();
    await clock.advance(seconds(10));
  };
  await clock.advance(seconds(10));
  await next(undefined);
  await next(URLS[0]);
  assert.is(brokers.at, URLS[1]);
  await next(undefined);
  assert.is(brokers.at, URLS[0]);
  assert.equal(seen, [false, true, false, false]);
  await clock.run(connection.close(), seconds(2));
});

test("tries one broker after the other, and waits longer after each round", () => {
  const failover = new Failover(URLS, { next: () => 0 });
  const seen: [string, number][] = [];
  for (let n = 0; n < 10; n++) seen.push([new URL(failover.url).hostname, failover.ended(null)]);
  assert.equal(seen, [
    ["first", 500],
    ["second", 500],
    ["third", 500],
    ["first", 500],
    ["second", 500],
    ["third", 1000],
    ["first", 500],
    ["second", 500],
    ["third", 2000],
    ["first", 500],
  ]);
});

test("when a good session breaks the first broker is asked first, and the waits begin anew", () => {
  const failover = new Failover(URLS, { next: () => 0 });
  for (let n = 0; n < 10; n++) failover.ended(null);
  assert.is(failover.url, URLS[1]);
  assert.is(failover.ended(5000), 500);
  assert.is(failover.url, URLS[0]);
  assert.equal(
    [null, null, null, 4999].map((held) => failover.ended(held)),
    [500, 500, 1000, 500],
  );
  assert.is(failover.url, URLS[1]);
});

test("with a later broker the first is tried again after 10 minutes, and half as often each time it is still away", async () => {
  const brokers = new Brokers();
  brokers.down.add(URLS[0]!);
  const connection = brokers.connect();
  await brokers.clock.advance(minutes(80));
  assert.equal(brokers.tried, [
    "0 s first",
    "0.5 s second",
    ...["600.5 s first", "601 s second"],
    ...["1801 s first", "1801.5 s second"],
    ...["4201.5 s first", "4202 s second"],
  ]);
  brokers.down.clear();
  await brokers.clock.advance(minutes(80));
  assert.is(brokers.at, URLS[0]);
  const count = brokers.tried.length;
  await brokers.clock.advance(minutes(600));
  assert.is(brokers.tried.length, count, "with the first it stays");
  // It was a good one: the next absence begins with 10 minutes again.
  brokers.down.add(URLS[0]!);
  brokers.fail();
  await brokers.clock.advance(seconds(10));
  assert.is(brokers.at, URLS[1]);
  brokers.down.clear();
  await brokers.clock.advance(minutes(11));
  assert.is(brokers.at, URLS[0]);
  await connection.close();
});

test("a first broker that takes sessions and drops them at once does not pull the link to and fro", async () => {
  const brokers = new Brokers();
  let sessions = 0;
  const connection = brokers.connect({
    onConnect: () => {
      sessions++;
      if (brokers.at === URLS[0]) queueMicrotask(() => brokers.fail());
    },
  });
  await brokers.clock.advance(minutes(24 * 60));
  assert.is(brokers.at, URLS[1]);
  // 10, 20, 40, 80 minutes, then each 160.
  assert.ok(sessions <= 28, `${sessions} sessions in a day`);
  await connection.close();
});

test("credentials are asked for each session and each broker; what came of them is told; a rejection is a failed session", async () => {
  const brokers = new Brokers();
  brokers.down.add(URLS[1]!);
  const told: string[] = [];
  let asked = 0;
  const connection = brokers.connect({
    credentials: async (url) => {
      if (++asked === 1) throw new Error("no such file");
      return { ca: `${asked}`, outcome: (began) => told.push(`${new URL(url).hostname} ${began}`) };
    },
  });
  await brokers.clock.advance(seconds(5));
  assert.equal(brokers.tried, ["0.5 s second", "1 s third"]);
  assert.equal(told, ["second false", "third true"]);
  assert.equal(
    brokers.offered.map(({ tls }) => tls?.ca),
    ["2", "3"],
  );
  await connection.close();
  assert.equal(told, ["second false", "third true"], "an end of our own says nothing about credentials");
});

test("renew ends the session in order, takes nothing meanwhile, and begins the next at once with new credentials", async () => {
  const brokers = new Brokers();
  let asked = 0;
  const connection = brokers.connect({ credentials: async () => ({ ca: `${++asked}` }) });
  await brokers.clock.advance(seconds(1));
  brokers.inFlight = 3;
  connection.renew();
  connection.renew();
  await brokers.clock.advance(seconds(1));
  assert.not(connection.publish("a", new Uint8Array(), { qos: 1, retain: false }));
  assert.not(connection.hasRoom());
  assert.is(brokers.published, 0);
  assert.is(asked, 1);
  await brokers.clock.advance(seconds(1));
  brokers.inFlight = 0;
  assert.is(asked, 2);
  assert.is(connection.sessions, 2);
  assert.ok(connection.hasRoom());
  await connection.close();
});

test("renew while a session is only beginning is not forgotten", async () => {
  const brokers = new Brokers();
  let asked = 0;
  const connection: Connection = brokers.connect({
    credentials: async () => {
      // The files change after they were read for this session.
      if (++asked === 1) queueMicrotask(() => connection.renew());
      return {};
    },
  });
  await brokers.clock.advance(seconds(1));
  assert.is(asked, 2);
  assert.is(connection.sessions, 2);
  await connection.close();
});

test("close ends at once, whatever it waits for: credentials that never come, a wait, a beginning", async () => {
  const hanging = new Brokers();
  const stuck = hanging.connect({ credentials: () => new Promise(() => {}) });
  await hanging.clock.advance(seconds(1));
  await hanging.clock.run(stuck.close(), seconds(1));
  assert.equal(hanging.tried, []);

  const away = new Brokers();
  for (const url of URLS) away.down.add(url);
  const waiting = away.connect();
  await away.clock.advance(minutes(1));
  await away.clock.run(waiting.close(), seconds(1));

  const quick = new Brokers();
  const begun = quick.connect({ credentials: async () => ({}) });
  await quick.clock.run(begun.close(), seconds(1));
  assert.equal(quick.tried, []);
  assert.equal(quick.clock.waiting(), []);
});

test.run();
