import { test } from "uvu";
import * as assert from "uvu/assert";
import { content, counted, escaped, moment, oneLine, printable, span } from "./text.ts";

test("what no document may hold is replaced, all else stays", () => {
  assert.is(printable("Musée 💡 \t\r\n"), "Musée 💡 \t\r\n");
  assert.is(printable("a\u0000b\u001bc\u007fd\u009be\ufffff\ud800g"), "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg");
  assert.is(oneLine("a\r\n\tb\u001b[31m"), "a b\ufffd[31m");
});

test("markup is escaped; attributes keep their line ends, content its own", () => {
  assert.is(escaped(`<a b="c" d='e'>&\n\t\r`), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&#10;&#9;&#13;");
  assert.is(content(`<b>"&"</b>\n]]>\r`), `&lt;b&gt;"&amp;"&lt;/b&gt;\n]]&gt;&#13;`);
});

test("spans and moments are for people", () => {
  const spans: readonly (readonly [number, string])[] = [
    [0, "0 ms"],
    [84.4, "84 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [12_340, "12.3 s"],
    [59_949, "59.9 s"],
    [59_951, "1 min"],
    [65_000, "1 min 5 s"],
    [-250, "-250 ms"],
  ];
  for (const [ms, words] of spans) assert.is(span(ms), words);
  assert.is(moment(12_344), "12.34 s");
  assert.is(moment(-5), "0.00 s");
  assert.is(counted(1, "step"), "1 step");
  assert.is(counted(2, "step"), "2 steps");
});

test.run();
