/** The message types of RSMP 4; each is a topic level of its own, so none may be a level of a node's id. */
export const MESSAGE_TYPES = [
  "presence",
  "status",
  "channel",
  "throttle",
  "replay",
  "fetch",
  "history",
  "command",
  "result",
  "alarm",
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** The level of what cabinets tell each other, beside RSMP: `<from>/neighbour/<to>/<border>`. No level of a node's id either. */
export const NEIGHBOUR = "neighbour";

/** Presence has no code; only status, channel, throttle, replay, fetch and history may have a channel. */
export interface Topic {
  readonly node: string;
  readonly type: MessageType;
  readonly code?: string;
  readonly channel?: string;
}

const LONGEST_NODE = 128;
const LEVEL = /^[\p{L}\p{N}][\p{L}\p{N}._:-]*$/u;
const CODE = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;
const LONGEST_CODE = 64;
const WITH_CHANNEL: ReadonlySet<MessageType> = new Set(["status", "channel", "throttle", "replay", "fetch", "history"]);

const isType = (level: string): level is MessageType => (MESSAGE_TYPES as readonly string[]).includes(level);
const isCode = (code: string): boolean => code.length <= LONGEST_CODE && CODE.test(code);

/** What is wrong with a node id (one or more levels, `21231/cab-0117`), or null. RSMP 4 draft, "MQTT", topic paths. */
export function nodeProblem(node: string): string | null {
  if (node.length > LONGEST_NODE) return `node is ${node.length} characters long: allowed up to ${LONGEST_NODE}`;
  for (const level of node.split("/")) {
    if (!LEVEL.test(level)) {
      return `node "${node}" has the level "${level}": allowed are letters, digits and . _ : - with a letter or digit first`;
    }
    if (isType(level) || level === NEIGHBOUR)
      return `node "${node}" has the level "${level}": allowed is any word that is no message type`;
  }
  return null;
}

/** Builds a topic `<node>/<type>[/<code>[/<channel>]]`. A bad part is a TypeError that names it. */
export function topicOf(node: string, type: MessageType, code?: string, channel?: string): string {
  const problem = nodeProblem(node);
  if (problem) throw new TypeError(problem);
  if ((code === undefined) !== (type === "presence")) {
    throw new TypeError(`code is ${code} for ${type}: allowed is a dotted code, and none for presence`);
  }
  if (code !== undefined && !isCode(code)) throw new TypeError(`code is "${code}": allowed is a.b.c of a-z 0-9 _ -`);
  if (channel !== undefined && !(WITH_CHANNEL.has(type) && isCode(channel))) {
    throw new TypeError(`channel is "${channel}" for ${type}: allowed is a word of a-z 0-9 _ - for a status's topics`);
  }
  return [node, type, code, channel].filter((part) => part !== undefined).join("/");
}

/** Takes a topic apart; null for what is not one of RSMP 4's. */
export function parseTopic(text: string): Topic | null {
  const levels = text.split("/");
  const at = levels.findIndex(isType);
  if (at < 1) return null;
  const node = levels.slice(0, at).join("/");
  const type = levels[at] as MessageType;
  const [code, channel, ...more] = levels.slice(at + 1);
  if (nodeProblem(node) || more.length > 0 || (code === undefined) !== (type === "presence")) return null;
  if (code === undefined) return { node, type };
  if (!isCode(code)) return null;
  if (channel === undefined) return { node, type, code };
  return WITH_CHANNEL.has(type) && isCode(channel) ? { node, type, code, channel } : null;
}
