import { Fault } from "../../../firmware/hal/fault.ts";
import { Usage } from "../usage.ts";
import { meant, openBus } from "./bus.ts";
import { HELP } from "./help.ts";
import { readOptions } from "./options.ts";
import { VERBS } from "./verbs.ts";

/** How long what was told to end may still tidy up on the bus (TERMINATE), ms. */
const TIDY = 800;

/** `hulotte dali ...`. Resolves with the exit code. */
export async function runDali(argv: readonly string[]): Promise<number> {
  const end = new AbortController();
  const stop = () => end.abort(new Error("ended"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  // who read along went: `hulotte dali monitor 1 | head`
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    stop();
  });
  try {
    return await call(argv, end.signal);
  } catch (error) {
    if (error instanceof Usage) {
      console.error(`hulotte: ${error.message}\nhulotte dali help says more`);
      return 2;
    }
    if (end.signal.aborted) return 1;
    if (!(error instanceof Fault)) throw error;
    console.error(`hulotte: ${error.message}${hint(error)}`);
    return 1;
  }
}

async function call(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const [name = "help", ...rest] = argv;
  const verb = VERBS[name];
  if (["help", "-h", "--help"].includes(name)) {
    console.log(HELP);
    return 0;
  }
  if (!verb) throw new Usage(`no command "dali ${name}": allowed ${Object.keys(VERBS).join(", ")}`);
  const options = readOptions(rest, verb.flags);
  if (options.flags["help"] === true) {
    console.log(HELP);
    return 0;
  }
  const named = verb.bus && options.gateway === undefined;
  const [first, ...others] = options.rest;
  const busOf = () => meant(options, named ? first : (options.flags["onto"] as string | undefined));
  return verb.run({
    options,
    words: named ? others : options.rest,
    signal,
    meant: busOf,
    async on(work) {
      const bus = await openBus(await busOf(), signal);
      if (bus.borrowed) console.error(`${bus.id}: lent by the cabinet that runs`);
      try {
        return await ended(work(bus), signal);
      } finally {
        await bus.close();
      }
    },
  });
}

/** As `work` does; once `signal` aborts, it has a moment to put the bus in order. */
async function ended<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const aborted = () => {
    timer = setTimeout(() => late.reject(signal.reason), TIDY);
  };
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener("abort", aborted);
    clearTimeout(timer);
  }
}

const HINTS: Readonly<Partial<Record<string, string>>> = {
  "port-busy": "another program has it: a cabinet with another state directory (--state), or another technician",
  "port-denied": "this user may not open it: the groups dialout (serial) and i2c may",
  "port-lost": "the connection ended: is its cable in, and has it power?",
  "gateway-silent": "is it this kind of gateway, and has it power? `hulotte dali gateways` lists the kinds",
  "gateway-full": "the gateway has no room for a frame: is another program sending, too?",
  "bus-power-lost": "the gateway works, the DALI bus has no power",
  "bus-short-circuit": "the gateway works, the two wires of the DALI bus touch, or the bus has no power",
  "bus-collision": "another master on the bus spoilt the frame each time: try again",
};

function hint({ kind, where }: Fault): string {
  const missing = where.startsWith("tcp://")
    ? "nobody answers there: is the gateway on the network, and the port right?"
    : "is it plugged in? /dev/serial/by-id and /dev/i2c-* have what is";
  const text = kind === "port-missing" ? missing : HINTS[kind];
  return text === undefined ? "" : `\n${text}`;
}
