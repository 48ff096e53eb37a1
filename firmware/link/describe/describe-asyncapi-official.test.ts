import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asyncApi } from "./describe-asyncapi.ts";

const path = createRequire(import.meta.url).resolve("@asyncapi/specs/schemas/3.0.0-without-$id.json");
const valid = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(path, "utf8")));

test("is what AsyncAPI's own JSON schema of version 3.0.0 takes", () => {
  const document = JSON.parse(JSON.stringify(asyncApi())) as { operations: Record<string, { action: string }> };
  assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 3)));
  Object.assign(document.operations["cabinet.presence"] ?? {}, { action: "shout" });
  assert.not(valid(document));
});

test.run();
