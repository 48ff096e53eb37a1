import { stringify } from "yaml";
import { asyncApi } from "../../firmware/link/describe/describe-asyncapi.ts";
import { cddl } from "../../firmware/link/describe/describe-cddl.ts";
import { referencePage } from "../../firmware/link/describe/describe-page.ts";
import { messagesOf } from "../../firmware/link/describe/messages.ts";
import { CABINET_MODULES, MODULES } from "../../firmware/link/modules.ts";
import { nodeProblem, topicOf } from "../../firmware/link/topic.ts";
import { Usage } from "./usage.ts";

export const LINK_HELP = `hulotte link: what a cabinet and its supervisors say to each other

  hulotte link asyncapi          print the AsyncAPI 3.0 document (YAML)
  hulotte link cddl              print every payload in CDDL (RFC 8610)
  hulotte link page              print the reference page (Markdown)
  hulotte link topics [NODE]     list the topics of a node: what it sends and what it takes`;

/** Documents that a test holds against the tables, by their file in firmware/link/reference. */
export const DOCUMENTS = {
  asyncapi: {
    file: "asyncapi.yaml",
    text: () => stringify(asyncApi(), { lineWidth: 120, aliasDuplicateObjects: false, compat: "yaml-1.1" }),
  },
  cddl: { file: "rsmp4.cddl", text: () => cddl() },
  page: { file: "README.md", text: () => referencePage() },
} as const;

/** `hulotte link ...`. Returns the exit code. */
export function runLink(argv: readonly string[]): number {
  const [what = "help", ...rest] = argv;
  if (what === "topics") {
    for (const line of topicLines(rest[0] ?? "NODE")) console.log(line);
    return 0;
  }
  if (what === "help" || what === "--help") console.log(LINK_HELP);
  else if (Object.hasOwn(DOCUMENTS, what)) process.stdout.write(DOCUMENTS[what as keyof typeof DOCUMENTS].text());
  else throw new Usage(`link ${what}: allowed asyncapi, cddl, page, topics, help`);
  return 0;
}

/** The topics of a cabinet with the modules that cabinets offer, as `sends TOPIC` and `takes TOPIC`. */
export function topicLines(node: string): readonly string[] {
  const problem = nodeProblem(node);
  if (problem) throw new Usage(problem);
  return messagesOf(MODULES.filter(({ name }) => CABINET_MODULES.includes(name)))
    .filter(({ to }) => to === "node")
    .map(
      ({ from, type, code, channel }) => `${from === "node" ? "sends" : "takes"} ${topicOf(node, type, code, channel)}`,
    );
}
