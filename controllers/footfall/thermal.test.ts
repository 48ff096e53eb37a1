import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../../sim/random.ts";
import { duration, metres } from "../units.ts";
import { background } from "./thermal-background.ts";
import { thermalCounter } from "./thermal-count.ts";
import { FEATURES, opinionOf, outputsOf } from "./thermal-net.ts";
import { type Peak, peaks } from "./thermal-peaks.ts";
import { tally } from "./thermal-tally.ts";
import { type Passing, tracks } from "./thermal-tracks.ts";
import { gridOf, metresAcross, metresAlong, type PictureSide } from "./thermal-view.ts";

const SHAPE = { columns: 8, rows: 6, wide: 60, high: 45, firstRow: "top" } as const;
const viewOf = (up: PictureSide, firstRow: "top" | "bottom" = "top") =>
  ({ shape: { ...SHAPE, firstRow }, height: metres(4), up }) as const;
const grid = gridOf({
  shape: { columns: 24, rows: 16, wide: 90, high: 60, firstRow: "top" },
  height: metres(4),
  up: "right",
});
const cells = grid.along * grid.across;

test("the street's order is a permutation of the pixels, and `up` grows towards the side that is named", () => {
  for (const firstRow of ["top", "bottom"] as const)
    for (const up of ["left", "right", "top", "bottom"] as const) {
      const { pixels, along, across } = gridOf(viewOf(up, firstRow));
      assert.equal(
        [...pixels].sort((a, b) => a - b),
        Array.from({ length: 48 }, (_, i) => i),
      );
      const place = (cell: number) => {
        const pixel = pixels[cell] as number;
        const row = Math.floor(pixel / 8);
        return { right: pixel % 8, up: firstRow === "top" ? 5 - row : row };
      };
      const [from, to] = [place(0), place(along - 1)];
      const moved = { right: to.right - from.right, up: to.up - from.up };
      const wanted = { left: [-7, 0], right: [7, 0], top: [0, 5], bottom: [0, -5] }[up];
      assert.equal([moved.right, moved.up], wanted, `${up} ${firstRow}`);
      assert.is(along * across, 48);
    }
  assert.throws(() => gridOf({ ...viewOf("up" as PictureSide), height: metres(2) }), /2\.2 or more/);
});

/** A picture of bumps, K. */
function bumps(places: readonly { readonly x: number; readonly y: number; readonly warmth: number }[]): Float64Array {
  return Float64Array.from({ length: cells }, (_, c) => {
    const [x, y] = [metresAlong(grid, c % grid.along), metresAcross(grid, Math.floor(c / grid.along))];
    return places.reduce((sum, one) => sum + one.warmth * Math.exp(-((x - one.x) ** 2 + (y - one.y) ** 2) / 0.08), 0);
  });
}

test("the background follows the weather, and not who stands in it", () => {
  const ground = background(grid);
  const [contrast, masked] = [new Float64Array(cells), new Uint8Array(cells)];
  const finder = peaks(grid);
  const place = { x: 0.3, y: 0.2, warmth: 5 };
  const body = bumps([place]);
  let largest = 0;
  for (let n = 0; n < 600; n++) {
    const drift = n * 0.001; // 0.6 K a minute
    const there = n >= 100 && n < 400;
    ground.see(
      Float64Array.from({ length: cells }, (_, c) => 10 + drift + (there ? (body[c] as number) : 0)),
      masked,
      0.1,
      contrast,
    );
    const found = finder.find(contrast, masked);
    if (!there && (n < 100 || n > 430)) largest = Math.max(largest, ...contrast.map(Math.abs));
    // Half a minute he stands there, and is as warm at its end.
    if (n === 399) assert.ok((found[0] as Peak).warmth > 0.8 * place.warmth * 0.5, `${found[0]?.warmth}`);
    assert.is(found.length, there ? 1 : 0, `${n}`);
  }
  assert.ok(largest < 0.3, `${largest}`);
});

