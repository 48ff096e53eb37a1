import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { editorPage } from "./editor.ts";

const NODES = join(import.meta.dirname, "nodes");

test("each page has a form with its own fields and the common ones once, and nothing that stands for something else", async () => {
  const names = (await readdir(NODES)).filter((name) => name.endsWith(".html"));
  assert.is(names.length, 4);
  for (const name of names) {
    const page = editorPage(await readFile(join(NODES, name), "utf8"));
    assert.not.match(page, /<!--/, name);
    const fields = [...page.matchAll(/<(?:input|textarea)[^>]* id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(fields, [...new Set(fields)], name);
    const defaults = /defaults: \{\n([\s\S]*?)\n {4}\}/.exec(page)?.[1] ?? "";
    const properties = [...defaults.matchAll(/^ {6}(\w+): /gm)].map(([, property]) => property);
    assert.ok(properties.length >= 5, name);
    for (const property of properties)
      assert.ok(
        fields.some((id) => id === `node-input-${property}` || id === `node-config-input-${property}`),
        `${name} has no field for ${property}`,
      );
    for (const tag of ["div", "script", "p", "dl", "dd"])
      assert.is(page.split(`<${tag}`).length, page.split(`</${tag}>`).length, `${name}: ${tag}`);
  }
});

test("a part stands in its place as far in as what stood for it", () => {
  const page = editorPage("a\n  <!-- part: name and broker -->\nb");
  const [first, second, third, ...rest] = page.split("\n");
  assert.equal([first, second], ["a", '  <div class="form-row">']);
  assert.match(third ?? "", /^ {4}<label/);
  assert.equal(rest.slice(-2), ["  </div>", "b"]);
  assert.throws(() => editorPage("<!-- part: nowhere -->"), /part is nowhere: allowed are name and broker, signed/);
});

test.run();
