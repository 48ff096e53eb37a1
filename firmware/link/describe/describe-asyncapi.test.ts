import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemOf } from "../check.ts";
import { asyncApi } from "./describe-asyncapi.ts";
import { messagesOf } from "./messages.ts";

type Json = { readonly [key: string]: Json | undefined } & { readonly [Symbol.iterator]?: never };
const document = JSON.parse(JSON.stringify(asyncApi())) as Record<string, Json>;
const entries = (of: Json | undefined) => Object.entries(of ?? {}) as [string, Json][];
const text = (value: Json | undefined) => value as unknown as string;

/** What a local reference points at. */
function resolve(reference: string): Json {
  assert.match(reference, /^#\//);
  let at: Json | undefined = document as Json;
  for (const step of reference.slice(2).split("/")) at = at?.[step];
  if (at === undefined) throw new Error(`${reference} points at nothing`);
  return at;
}

function* references(value: unknown): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$ref") yield inner as string;
    else yield* references(inner);
  }
}

/** A schema without references, as its validator wants it. */
const whole = (schema: unknown): unknown => {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(whole);
  if ("$ref" in schema) return whole(resolve(schema.$ref as string));
  return Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, whole(inner)]));
};

test("says that it is AsyncAPI 3, with what the standard wants and nothing beside", () => {
  assert.is(text(document["asyncapi"]), "3.0.0");
  assert.equal(Object.keys(document), [
    "asyncapi",
    "info",
    "defaultContentType",
    "servers",
    "channels",
    "operations",
    "components",
  ]);
  for (const [name] of [...entries(document["channels"]), ...entries(document["operations"])])
    assert.match(name, /^[a-zA-Z0-9._-]+$/);
});

test("every reference points at something", () => {
  const all = [...references(document)];
  assert.ok(all.length > 300);
  for (const one of all) resolve(one);
});

test("every topic of every message is one channel's address, and no channel has more", () => {
  const wanted = messagesOf().map(({ to, type, code, channel }) =>
    [`{${to}}`, type, code, channel].filter(Boolean).join("/"),
  );
  const told = entries(document["channels"]).flatMap(([, { address, parameters }]) => {
    const codes = parameters?.["code"]?.["enum"] as unknown as string[] | undefined;
    return (codes ?? [""]).map((code) => text(address).replace("{code}", code));
  });
  assert.equal(told.toSorted(), [...wanted, "{node}/neighbour/{to}/{border}"].toSorted());
  for (const [name, { address, parameters }] of entries(document["channels"])) {
    const named = [...text(address).matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter);
    assert.equal(named.toSorted(), Object.keys(parameters ?? {}).toSorted(), name);
  }
});

test("each channel is sent by one end and received by the other; who asks has a reply", () => {
  const actions = new Map<string, string[]>();
  for (const [name, operation] of entries(document["operations"])) {
    const channel = text(operation["channel"]?.["$ref"]);
    actions.set(channel, [...(actions.get(channel) ?? []), text(operation["action"])]);
    const own = (operation["messages"] as unknown as { $ref: string }[]).map(({ $ref }) => $ref);
    for (const one of own) assert.ok(one.startsWith(`${channel}/messages/`), name);
    assert.is(operation["reply"] !== undefined, /\.(command|fetch)/.test(name), name);
    const address = operation["reply"]?.["address"];
    // AsyncAPI 3.0, Operation Reply: either an address that the message names, or a channel that has one.
    assert.is.not(
      address === undefined,
      operation["reply"] !== undefined && operation["reply"]["channel"] === undefined,
      name,
    );
  }
  for (const [name, action] of [
    ["cabinet.presence", "send"],
    ["supervisor.presence", "receive"],
    ["cabinet.throttle", "receive"],
    ["supervisor.throttle", "send"],
    ["cabinet.result.tlc.plan.set", "send"],
  ] as const)
    assert.is(text(document["operations"]?.[name]?.["action"]), action, name);
  for (const [channel, pair] of actions) assert.equal(pair.toSorted(), ["receive", "send"], channel);
  assert.is(actions.size, entries(document["channels"]).length);
});

test("every example is what its payload's schema takes", () => {
  const messages = entries(document["components"]?.["messages"]);
  for (const [name, { payload, examples }] of messages) {
    const [{ payload: example } = {}] = examples as unknown as { payload?: unknown }[];
    assert.is(problemOf(whole(payload) as object, example), null, name);
  }
  assert.ok(messages.length > 40);
});

test.run();
