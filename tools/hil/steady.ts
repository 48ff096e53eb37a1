/** Between two looks, ms. */
const EVERY = 500;
const LOOKS = 8;
/** A cabinet whose number never stands still is taken as it is after so many. */
const MOST = 60;

/**
 * Resolves when `look` gave the same eight times in a row, half a second apart, at the latest after half a minute. A machine that is
 * busy opens its ports long after its runtime is online: what is compared with the beginning needs a beginning that stands.
 */
export async function steady(look: () => Promise<unknown>, pause: (ms: number) => Promise<unknown>): Promise<void> {
  let last: unknown;
  for (let same = 0, looks = 0; same < LOOKS && looks < MOST; looks++) {
    if (looks > 0) await pause(EVERY);
    const seen = await look();
    same = looks > 0 && seen === last ? same + 1 : 1;
    last = seen;
  }
}