test("who was in the first picture is gone from the background some seconds after leaving", () => {
  const ground = background(grid);
  const [contrast, masked] = [new Float64Array(cells), new Uint8Array(cells)];
  const body = bumps([{ x: 0, y: 0, warmth: 5 }]);
  for (let n = 0; n < 100; n++) ground.see(n < 20 ? body : new Float64Array(cells), masked, 0.1, contrast);
  assert.ok(Math.min(...contrast) > -1, `${Math.min(...contrast)}`);
});

test("a body is found where it is, and two as two from 0.65 m on", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1.2, max: 1.2, noNaN: true }),
      fc.double({ min: -0.9, max: 0.4, noNaN: true }),
      fc.double({ min: 2, max: 9, noNaN: true }),
      fc.double({ min: 0.65, max: 0.9, noNaN: true }),
      (x, y, warmth, apart) => {
        const one = peaks(grid).find(bumps([{ x, y, warmth }]), new Uint8Array(cells));
        assert.is(one.length, 1);
        const [found] = one as [Peak];
        assert.ok(Math.hypot(found.x - x, found.y - y) < 0.1, `${found.x} ${found.y}`);
        const two = peaks(grid).find(
          bumps([
            { x, y, warmth },
            { x, y: y + apart, warmth },
          ]),
          new Uint8Array(cells),
        );
        assert.is(two.length, 2);
      },
    ),
  );
});

/** Peaks of one that goes from one place to the other and perhaps on, at 10 pictures a second. */
function walked(points: readonly number[], speed: number, jitter: number, seed: number, seen = 1): Passing[] {
  const random = new SeededRandom(seed);
  const all = tracks();
  const passings: Passing[] = [];
  let x = points[0] as number;
  for (const to of points.slice(1)) {
    const sign = Math.sign(to - x);
    for (; (to - x) * sign > 0; x += sign * speed * 0.1) {
      const off = () => (random.next() - 0.5) * 2 * jitter;
      const peak = { x: x + off(), y: 0.2 + off(), warmth: 3, sure: true };
      passings.push(...all.see(random.next() < seen ? [peak] : [], 0.1));
    }
  }
  return passings;
}

test("who goes past crosses once, in his direction, at any speed, with gaps in what is seen", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.8, max: 2.2, noNaN: true }),
      fc.double({ min: 0, max: 0.08, noNaN: true }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.boolean(),
      (speed, jitter, seed, up) => {
        const sign = up ? 1 : -1;
        const directions = walked([-1.4 * sign, 1.4 * sign], speed, jitter, seed, 0.9).map((one) => one.direction);
        assert.equal(directions, [up ? "up" : "down"]);
      },
    ),
  );
});

test("who turns before the line does not cross it; who turns behind it crosses twice", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.8, max: 1.8, noNaN: true }),
      fc.double({ min: 0.45, max: 1.2, noNaN: true }),
      fc.integer({ min: 1, max: 1e6 }),
      (speed, turn, seed) => {
        assert.equal(walked([-1.4, -turn, -1.4], speed, 0.04, seed), []);
        const both = walked([-1.4, turn, -1.4], speed, 0.04, seed).map(({ direction }) => direction);
        assert.equal(both, ["up", "down"]);
      },
    ),
  );
});

test("two who meet go through each other and are both counted", () => {
  const all = tracks();
  const directions: string[] = [];
  for (let n = 0; n < 30; n++) {
    const [a, b] = [-1.5 + n * 0.12, 1.7 - n * 0.12];
    const near = Math.abs(a - b) < 0.35;
    const at = (x: number, y: number) => ({ x, y, warmth: 3, sure: true });
    // While they are near each other there is one peak between them.
    const found = near ? [at((a + b) / 2, 0.1)] : [at(a, 0), at(b, 0.2)];
    directions.push(...all.see(found, 0.1).map(({ direction }) => direction));
  }
  assert.equal(directions.sort(), ["down", "up"]);
});

