import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { Fault } from "../../firmware/hal/fault.ts";
import { nodeProblem } from "../../firmware/link/topic.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { LONGEST_NAME } from "./authority.ts";
import { Provision } from "./folder.ts";
import { HELP } from "./help.ts";

const DAYS = { ca: 3650, broker: 90, cabinet: 30, supervisor: 90 } as const;
const HOST = /^[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/;

/** `hulotte provision ...`. Resolves with the exit code. */
export async function runProvision(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(argv);
    const [verb = "help", ...rest] = positionals;
    if (values.help || verb === "help") {
      console.log(HELP);
      return 0;
    }
    await call(verb, rest, values);
    return 0;
  } catch (error) {
    if (error instanceof Usage) {
      console.error(`hulotte: ${error.message}\nhulotte provision help says more`);
      return 2;
    }
    if (!(error instanceof Fault)) throw error;
    console.error(`hulotte: ${error.message}`);
    return 1;
  }
}

type Values = ReturnType<typeof parse>["values"];

function parse(argv: readonly string[]) {
  return readCall(argv, {
    dir: { type: "string" },
    name: { type: "string" },
    days: { type: "string" },
    supervisor: { type: "string", multiple: true },
    host: { type: "string", multiple: true },
    port: { type: "string" },
    address: { type: "string" },
    levels: { type: "string" },
    reads: { type: "string", multiple: true },
    user: { type: "string" },
    request: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
}

const TAKES: Readonly<Record<string, readonly (keyof Values)[]>> = {
  ca: ["name", "days"],
  broker: ["supervisor", "host", "port", "address", "levels", "reads", "user", "days"],
  cabinet: ["days", "request"],
  supervisor: ["days", "request"],
  renew: ["days", "request"],
  revoke: [],
};

async function call(verb: string, rest: readonly string[], values: Values): Promise<void> {
  const takes = TAKES[verb];
  if (!takes) throw new Usage(`no command "provision ${verb}": allowed ${Object.keys(TAKES).join(", ")}, help`);
  for (const name of Object.keys(values) as (keyof Values)[])
    if (name !== "dir" && !takes.includes(name)) throw new Usage(`provision ${verb} takes no --${name}`);
  if (values.dir === undefined) throw new Usage(`provision ${verb} wants --dir DIR, the folder of the authority`);
  const provision = new Provision(resolve(values.dir));
  switch (verb) {
    case "ca":
      none(verb, rest);
      await provision.authority.make(values.name ?? "hulotte development authority", daysOf(values.days, DAYS.ca));
      console.log(`${provision.authority.certificateFile}: the authority that cabinets and supervisors believe`);
      return;
    case "broker":
      none(verb, rest);
      return makeBroker(provision, values);
    case "cabinet":
    case "supervisor": {
      const id = idOf(verb, rest);
      const days = daysOf(values.days, DAYS[verb]);
      if (values.request !== undefined) {
        const request = await readRequest(values.request);
        console.log((await provision.answer(verb, id, request, days, true)).trimEnd());
        return;
      }
      console.log(`${await provision.holder(verb, id, days)}: key.pem, certificate.pem, ca.pem`);
      return;
    }
    case "renew": {
      const id = idOf(verb, rest);
      if (values.request === undefined) throw new Usage("provision renew wants --request FILE, the signing request");
      const holder = (await provision.authority.knows("supervisor", id)) ? "supervisor" : "cabinet";
      const days = daysOf(values.days, DAYS[holder]);
      console.log((await provision.answer(holder, id, await readRequest(values.request), days, false)).trimEnd());
      return;
    }
    default: {
      const id = idOf(verb, rest);
      const told = await provision.revoke(id);
      console.log(
        told
          ? `${id} has no rights any more in ${join(provision.brokerFolder, "acl")}: now have the broker read it again
(systemctl reload mosquitto, or kill -HUP); to cut its connection too, restart the broker`
          : `${id} is revoked; there is no broker in ${provision.folder} whose list could say so`,
      );
    }
  }
}

async function makeBroker(provision: Provision, values: Values): Promise<void> {
  const supervisors = values.supervisor ?? [];
  if (supervisors.length === 0) throw new Usage("provision broker wants --supervisor ID, once for each supervisor");
  for (const id of supervisors) checkId(id);
  const hosts = values.host ?? ["localhost", "127.0.0.1"];
  for (const host of [...hosts, ...(values.address === undefined ? [] : [values.address])])
    if (!HOST.test(host)) throw new Usage(`"${host}" is no host: allowed is a name or an address, without port`);
  const port = whole("port", values.port ?? "8883", 1, 65_535);
  const levels = whole("levels", values.levels ?? "2", 1, 8);
  const user = values.user ?? (process.getuid?.() === 0 ? "mosquitto" : undefined);
  const reads = (values.reads ?? []).map(readOf);
  const settings = {
    port,
    supervisors,
    levels,
    reads,
    ...(values.address === undefined ? {} : { address: values.address }),
  };
  const days = daysOf(values.days, DAYS.broker);
  const closed = await provision.broker(settings, { hosts, days, user });
  console.log(`${join(provision.brokerFolder, "mosquitto.conf")}: start it with mosquitto -c and this file`);
  for (const folder of closed)
    console.error(`hulotte: ${folder} does not let ${user} through: chmod o+x, or another --dir`);
}

const TOPIC = /^(?!\$)[^\s+#]{1,200}$/;

/** `NODE=TOPIC`. */
function readOf(text: string): { node: string; topic: string } {
  const [node = "", ...rest] = text.split("=");
  const topic = rest.join("=");
  checkId(node);
  if (!TOPIC.test(topic)) throw new Usage(`--reads ${text}: allowed is ID=TOPIC, the topic without + and #`);
  return { node, topic };
}

function idOf(verb: string, rest: readonly string[]): string {
  const [id, ...more] = rest;
  if (id === undefined || more.length > 0) throw new Usage(`provision ${verb} wants one ID, such as 21231/cab-0117`);
  checkId(id);
  return id;
}

function checkId(id: string): void {
  const problem = nodeProblem(id);
  if (problem) throw new Usage(problem);
  if (id.length > LONGEST_NAME)
    throw new Usage(`${id} is ${id.length} characters long: a certificate's name has ${LONGEST_NAME} at most`);
}

function none(verb: string, rest: readonly string[]): void {
  if (rest.length > 0) throw new Usage(`provision ${verb} takes no ID: ${rest.join(" ")}`);
}

const daysOf = (text: string | undefined, usual: number): number => whole("days", text ?? String(usual), 1, 36_500);

function whole(name: string, text: string, low: number, high: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new Usage(`--${name} ${text}: allowed ${low} to ${high}`);
  return value;
}

async function readRequest(file: string): Promise<string> {
  try {
    return file === "-" ? await textOf(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new Fault("port-missing", file, `cannot be read: ${(error as NodeJS.ErrnoException).code}`, error);
  }
}
