import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { dailyPseudonyms, pseudonymOf } from "./pseudonym.ts";

const DAY = 86_400_000;
const noon = 20_000 * DAY + DAY / 2;

function setUp() {
  const random = new SeededRandom(1);
  const drawn: Uint8Array[] = [];
  const key = () => {
    const made = Uint8Array.from({ length: 32 }, () => Math.floor(random.next() * 256));
    drawn.push(made);
    return made;
  };
  const names = dailyPseudonyms({ key, day: (at) => Math.floor(at / DAY) });
  return { names, drawn, of: (vehicle: string, at = noon) => names.of(vehicle, instant(at)) };
}

test("a vehicle has one name all day, another the next day, and no two have the same", () => {
  const { of } = setUp();
  const name = of("22/754");
  assert.match(name, /^[0-9a-f]{16}$/);
  assert.is(of("22/754", noon + DAY / 3), name);
  const others = new Set(Array.from({ length: 6000 }, (_, i) => of(`22/${i}`)));
  assert.is(others.size, 6000);
  assert.is(of("22/754"), name); // although more were named than are kept
  assert.is.not(of("22/754", noon + DAY), name);
});

test("the name needs the key of the day, and each day's is drawn anew", () => {
  const { of, drawn } = setUp();
  const name = of("22/754");
  assert.is(drawn.length, 1);
  assert.is(pseudonymOf(drawn[0] as Uint8Array, "22/754"), name);
  of("22/754", noon + DAY);
  assert.is(drawn.length, 2);
  assert.not.equal(drawn[0], drawn[1]);
  assert.is.not(pseudonymOf(drawn[1] as Uint8Array, "22/754"), name);
});

test("who gave the key may wipe it", () => {
  const given = new Uint8Array(32).fill(7);
  const names = dailyPseudonyms({ key: () => given, day: () => 1 });
  const name = names.of("1", instant(noon));
  given.fill(0);
  assert.is(names.of("2", instant(noon)), pseudonymOf(new Uint8Array(32).fill(7), "2"));
  assert.is(names.of("1", instant(noon)), name);
});

test.run();
