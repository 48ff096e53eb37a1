/** What cabinets tell each other beside RSMP, for the documents: one message from cabinet to cabinet. */
import type { TSchema } from "typebox";
import { LONGEST_COMING, NEIGHBOUR_MESSAGE } from "../payload.ts";
import { NEIGHBOUR } from "../topic.ts";
import { exampleOf } from "./example.ts";

type Json = Readonly<Record<string, unknown>>;

const TITLE = "Who comes over the border between two cabinets' streets, or nobody: the sender sees all the ways there";
const MESSAGE = { $ref: `#/components/messages/${NEIGHBOUR}` };

const operation = (action: "send" | "receive"): Json => ({
  action,
  title: TITLE,
  channel: { $ref: `#/channels/${NEIGHBOUR}` },
  messages: [{ $ref: `#/channels/${NEIGHBOUR}/messages/${NEIGHBOUR}` }],
  tags: [{ name: "cabinet" }],
  bindings: { mqtt: { qos: 0, retain: false, bindingVersion: "0.2.0" } },
});

/** Its parts of the AsyncAPI document. */
export const NEIGHBOUR_API = {
  channel: {
    address: `{node}/${NEIGHBOUR}/{to}/{border}`,
    title: TITLE,
    messages: { [NEIGHBOUR]: MESSAGE },
    parameters: {
      node: { description: "RSMP id of the cabinet that says it, one or more levels" },
      to: { description: "RSMP id of the cabinet that it is for, one or more levels" },
      border: { description: "Name of the place where the street goes on, the same in both cabinets' files" },
    },
  },
  operations: {
    [`cabinet.${NEIGHBOUR}.send`]: operation("send"),
    [`cabinet.${NEIGHBOUR}.receive`]: operation("receive"),
  },
  message: {
    name: NEIGHBOUR,
    title: TITLE,
    description: `Beside RSMP 4; expires with the validity. Without \`coming\`: nobody. Spans up to ${LONGEST_COMING} s.`,
    contentType: "application/cbor",
    payload: { $ref: `#/components/schemas/${NEIGHBOUR}` },
    bindings: { mqtt: { bindingVersion: "0.2.0" } },
    examples: [{ payload: exampleOf(NEIGHBOUR_MESSAGE) }],
  },
  schema: NEIGHBOUR_MESSAGE as TSchema,
} as const satisfies Record<string, unknown>;

/** Its part of the reference page. */
export const NEIGHBOUR_LINES: readonly string[] = [
  "## Between cabinets",
  "",
  `Beside RSMP 4, from cabinet to cabinet: \`<from>/${NEIGHBOUR}/<to>/<border>\`, QoS 0, not retained, with the validity (60 s) as its expiry.`,
  `${TITLE}. \`at\` is when it was sent; \`coming\` is left out while nobody comes, and holds \`earliest\` and \`latest\`, 0 to ${LONGEST_COMING} s from then.`,
  "",
];
