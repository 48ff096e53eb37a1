/** What the part of `cabinet.yaml` about the cockpit cannot say by its values alone. */
import { publicKeyProblem } from "../link/commands/public-key.ts";
import { nodeProblem } from "../link/topic.ts";
import type { Problems } from "./problem.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

/** Most characters of a certificate's common name. RFC 5280, appendix A.1. */
const LONGEST_NAME = 64;

export function checkLink({ node, mqtt, commands }: Draft<ConfigFile>, problems: Problems): void {
  const { url, alternatives = [], tls, username, passwordFile } = mqtt ?? {};
  const isSecure = (one: string | undefined) => one === undefined || /^(mqtts|wss):/.test(one);
  const secure = "mqtts:// or wss://, where `tls` is given";
  if (tls && !isSecure(url)) problems.add(["mqtt", "url"], shown(url), secure);
  for (const [i, one] of alternatives.entries())
    if (tls && !isSecure(one)) problems.add(["mqtt", "alternatives", i], shown(one), secure);
  if (tls?.key !== undefined && tls.token !== undefined)
    problems.add(["mqtt", "tls", "token"], "a token beside `key`", "one of them");
  const key = tls?.key ?? tls?.token;
  if (tls && (tls.certificate === undefined) !== (key === undefined))
    problems.add(
      ["mqtt", "tls"],
      tls.certificate === undefined ? "a key without `certificate`" : "`certificate` without a key",
      "both or none",
    );
  if (tls?.certificate !== undefined && node !== undefined && node.length > LONGEST_NAME)
    problems.add(
      ["node"],
      shown(node),
      `at most ${LONGEST_NAME} characters, for it is the name in \`mqtt.tls.certificate\``,
    );
  if (passwordFile !== undefined && username === undefined)
    problems.add(["mqtt", "passwordFile"], shown(passwordFile), "a password with `username` only");

  const keyOnce = once(problems, "id");
  for (const [i, one] of (commands?.keys ?? []).entries()) {
    keyOnce(one?.id, ["commands", "keys", i, "id"]);
    const wrong = one?.issuer === undefined ? null : nodeProblem(one.issuer);
    if (wrong !== null) problems.add(["commands", "keys", i, "issuer"], shown(one?.issuer), "an RSMP 4 id", wrong);
    const weak = one?.publicKey === undefined ? null : publicKeyProblem(one.publicKey);
    if (weak !== null)
      problems.add(["commands", "keys", i, "publicKey"], shown(one?.publicKey), "an Ed25519 public key", weak);
    for (const name of ["from", "until"] as const) {
      const day = one?.[name];
      if (day !== undefined && Number.isNaN(Date.parse(day)))
        problems.add(["commands", "keys", i, name], shown(day), "an instant that there is");
    }
  }
  const wrong = commands?.unsigned === undefined ? null : nodeProblem(commands.unsigned);
  if (wrong !== null) problems.add(["commands", "unsigned"], shown(commands?.unsigned), "an RSMP 4 id", wrong);
}
