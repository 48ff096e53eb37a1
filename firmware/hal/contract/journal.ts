import * as assert from "uvu/assert";
import { type Instant, instant, milliseconds, seconds } from "../../../controllers/units.ts";
import type { Journal, JournalLimits, JournalRecord, RecordClass } from "../journal.ts";
import { type Bench, contract, faultOf } from "./bench.ts";

export interface JournalBench extends Bench {
  /** Opens it as the program does when it begins. The bench closes it. */
  open(limits: JournalLimits): Promise<Journal>;
  /** The process of whoever has it open dies as by SIGKILL. */
  kill(): void;
  /** The wall clock is wrong by so much more from now on, and is believed or not. */
  jump(ms: number, isSet: boolean): void;
}

const LIMITS: JournalLimits = { bytes: 4_000_000, age: 30 * 86_400_000 };

const text = (body: Uint8Array) => new TextDecoder().decode(body);
const bodies = (records: readonly JournalRecord[]) => records.map(({ body }) => text(body)).join(" ");
const numbers = (records: readonly JournalRecord[]) => records.map(({ run, seq }) => `${run}.${seq}`).join(" ");
const EVER: [Instant, Instant] = [instant(0), instant(8.64e15)];

export function journalContract(name: string, open: () => Promise<JournalBench>): void {
  /** Appends bodies of words, at the bench's wall time. */
  const appender =
    ({ clock }: JournalBench, journal: Journal) =>
    (stream: string, words: string, kind: RecordClass = "result") =>
      Promise.all(
        words
          .split(" ")
          .map((word) =>
            journal.append({ stream, class: kind, at: clock.now(), body: new TextEncoder().encode(word) }),
          ),
      );
  const all = (journal: Journal, stream: string) => journal.range(stream, ...EVER, 0, 1e6);

  contract(`${name}: journal`, open, {
    "records get their numbers in the order of the calls, each stream its own": async (bench) => {
      const journal = await bench.open(LIMITS);
      const append = appender(bench, journal);
      assert.equal(journal.position("alarm/a"), { run: 0, seq: 0 });
      const [a, b] = await Promise.all([append("alarm/a", "1 2 3", "alarm"), append("status/b", "4 5", "event")]);
      assert.is(numbers([...a, ...b]), "0.0 0.1 0.2 0.0 0.1");
      assert.equal(journal.position("alarm/a"), { run: 0, seq: 3 });
      const ids = [...a, ...b].map(({ id }) => id);
      assert.ok(ids.every((id, i) => id > (ids[i - 1] ?? 0)));
      assert.is(bodies(journal.pending("alarm/a", 0, 9)), "1 2 3");
      assert.equal([...journal.waiting()].sort(), ["alarm/a", "status/b"]);
    },

    "a body is taken as it is at the call, and what is read belongs to its reader": async (bench) => {
      const journal = await bench.open(LIMITS);
      const body = Uint8Array.of(1, 2, 3);
      const appended = journal.append({ stream: "result", class: "result", at: bench.clock.now(), body });
      body.fill(9);
      assert.equal([...(await appended).body], [1, 2, 3]);
      journal.pending("result", 0, 1)[0]?.body.fill(7);
      assert.equal([...(journal.pending("result", 0, 1)[0]?.body ?? [])], [1, 2, 3]);
    },

    "what was resolved outlives the process, with its numbers, and they go on": async (bench) => {
      let journal = await bench.open(LIMITS);
      const before = [
        ...(await appender(bench, journal)("alarm/a", "1 2", "alarm")),
        ...(await appender(bench, journal)("status/b/live", "3", "periodic")),
      ];
      bench.kill();
      journal = await bench.open(LIMITS);
      assert.equal([...all(journal, "alarm/a"), ...all(journal, "status/b/live")], before);
      const after = await appender(bench, journal)("alarm/a", "4", "alarm");
      assert.is(numbers(after), "0.2");
      assert.ok((after[0]?.id ?? 0) > Math.max(...before.map(({ id }) => id)));
    },

    "what was not resolved is not shown, and once it is it is": async (bench) => {
      const journal = await bench.open(LIMITS);
      const append = appender(bench, journal);
      const began = bench.clock.monotonic();
      const slow = append("status/b", "1", "event");
      assert.equal([journal.pending("status/b", 0, 9).length, journal.ends("status/b")], [0, null]);
      await slow;
      assert.ok(bench.clock.monotonic() - began <= 1000, "within a second");
      assert.is(bodies(journal.pending("status/b", 0, 9)), "1");
      const alarmed = bench.clock.monotonic();
      await append("alarm/a", "2", "alarm");
      assert.ok(bench.clock.monotonic() - alarmed <= 200, "as soon as may be");
    },

    "a stream that begins anew begins a run": async (bench) => {
      let journal = await bench.open(LIMITS);
      journal.restart("status/b");
      assert.equal(journal.position("status/b"), { run: 0, seq: 0 });
      await appender(bench, journal)("status/b", "1 2");
      journal.restart("status/b");
      journal.restart("status/b");
      assert.equal(journal.position("status/b"), { run: 1, seq: 0 });
      assert.is(numbers(await appender(bench, journal)("status/b", "3 4")), "1.0 1.1");
      journal.restart("status/b");
      await journal.close();
      journal = await bench.open(LIMITS);
      assert.equal(journal.position("status/b"), { run: 2, seq: 0 });
      assert.is(numbers(all(journal, "status/b")), "0.0 0.1 1.0 1.1");
    },

    "what is delivered or refused is pending no more, and kept": async (bench) => {
      let journal = await bench.open(LIMITS);
      const [one, two] = await appender(bench, journal)("result", "1 2 3");
      journal.delivered([one?.id ?? 0]);
      journal.quarantine(two?.id ?? 0, 0x97);
      for (let i = 0; i < 2; i++) {
        assert.is(bodies(journal.pending("result", 0, 9)), "3");
        assert.is(bodies(all(journal, "result")), "1 2 3");
        const { records, pending, quarantined, state } = journal.health;
        assert.equal({ records, pending, quarantined, state }, { records: 3, pending: 1, quarantined: 1, state: "ok" });
        await journal.close();
        journal = await bench.open(LIMITS);
      }
      for (const { id } of journal.pending("result", 0, 9)) journal.delivered([id]);
      assert.equal([journal.waiting(), journal.health.pending], [[], 0]);
    },

    "reading goes on where it was left": async (bench) => {
      const journal = await bench.open(LIMITS);
      const append = appender(bench, journal);
      await append("result", "1 2 3");
      await append("alarm/a", "x");
      await bench.clock.sleep(milliseconds(50), "later");
      const later = bench.clock.now();
      await append("result", "4 5");
      const first = journal.pending("result", 0, 2);
      assert.is(bodies(first), "1 2");
      assert.is(bodies(journal.pending("result", first.at(-1)?.id ?? 0, 9)), "3 4 5");
      assert.is(bodies(journal.range("result", later, EVER[1], 0, 9)), "4 5");
      assert.is(bodies(journal.range("result", EVER[0], later, first[0]?.id ?? 0, 9)), "2 3");
      assert.is(bodies(journal.range("result", ...EVER, 0, 4)), "1 2 3 4");
      assert.equal(journal.ends("result"), {
        oldest: first[0]?.id,
        newest: journal.pending("result", 0, 9).at(-1)?.id,
      });
      assert.equal([journal.pending("result/1", 0, 9), journal.ends("none")], [[], null]);
    },

    "a note holds until its time is over": async (bench) => {
      let journal = await bench.open(LIMITS);
      const until = instant(bench.clock.now() + 3_600_000);
      const value = Uint8Array.of(1);
      const noting = journal.note("command/city/1", value, until);
      value.fill(9);
      assert.equal([...(journal.noted("command/city/1") ?? [])], [1]);
      await noting;
      await journal.note("command/city/2", Uint8Array.of(2), until);
      await journal.note("command/city/2", Uint8Array.of(3), until);
      bench.kill();
      journal = await bench.open(LIMITS);
      assert.equal([...(journal.noted("command/city/1") ?? [])], [1]);
      assert.equal([...(journal.noted("command/city/2") ?? [])], [3]);
      assert.is(journal.noted("command/city/3"), null);
      assert.is(journal.notes, 2);
      bench.jump(3_600_000, true);
      assert.is(journal.noted("command/city/1"), null);
    },

    "where room is short what was delivered goes first, then by class; what was missed is counted": async (bench) => {
      let journal = await bench.open(LIMITS);
      let told = 0;
      journal.onHealth(() => told++);
      const body = new Uint8Array(20_000);
      const fill = async (stream: string, kind: RecordClass, count: number) => {
        const made: Promise<JournalRecord>[] = [];
        for (let i = 0; i < count; i++) made.push(journal.append({ stream, class: kind, at: bench.clock.now(), body }));
        return (await Promise.all(made)).map(({ id }) => id);
      };
      await fill("alarm/a", "alarm", 20);
      await fill("status/p", "periodic", 20);
      journal.delivered(await fill("status/d", "event", 20));
      const kept = (stream: string) => all(journal, stream).length;
      for (let i = 0; kept("status/d") > 0; i++) {
        assert.equal([kept("alarm/a"), kept("status/p")], [20, 20]);
        assert.is(told, 0);
        assert.ok(i < 200);
        await fill("result", "result", 5);
      }
      for (let i = 0; kept("status/p") > 0; i++) {
        assert.ok(i < 200);
        await fill("result", "result", 5);
      }
      await fill("result", "result", 100);
      const { dropped, bytes, records } = journal.health;
      assert.is(kept("alarm/a"), 20);
      assert.equal([dropped.periodic, dropped.event, dropped.alarm], [20, 0, 0]);
      assert.ok(dropped.result > 0 && told > 0);
      assert.ok(bytes <= LIMITS.bytes, `${bytes} bytes`);
      assert.is(records, 20 + kept("result"));
      await journal.close();
      journal = await bench.open(LIMITS);
      assert.equal(journal.health.dropped, dropped);
      assert.equal(journal.position("status/p"), { run: 0, seq: 20 });
    },

    "once time is known what happened before gets its date": async (bench) => {
      let journal = await bench.open(LIMITS);
      const [before] = await appender(bench, journal)("alarm/a", "1");
      bench.kill();
      bench.jump(-1e12, false);
      journal = await bench.open(LIMITS);
      const [first] = await appender(bench, journal)("alarm/a", "2");
      await bench.clock.sleep(seconds(2), "unknown time");
      await appender(bench, journal)("alarm/a", "3");
      assert.equal(
        all(journal, "alarm/a").map(({ dated }) => dated),
        [true, false, false],
      );
      bench.kill();
      journal = await bench.open(LIMITS);
      const at = bench.clock.monotonic();
      const [own] = await appender(bench, journal)("alarm/a", "4");
      assert.is(own?.dated, false);
      await bench.clock.sleep(seconds(1), "still unknown");
      bench.jump(1e12 + 5000, true);
      const now = bench.clock.now() - (bench.clock.monotonic() - at);
      await appender(bench, journal)("alarm/a", "5");
      bench.kill();
      journal = await bench.open(LIMITS);
      const found = all(journal, "alarm/a");
      assert.equal(
        found.map(({ dated }) => dated),
        [true, false, false, true, true],
      );
      const [one, two, three, four] = found.map((record) => record.at);
      assert.is(one, before?.at);
      assert.ok((two ?? 0) >= (one ?? 0) && (two ?? 0) < now, "a bound");
      assert.ok(Math.abs((three ?? 0) - (two ?? 0) - 2000) < 500, "distances stay");
      assert.ok((two ?? 0) > (first?.at ?? 0));
      assert.ok(Math.abs((four ?? 0) - now) < 100, `exact: ${four} for ${now}`);
      assert.is(bodies(found), "1 2 3 4 5");
    },

    "a clock that is years off for an hour drops nothing": async (bench) => {
      const journal = await bench.open(LIMITS);
      await appender(bench, journal)("alarm/a", "1 2 3");
      for (const years of [10, -20, 10]) {
        bench.jump(years * 365.25 * 86_400_000, true);
        await appender(bench, journal)("result", `${years}`);
      }
      assert.is(bodies(all(journal, "alarm/a")), "1 2 3");
      assert.is(bodies(all(journal, "result")), "10 -20 10");
      assert.equal(journal.health.dropped, { periodic: 0, event: 0, result: 0, alarm: 0 });
    },

    "a close writes what waits, and may be called twice; who comes later is told": async (bench) => {
      const journal = await bench.open(LIMITS);
      const appended = appender(bench, journal)("status/b", "1", "periodic");
      await Promise.all([journal.close(), journal.close()]);
      assert.is(numbers(await appended), "0.0");
      assert.is(numbers(all(await bench.open(LIMITS), "status/b")), "0.0");
      const late = await appender(bench, journal)("status/b", "2").catch((error: unknown) => error);
      assert.instance(late, TypeError);
    },

    "only one may have it": async (bench) => {
      await bench.open(LIMITS);
      assert.is(await faultOf(bench.open(LIMITS)), "port-busy");
    },

    "a stream that is none and a body that is too large are refused, and take no number": async (bench) => {
      const journal = await bench.open(LIMITS);
      const at = bench.clock.now();
      for (const stream of ["", "/a", "a/", "a//b", "A", "a b", "a".repeat(201)])
        assert.instance(
          await journal.append({ stream, class: "event", at, body: new Uint8Array() }).catch((error: unknown) => error),
          TypeError,
          stream,
        );
      const large = { stream: "a", class: "event", at, body: new Uint8Array(65_537) } as const;
      assert.instance(await journal.append(large).catch((error: unknown) => error), TypeError);
      assert.is(numbers([await journal.append({ ...large, body: new Uint8Array(65_536) })]), "0.0");
    },
  });
}
