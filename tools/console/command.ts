/** `hulotte console`: the page of a cabinet for people, served where they may have it. */
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { formatProblem, readConfig } from "../../firmware/config/read.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { hashPassword, passwordProblem, readUsers, SHORTEST_PASSWORD, USER } from "./password.ts";
import { askPassword } from "./prompt.ts";
import { type ConsoleOptions, serveConsole } from "./server.ts";

const HELP = `hulotte console: the page of a cabinet, in a browser

  hulotte console [CABINET.yaml]       serve the page of the cabinet that CABINET.yaml describes, or of --node at --broker
      --node ID                        RSMP id of the cabinet instead of the file's (21231/cab-0117)
      --broker URL                     instead of the file's: mqtt:// or mqtts:// goes through the console; a browser
                                       goes to ws:// or wss:// itself, which no login guards
      --broker-ca FILE                 authority of the broker's certificate, PEM (default: the file's mqtt.tls.ca)
      --broker-certificate FILE        who the console is at the broker: its certificate and key, PEM
      --broker-key FILE
      --port PORT                      default 8080, or the next free one
      --host ADDRESS                   default 127.0.0.1. Any other address needs the three below
      --certificate FILE --key FILE    serve over TLS 1.3; PEM, the key readable by its owner only
      --users FILE                     log in first; lines of \`hulotte console password\`, readable by their owner only
  hulotte console password NAME        asks for a new password and prints the user's line for --users

Ends with Ctrl-C.`;

/** Resolves with the exit code. A call that is wrong is a Usage. */
export async function runConsole(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (positionals[0] === "password") return printUser(positionals.slice(1));
  if (positionals.length > 1) throw new Usage(`one file at a time: ${positionals.join(" ")}`);
  const options = await optionsOf(values, positionals[0]);
  const served = await serveConsole(options).catch((error: unknown) => {
    if (error instanceof TypeError) throw new Usage(error.message);
    throw error;
  });
  if (options.brokerUrl.startsWith("mqtts:") && options.brokerTls?.certificate === undefined)
    console.error(
      `no --broker-certificate: where ${options.brokerUrl} wants one of its clients the page shows nothing (tools/provision/README.md)`,
    );
  console.log(
    `${options.node}: ${served.url}${options.users ? "" : " (no login: everybody on this machine may come in)"}`,
  );
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
  await served.close();
  return 0;
}

type Values = ReturnType<typeof parse>["values"];

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  return readCall(argv, {
    node: text,
    broker: text,
    "broker-ca": text,
    "broker-certificate": text,
    "broker-key": text,
    port: text,
    host: text,
    certificate: text,
    key: text,
    users: text,
    help: { type: "boolean", short: "h" },
  });
}

async function optionsOf(values: Values, path: string | undefined): Promise<ConsoleOptions> {
  const file = path === undefined ? undefined : await fileOf(path);
  const node = values.node ?? file?.node;
  const brokerUrl = values.broker ?? file?.broker;
  if (node === undefined || brokerUrl === undefined)
    throw new Usage("which cabinet: name its CABINET.yaml, or give --node and --broker");
  const ca = values["broker-ca"] ?? (values.broker === undefined ? file?.ca : undefined);
  const [brokerCertificate, brokerKey] = [values["broker-certificate"], values["broker-key"]];
  if ((brokerCertificate === undefined) !== (brokerKey === undefined))
    throw new Usage("--broker-certificate and --broker-key go together");
  if ((values.certificate === undefined) !== (values.key === undefined))
    throw new Usage("--certificate and --key go together");
  return {
    node,
    brokerUrl,
    port: portOf(values.port),
    ...(values.host === undefined ? {} : { host: values.host }),
    brokerTls: {
      ...(ca === undefined ? {} : { ca: await textOf("--broker-ca", ca) }),
      ...(brokerCertificate === undefined
        ? {}
        : { certificate: await textOf("--broker-certificate", brokerCertificate) }),
      ...(brokerKey === undefined ? {} : { key: await secretOf("--broker-key", brokerKey) }),
    },
    ...(values.certificate === undefined || values.key === undefined
      ? {}
      : {
          tls: {
            certificate: await textOf("--certificate", values.certificate),
            key: await secretOf("--key", values.key),
          },
        }),
    ...(values.users === undefined ? {} : { users: usersOf(values.users, await secretOf("--users", values.users)) }),
  };
}

async function fileOf(path: string) {
  const read = readConfig(await textOf("CABINET.yaml", path));
  if (!read.ok) throw new Usage(read.problems.map((problem) => formatProblem(problem, path)).join("\n"));
  const { node, mqtt } = read.config;
  return {
    node,
    broker: typeof mqtt.url === "string" ? mqtt.url : mqtt.url[0],
    ca: mqtt.tls && resolve(dirname(path), mqtt.tls.ca),
  };
}

function portOf(text = "8080"): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Usage(`--port ${text}: allowed 0 to 65535`);
  return port;
}

async function textOf(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Usage(`${option} ${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function secretOf(option: string, path: string): Promise<string> {
  const text = await textOf(option, path);
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new Usage(`${option} ${path}: others may read it (0${mode.toString(8)}): allowed is 0600`);
  return text;
}

function usersOf(path: string, text: string): ReadonlyMap<string, string> {
  try {
    return readUsers(text);
  } catch (error) {
    throw new Usage(`--users ${path}: ${(error as Error).message}`);
  }
}

async function printUser(rest: readonly string[]): Promise<number> {
  const [name = ""] = rest;
  if (rest.length !== 1 || !USER.test(name))
    throw new Usage("hulotte console password NAME: allowed 1 to 32 letters, digits, . _ -");
  const password = await askPassword(
    `Password for ${name} (at least ${SHORTEST_PASSWORD} characters): `,
    "Once more: ",
  );
  if (password === null) throw new Usage("the two are not the same");
  const problem = passwordProblem(password);
  if (problem) throw new Usage(problem);
  console.log(`${name}:${await hashPassword(password)}`);
  return 0;
}
