import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Journal } from "../firmware/hal/journal.ts";
import type { KeptJournal } from "../firmware/hal/journal-keeper.ts";
import type { Ports } from "../firmware/hal/ports.ts";
import type { OpenSession } from "../firmware/link/wire/connection.ts";

/** The ports of one process that may be killed. */
export interface Mortal {
  readonly ports: Ports;
  readonly clock: Clock;
  /** A way to a broker that the process cannot use any more once it is dead. */
  session(open: OpenSession): OpenSession;
  /** What the process has open: streams, adapters, pins. */
  readonly open: number;
  /**
   * Ends it as SIGKILL does: from here nothing it waits for ever comes, so it does nothing more; what it had open is
   * closed by the system, outputs keep their level, and what was written to the store stays.
   */
  kill(): void;
}

const isKept = (journal: Journal): journal is KeptJournal => "abandon" in journal;

/** Puts a border around a runtime, across which it can be cut off for good. */
export function mortal(ports: Ports): Mortal {
  let dead = false;
  const handles = new Set<{ close(): Promise<void> }>();

  /** The promise while the process lives; one that never settles from then on. */
  const living = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(
        (value) => {
          if (!dead) resolve(value);
        },
        (error: unknown) => {
          if (!dead) reject(error);
        },
      );
    });
  const call = <T>(work: () => Promise<T>): Promise<T> => (dead ? new Promise(() => {}) : living(work()));

  async function* lively<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const iterator = source[Symbol.asyncIterator]();
    try {
      for (let next = await call(() => iterator.next()); !next.done; next = await call(() => iterator.next()))
        yield next.value;
    } finally {
      if (!dead) await iterator.return?.();
    }
  }

  const closer = (handle: { close(): Promise<void> }) => {
    handles.add(handle);
    return () =>
      call(async () => {
        handles.delete(handle);
        await handle.close();
      });
  };

  const clockOf = (clock: Clock): Clock => ({
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    isSet: () => clock.isSet(),
    quality: () => clock.quality(),
    sleep: (d, name, signal) => call(() => clock.sleep(d, name, signal)),
  });
  const streamOf = (stream: ByteStream): ByteStream => ({
    chunks: lively(stream.chunks),
    write: (bytes) => call(() => stream.write(bytes)),
    close: closer(stream),
  });

  const pageOf =
    (page: NonNullable<Ports["page"]>): NonNullable<Ports["page"]> =>
    (address) => {
      const port = page(address);
      return { address: port.address, get: (limit, signal) => call(() => port.get(limit, signal)) };
    };
  const listenOf = (listen: NonNullable<Ports["listen"]>): NonNullable<Ports["listen"]> =>
    async function* (address, port, signal, tls) {
      const killed = new AbortController();
      const end = { close: async () => killed.abort() };
      handles.add(end);
      for await (const stream of lively(listen(address, port, AbortSignal.any([signal, killed.signal]), tls)))
        yield streamOf(stream);
      handles.delete(end);
    };

  const clock = clockOf(ports.clock);
  const journals = new Set<KeptJournal>();
  const abandon = () => {
    for (const journal of journals) journal.abandon();
  };
  const journalOf = (journal: Journal): Journal => ({
    append: (record) => call(() => journal.append(record)),
    restart: (stream) => dead || journal.restart(stream),
    position: (stream) => journal.position(stream),
    delivered: (ids) => dead || journal.delivered(ids),
    quarantine: (id, reason) => dead || journal.quarantine(id, reason),
    waiting: () => journal.waiting(),
    pending: (stream, after, limit) => journal.pending(stream, after, limit),
    range: (stream, from, to, after, limit) => journal.range(stream, from, to, after, limit),
    ends: (stream) => journal.ends(stream),
    note: (key, value, until) => call(() => journal.note(key, value, until)),
    noted: (key) => journal.noted(key),
    get notes() {
      return journal.notes;
    },
    get health() {
      return journal.health;
    },
    onHealth: (listener) =>
      journal.onHealth(() => {
        if (!dead) listener();
      }),
    close: () => call(() => journal.close()),
  });
  return {
    clock,
    ports: {
      ...ports,
      clock,
      store: {
        read: (key) => call(() => ports.store.read(key)),
        write: (key, value) => call(() => ports.store.write(key, value)),
      },
      journal: (limits) =>
        call(async () => {
          const journal = await ports.journal(limits);
          if (isKept(journal)) journals.add(journal);
          if (dead) abandon();
          return journalOf(journal);
        }),
      bytes(address, settings) {
        const port = ports.bytes(address, settings);
        return { name: port.name, open: (signal) => call(async () => streamOf(await port.open(signal))) };
      },
      ...(ports.page && { page: pageOf(ports.page) }),
      ...(ports.listen && { listen: listenOf(ports.listen) }),
      i2c: (adapter) =>
        call(async () => {
          const bus = await ports.i2c(adapter);
          return {
            name: bus.name,
            transfer: (address, write, read) => call(() => bus.transfer(address, write, read)),
            close: closer(bus),
          };
        }),
      input: (address) =>
        call(async () => {
          const pin = await ports.input(address);
          return { changes: lively(pin.changes), read: () => call(() => pin.read()), close: closer(pin) };
        }),
      output: (address, initial) =>
        call(async () => {
          const pin = await ports.output(address, initial);
          return { write: (high) => call(() => pin.write(high)), close: closer(pin) };
        }),
      edges: (address) =>
        call(async () => {
          const stream = await ports.edges(address);
          return { high: stream.high, changes: lively(stream.changes), close: closer(stream) };
        }),
    },
    session: (open) => (options, onReady) => {
      const alive =
        <A extends unknown[]>(tell: (...told: A) => void) =>
        (...told: A) => {
          if (!dead) tell(...told);
        };
      const session = open(
        { ...options, onMessage: alive(options.onMessage), onRoom: alive(options.onRoom) },
        alive(onReady),
      );
      return {
        get connected() {
          return !dead && session.connected;
        },
        over: living(session.over),
        reason: session.reason,
        hasRoom: () => !dead && session.hasRoom(),
        get inFlight() {
          return session.inFlight;
        },
        publish: (topic, payload, delivery, done) =>
          !dead && session.publish(topic, payload, delivery, done && alive(done)),
        farewell: (topic, payload, delivery) => call(() => session.farewell(topic, payload, delivery)),
        end: () => call(() => session.end()),
      };
    },
    get open() {
      return handles.size;
    },
    kill() {
      dead = true;
      abandon();
      // Nobody waits for these: a device may take its time to notice.
      for (const handle of handles) handle.close().catch(() => {});
      handles.clear();
    },
  };
}
