/** The words of `known` that `word` was most likely meant to be, the best first; none where all are too far. */
export function nearest(word: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = word.toLowerCase();
  const allowed = Math.max(2, Math.floor(wanted.length / 4));
  const scored: { readonly candidate: string; readonly far: number }[] = [];
  for (const candidate of known) {
    const name = candidate.toLowerCase();
    // a word cut short is meant as it begins, however much is missing
    const far = wanted.length > 2 && name.startsWith(wanted) ? 0 : distance(wanted, name, allowed);
    if (far <= allowed) scored.push({ candidate, far });
  }
  return scored
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** How many letters must be changed, added, left out or swapped with their neighbour; past `most` only that it is more. */
function distance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let cost = Math.min(
        (last[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      next.push(cost);
    }
    before = last;
    last = next;
  }
  return last[to.length] as number;
}
