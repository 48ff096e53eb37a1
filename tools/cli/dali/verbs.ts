/** What `hulotte dali` can do, by its words. What a verb needs is loaded when it is called. */
import { readFile } from "node:fs/promises";
import { gateways } from "../../../firmware/gateways/list.ts";
import { Usage } from "../usage.ts";
import { type Meant, type OpenBus, PLACES } from "./bus.ts";
import { readCapture } from "./capture.ts";
import { type DaliOptions, type Flags, whole } from "./options.ts";

export interface Verb {
  readonly flags: Flags;
  /** Whether the first word names a bus (unless --gateway does). */
  readonly bus: boolean;
  run(call: Call): Promise<number>;
}

export interface Call {
  readonly options: DaliOptions;
  /** The words after the bus. */
  readonly words: readonly string[];
  readonly signal: AbortSignal;
  /** The bus that is meant, not yet opened. */
  meant(): Promise<Meant>;
  /** Does it on the opened bus, and gives it back. */
  on(work: (bus: OpenBus) => Promise<number>): Promise<number>;
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

export const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    flags: {},
    bus: false,
    async run({ words }) {
      const { listCommands } = await import("../../../firmware/dali/text/listing.ts");
      const found = listCommands(words.join(" "));
      if (found.length === 0) throw new Usage(`no command is like "${words.join(" ")}": \`hulotte dali list\` has all`);
      const width = Math.max(...found.map(({ shape }) => shape.length));
      for (const { shape, standard, part, answers, twice } of found)
        console.log(
          `${shape.padEnd(width)}  ${part}  ${standard}${answers ? ", answers" : ""}${twice ? ", twice" : ""}`,
        );
      return 0;
    },
  },
  gateways: {
    flags: {},
    bus: false,
    async run({ words }) {
      none(words);
      for (const { name, title, wire, options = {} } of gateways) {
        console.log(`${name.padEnd(10)} ${title} (${PLACES[wire]})`);
        for (const [option, values] of Object.entries(options))
          console.log(`${"".padEnd(10)}   --option ${option}=${values.join("|")}`);
      }
      return 0;
    },
  },
  complete: {
    flags: {},
    bus: false,
    async run({ words }) {
      const { complete } = await import("../../../firmware/dali/text/complete.ts");
      const { candidates, hint } = complete(words.join(" "));
      for (const candidate of candidates) console.log(candidate);
      if (hint !== null) console.error(hint);
      return 0;
    },
  },
  completion: {
    flags: { line: text },
    bus: false,
    async run({ words, options }) {
      const { BASH, completions } = await import("./completion.ts");
      const line = options.flags["line"] as string | undefined;
      if (line !== undefined) {
        for (const candidate of await completions(line, VERBS)) console.log(candidate);
        return 0;
      }
      if (words.join(" ") !== "bash") throw new Usage("completion for which shell? allowed bash");
      console.log(BASH);
      return 0;
    },
  },
  send: {
    flags: {},
    bus: true,
    async run({ words, on }) {
      const { commandsOf, send } = await import("./send.ts");
      if (words.length === 0) throw new Usage('which command? such as "DAPC(A5, 254)"; `hulotte dali list` has all');
      const commands = commandsOf(words);
      return on(async (bus) => {
        await send(bus, commands);
        return 0;
      });
    },
  },
  scan: {
    flags: { whole: flag },
    bus: true,
    async run({ options, words, on }) {
      none(words);
      return on(async (bus) => {
        const { scan, scanTable } = await import("./scan.ts");
        const all = Array.from({ length: 64 }, (_, address) => address);
        const found = await bus.run(scan(all, options.flags["whole"] === true));
        const nameOf = (address: number) => bus.lamps.find((lamp) => lamp.address === address)?.id;
        for (const line of scanTable(found, nameOf)) console.log(line);
        const missing = bus.lamps.filter(({ address }) => !found.some((one) => one.address === address));
        for (const { id, address } of missing) console.log(`A${address} ${id} does not answer`);
        console.log(`${found.length} gear answer`);
        return missing.length > 0 ? 1 : 0;
      });
    },
  },
  show: {
    flags: {},
    bus: true,
    async run({ words, on }) {
      const [address] = addressesOf(words);
      if (address === undefined || words.length > 1) throw new Usage("which gear? one short address, A0 to A63");
      const { describe } = await import("./gear.ts");
      return on(async (bus) => ((await describe(bus, address)) ? 0 : 1));
    },
  },
  commission: {
    flags: { count: text, replace: flag, identify: flag, forget: flag },
    bus: true,
    async run({ options: { flags }, words, on }) {
      none(words);
      const { commissionBus } = await import("./commission.ts");
      const expected = whole("count", flags["count"] as string | undefined, 1, 64);
      const is = (name: string) => flags[name] === true;
      const how = { expected, replace: is("replace"), identify: is("identify"), forget: is("forget") };
      return on((bus) => commissionBus(bus, how));
    },
  },
  audit: {
    flags: { repair: flag },
    bus: true,
    async run({ options, words, meant, on }) {
      const { auditLamps, lampsAt } = await import("./gear.ts");
      const lamps = lampsAt(await meant(), addressesOf(words));
      return on(async (bus) => {
        const differ = await auditLamps(bus, lamps, options.flags["repair"] === true);
        console.log(differ === 0 ? "all as wanted" : `${differ} gear are not as wanted`);
        return differ === 0 ? 0 : 1;
      });
    },
  },
  monitor: {
    flags: { capture: text, plain: flag, seconds: text },
    bus: true,
    async run({ options: { flags }, words, meant: bus, signal }) {
      none(words);
      const { monitor } = await import("./monitor.ts");
      const plain = flags["plain"] === true || !process.stdout.isTTY;
      const seconds = whole("seconds", flags["seconds"] as string | undefined, 1, 1_000_000);
      await monitor(await bus(), { capture: flags["capture"] as string | undefined, plain, seconds }, signal);
      return 0;
    },
  },
  replay: {
    flags: { speed: text, onto: text },
    bus: false,
    async run({ options, words, signal, on }) {
      const [path] = words;
      if (path === undefined || words.length > 1) throw new Usage("which capture? one file");
      const capture = readCapture(await contentOf(path), path);
      const said = String(options.flags["speed"] ?? "1");
      const speed = said.trim() === "" ? Number.NaN : Number(said);
      if (!(speed >= 0 && speed <= 1000)) throw new Usage(`--speed is ${said}: allowed 0 to 1000`);
      const { replay, replayOnto } = await import("./replay.ts");
      if (options.flags["onto"] === undefined && options.gateway === undefined) {
        await replay(capture, speed, signal);
        return 0;
      }
      return on(async (bus) => ((await replayOnto(bus, capture, speed)) > 0 ? 1 : 0));
    },
  },
};

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Usage(`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function none(words: readonly string[]): void {
  if (words.length > 0) throw new Usage(`too many words: ${words.join(" ")}`);
}

/** `A5` or `5`, each 0 to 63. */
function addressesOf(words: readonly string[]): number[] {
  return words.map((word) => {
    const [, digits] = /^[Aa]?(\d{1,2})$/.exec(word) ?? [];
    if (digits === undefined || Number(digits) > 63) throw new Usage(`${word}: allowed a short address, A0 to A63`);
    return Number(digits);
  });
}