test("whole people follow the sum of the means, and somebody likely is never nobody", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 300 }), (means) => {
      const { count } = tally();
      let [sum, counted] = [0, 0];
      for (const mean of means) {
        const people = count({ likeliest: Math.round(mean), mean });
        sum += mean;
        counted += people;
        assert.ok(Number.isInteger(people) && people >= (Math.round(mean) > 0 ? 1 : 0) && people <= mean + 2);
      }
      // All may be as likely somebody as not; what is carried is bounded, so the sum may run ahead by these.
      const surely = means.filter((mean) => mean < 1 && Math.round(mean) > 0).length;
      assert.ok(Math.abs(counted - sum) <= 1.6 + surely * 0.5, `${counted} of ${sum}`);
    }),
  );
});

test("what one count leaves is carried into the next", () => {
  const sumOf = (likeliest: number, mean: number) => {
    const { count } = tally();
    return Array.from({ length: 100 }, () => count({ likeliest, mean })).reduce((a, b) => a + b);
  };
  assert.ok(Math.abs(sumOf(1, 1.3) - 130) <= 1, `${sumOf(1, 1.3)}`);
  assert.ok(Math.abs(sumOf(0, 0.3) - 30) <= 1, `${sumOf(0, 0.3)}`);
  // Who is most likely there is never counted as nobody, and what that owes is not carried without end.
  assert.is(sumOf(1, 0.5), 100);
  const { count } = tally();
  for (let n = 0; n < 100; n++) count({ likeliest: 1, mean: 0.5 });
  const later = [1, 1, 1, 1].map((mean) => count({ likeliest: 0, mean }));
  assert.ok(later.reduce((a, b) => a + b) >= 2, `${later}`);
});

test("the network is what its definition says, and chances are parts of one", () => {
  const random = new SeededRandom(9);
  const layer = (inputs: number, units: number) => ({
    kernel: Float32Array.from({ length: inputs * units }, () => random.next() - 0.5),
    bias: Float32Array.from({ length: units }, () => random.next() - 0.5),
  });
  const net = [layer(FEATURES, 5), layer(5, 4)];
  const features = Float32Array.from({ length: FEATURES }, () => random.next() - 0.3);
  const dense = (values: readonly number[], { kernel, bias }: ReturnType<typeof layer>) =>
    Array.from(bias, (start, u) =>
      values.reduce((sum, value, i) => sum + value * (kernel[i * bias.length + u] as number), start),
    );
  const hidden = dense([...features], net[0] as ReturnType<typeof layer>).map((value) => Math.max(0, value));
  const wanted = dense(hidden, net[1] as ReturnType<typeof layer>);
  const outputs = outputsOf(net, features);
  for (const [u, value] of wanted.entries()) assert.ok(Math.abs(value - (outputs[u] as number)) < 1e-5);
  assert.equal(opinionOf(Float32Array.of(0, 0, 0, 0)), { likeliest: 0, mean: 1.5 });
  const sure = opinionOf(Float32Array.of(0, 30, 0, 0));
  assert.is(sure.likeliest, 1);
  assert.ok(Math.abs(sure.mean - 1) < 1e-6);
});

test("a picture with bad and stale pixels is filled from its neighbours", () => {
  const shape = { columns: 24, rows: 16, wide: 90, high: 60, firstRow: "top" } as const;
  const people: number[] = [];
  const counter = thermalCounter({ shape, height: metres(4), up: "right" }, ({ patch }) => {
    assert.ok(patch.every(Number.isFinite));
    return { likeliest: 1, mean: 1 };
  });
  for (let n = 0; n < 120; n++) {
    const x = n < 50 ? 9 : (n - 75) * 0.14;
    const picture = bumps([{ x, y: 0.1, warmth: 5 }]).map((value, pixel) => {
      const [row, column] = [Math.floor(pixel / 24), pixel % 24];
      const bad = pixel === 7 * 24 + 11;
      return bad || ((row + column) & 1) !== (n & 1) ? Number.NaN : value;
    });
    for (const crossing of counter.see(picture, duration(n * 100))) {
      assert.is(crossing.direction, "up");
      people.push(crossing.people);
    }
  }
  assert.equal(people, [1]);
});

test.run();
