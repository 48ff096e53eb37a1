import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { instant } from "../../controllers/units.ts";
import { formatProblem, readConfig } from "../../firmware/config/read.ts";
import { problemOf } from "../../firmware/link/check.ts";
import type { CommandKey } from "../../firmware/link/commands/key-ring.ts";
import { LONGEST_VALID, type SigningKey, seal, signerOf } from "../../firmware/link/commands/signer.ts";
import { commandOf } from "../../firmware/link/modules.ts";
import type { CommandPayload } from "../../firmware/link/payload.ts";
import { nodeProblem, topicOf } from "../../firmware/link/topic.ts";
import { readOptionsOnly } from "./options.ts";
import { Usage } from "./usage.ts";

const HELP = `hulotte keys: whose commands a cabinet does (Ed25519; RFC 8032, RFC 9052)

  hulotte keys new --id ID --issuer SUPERVISOR --out FILE [--codes CODE,CODE]
      makes a pair of keys, writes the private one to FILE (a JSON Web Key, 0600; an existing file is never written over),
      and prints the public one as the lines that cabinet.yaml wants
      --codes  what it may command, such as lighting or cabinet.keys; default: all but keys and certificates
  hulotte keys list FILE ...
      the keys that a cabinet.yaml believes, or the public part of a key file
  hulotte keys sign --key FILE --node NODE --code CODE [--component ADDRESS] [--values JSON]
                    [--valid SECONDS] [--id ID] [--out FILE]
      signs one command and writes its MQTT payload to FILE, else to standard output; publish it to
      NODE/command/CODE with a Response Topic SUPERVISOR/result/CODE and Correlation Data
      --valid  how long it may begin, from now: default 60, at most 86400
      --id     8 to 64 printable characters; the same id again is the same command; default: by chance

Ends with 0 when all went well, 2 when the call or a file is wrong.`;

/** `hulotte keys`. Resolves with the exit code; a wrong call or file is a Usage. */
export async function runKeys(argv: readonly string[]): Promise<number> {
  const [verb = "help", ...rest] = argv;
  switch (verb) {
    case "new":
      await makeKey(options(rest, ["id", "issuer", "out", "codes"]));
      return 0;
    case "list":
      if (rest.length === 0) throw new Usage("keys list wants a cabinet.yaml or key files");
      for (const file of rest) for (const key of await keysOf(file)) console.log(line(key));
      return 0;
    case "sign":
      await signCommand(options(rest, ["key", "node", "code", "component", "values", "valid", "id", "out"]));
      return 0;
    case "help":
    case "--help":
    case "-h":
      console.log(HELP);
      return 0;
    default:
      throw new Usage(`no command "keys ${verb}": allowed new, list, sign, help`);
  }
}

type Options = Readonly<Record<string, string | undefined>>;

function options(args: readonly string[], names: readonly string[]): Options {
  const shape = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  return readOptionsOnly(args, shape).values;
}

function wanted(given: Options, name: string, allowed: string): string {
  const value = given[name];
  if (value === undefined) throw new Usage(`--${name} is missing: ${allowed}`);
  return value;
}

async function makeKey(given: Options): Promise<void> {
  const kid = wanted(given, "id", "1 to 32 letters, digits, . _ -");
  if (!/^[A-Za-z0-9._-]{1,32}$/.test(kid)) throw new Usage(`--id ${kid}: allowed 1 to 32 letters, digits, . _ -`);
  const issuer = wanted(given, "issuer", "the RSMP id of the supervisor that signs with it");
  const wrong = nodeProblem(issuer);
  if (wrong) throw new Usage(`--issuer: ${wrong}`);
  const out = wanted(given, "out", "the file for the private key");
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as { d: string; x: string };
  const key: SigningKey = { kty: "OKP", crv: "Ed25519", kid, issuer, d, x };
  try {
    await writeFile(out, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Usage(`--out ${out}: cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  const codes = given["codes"]?.split(",");
  console.log("commands:\n  keys:");
  console.log(line({ id: kid, issuer, publicKey: x, ...(codes ? { codes } : {}) }));
}

/** As `cabinet.yaml` holds it. */
function line({ id, issuer, publicKey, codes, from, until }: CommandKey): string {
  const more = [
    ...(codes ? [`codes: [${codes.join(", ")}]`] : []),
    ...(from === undefined ? [] : [`from: ${from}`]),
    ...(until === undefined ? [] : [`until: ${until}`]),
  ];
  return `    - { ${[`id: ${id}`, `issuer: ${issuer}`, `publicKey: ${publicKey}`, ...more].join(", ")} }`;
}

async function keysOf(path: string): Promise<readonly CommandKey[]> {
  const text = await textOf(path);
  if (text.trimStart().startsWith("{")) {
    const { kid, issuer, x } = await privateKey(path);
    return [{ id: kid, issuer, publicKey: x }];
  }
  const read = readConfig(text);
  if (!read.ok) throw new Usage(read.problems.map((problem) => formatProblem(problem, path)).join("\n"));
  return read.config.commands.keys;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Usage(`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** The errors say nothing of what the file holds. */
async function privateKey(path: string): Promise<SigningKey> {
  const text = await textOf(path);
  if ((await stat(path)).mode & 0o077) throw new Usage(`${path}: others may read or write it: allowed is mode 0600`);
  try {
    const key = JSON.parse(text) as SigningKey;
    await signerOf(key);
    return key;
  } catch {
    throw new Usage(`${path}: is no private key as \`hulotte keys new\` writes it`);
  }
}

async function signCommand(given: Options): Promise<void> {
  const signer = await signerOf(await privateKey(wanted(given, "key", "the file of a private key")));
  const node = wanted(given, "node", "the RSMP id of the cabinet");
  const wrong = nodeProblem(node);
  if (wrong) throw new Usage(`--node: ${wrong}`);
  const code = wanted(given, "code", "a command's code, such as lighting.level.set");
  const table = commandOf(code);
  if (!table) throw new Usage(`--code ${code}: no such command; \`hulotte link page\` lists them`);
  const values = valuesOf(given["values"] ?? "{}");
  const bad = problemOf(table.values, values);
  if (bad) throw new Usage(`--values: ${bad.field} ${bad.message}`);
  const valid = Number(given["valid"] ?? 60) * 1000;
  if (!(valid > 0 && valid <= LONGEST_VALID))
    throw new Usage(`--valid ${given["valid"]}: allowed more than 0, up to ${LONGEST_VALID / 1000}`);
  const id = given["id"] ?? randomBytes(16).toString("hex");
  if (!/^[!-~]{8,64}$/.test(id)) throw new Usage(`--id ${id}: allowed 8 to 64 printable characters`);
  const { component } = given;
  if ((component === undefined) !== (table.component === null))
    throw new Usage(
      table.component === null ? `--component: ${code} has none` : `--component is missing: ${code} wants one`,
    );
  const now = Date.now();
  const times = { id, issued: instant(now), expires: instant(now + valid) };
  const command = { ...(component === undefined ? {} : { component }), values };
  const bytes = await seal(topicOf(node, "command", code), command, times, signer);
  if (given["out"] === undefined) process.stdout.write(bytes);
  else await writeFile(given["out"], bytes);
}

function valuesOf(text: string): CommandPayload["values"] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new Usage("--values: allowed is a JSON object");
  }
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new Usage("--values: allowed is a JSON object");
  return values as CommandPayload["values"];
}
