/** The two rows of the stage diagram: what ran, and what would have run. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changesOf, hear, NO_STORY, rowsOf, type Story, type Told } from "./page/junction-story.ts";

const S = 1000;
const meant = (spans: readonly [string, number][]) => spans.map(([stage, to]) => ({ stage, to: to * S }));
type Step = readonly [at: number, stage: string, plan: readonly [string, number][], base?: readonly [string, number][]];

function lived(steps: readonly Step[]): Story {
  return steps.reduce((story, [at, stage, plan, base = plan]) => {
    const told: Told = { stage, since: null, plan: meant(plan), base: meant(base) };
    return hear(story, told, at * S);
  }, NO_STORY);
}
const short = (spans: readonly { stage: string; from: number; to: number }[]) =>
  spans.map(({ stage, from, to }) => `${stage} ${from / S}-${to / S}`);
const changed = (story: Story, now: number) =>
  changesOf(rowsOf(story, now * S)).map(({ kind, stage, from, to }) => `${kind} ${stage} ${from / S}-${to / S}`);

test("without priority both rows are the same, and nothing is marked", () => {
  const story = lived([
    [
      0,
      "a",
      [
        ["a", 40],
        ["b", 70],
        ["a", 110],
      ],
    ],
    [
      40,
      "b",
      [
        ["b", 70],
        ["a", 110],
      ],
    ],
  ]);
  const { ran, usual } = rowsOf(story, 50 * S);
  assert.equal(short(ran), ["a 0-40", "b 40-70", "a 70-110"]);
  assert.equal(short(usual), short(ran));
  assert.equal(changed(story, 50), []);
});

/** Of a cycle of a until 40, b until 70, a until 110, the first a is held for 8 s. */
const EXTENDED: readonly Step[] = [
  [
    0,
    "a",
    [
      ["a", 40],
      ["b", 70],
      ["a", 110],
      ["b", 140],
    ],
  ],
  [
    30,
    "a",
    [
      ["a", 48],
      ["b", 78],
      ["a", 118],
      ["b", 148],
    ],
    [
      ["a", 40],
      ["b", 70],
      ["a", 110],
      ["b", 140],
    ],
  ],
  [
    42,
    "a",
    [
      ["a", 48],
      ["b", 78],
      ["a", 118],
      ["b", 148],
    ],
    [
      ["a", 42],
      ["b", 72],
      ["a", 112],
      ["b", 142],
    ],
  ],
  [
    48,
    "b",
    [
      ["b", 78],
      ["a", 118],
      ["b", 148],
    ],
  ],
];

test("an extension is marked while it is meant, while it is given, and after", () => {
  for (const [steps, now] of [
    [2, 31],
    [3, 44],
    [4, 55],
  ] as const) {
    const story = lived(EXTENDED.slice(0, steps));
    assert.equal(changed(story, now), ["extended a 40-48"], `at ${now} s`);
    assert.equal(short(rowsOf(story, now * S).usual).slice(0, 2), ["a 0-40", "b 40-70"]);
  }
});

test("what would have run is what was meant before the change, not what the base plan makes of it later", () => {
  const { ran, usual } = rowsOf(lived(EXTENDED), 60 * S);
  assert.equal(short(ran), ["a 0-48", "b 48-78", "a 78-118", "b 118-148"]);
  assert.equal(short(usual), ["a 0-40", "b 40-70", "a 70-110", "b 110-140"]);
});

test("from the first stage that both begin in calm they go together again", () => {
  const story = lived([
    ...EXTENDED,
    [
      78,
      "a",
      [
        ["a", 118],
        ["b", 148],
      ],
    ],
  ]);
  assert.equal(short(rowsOf(story, 80 * S).usual), ["a 0-40", "b 40-70", "a 70-118", "b 118-148"]);
  assert.equal(changed(story, 80), ["extended a 40-48"]);
});

test("an early green is marked at its begin, and its end in time is no extension", () => {
  const later: readonly [string, number][] = [
    ["a", 70],
    ["b", 100],
    ["a", 140],
  ];
  const story = lived([
    [0, "b", [["b", 30], ...later]],
    [10, "b", [["b", 20], ...later], [["b", 30], ...later]],
    [20, "a", later],
  ]);
  assert.equal(changed(story, 25), ["early a 20-30"]);
});

test("a stage that was put in is marked as a whole", () => {
  const story = lived([
    [
      0,
      "a",
      [
        ["a", 40],
        ["b", 70],
        ["a", 110],
      ],
    ],
    [
      35,
      "a",
      [
        ["a", 40],
        ["t", 50],
        ["b", 80],
        ["a", 120],
      ],
      [
        ["a", 40],
        ["b", 70],
        ["a", 110],
      ],
    ],
    [
      40,
      "t",
      [
        ["t", 50],
        ["b", 80],
        ["a", 120],
      ],
      [
        ["t", 46],
        ["b", 76],
      ],
    ],
  ]);
  assert.equal(changed(story, 45), ["inserted t 40-50"]);
});

test("ends that move a little, as plans made anew do, are no change", () => {
  const story = lived([
    [
      0,
      "a",
      [
        ["a", 40.4],
        ["b", 70.5],
      ],
      [
        ["a", 40],
        ["b", 70],
      ],
    ],
  ]);
  assert.equal(changed(story, 10), []);
  assert.equal(story.regimes, [], "the base plan is what runs");
});

test("what is long ago is forgotten", () => {
  let story = NO_STORY;
  for (let at = 0; at < 3600; at += 30)
    story = hear(story, { stage: at % 60 === 0 ? "a" : "b", since: null, plan: [], base: [] }, at * S);
  assert.ok(story.entries.length <= 12, `${story.entries.length}`);
  assert.is(rowsOf(story, 3600 * S).ran.at(-1)?.to, 3600 * S);
});

test.run();
