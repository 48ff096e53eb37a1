/** Changes to a list that others hold: it is copied at the first, so that many cost one copy and none costs nothing. */
export interface Edit<T> {
  at(i: number): T | undefined;
  set(i: number, value: T): void;
  /** The very list that was given where nothing was set. */
  result(): readonly T[];
}

export function editOf<T>(list: readonly T[]): Edit<T> {
  let copy: T[] | null = null;
  return {
    at: (i) => (copy ?? list)[i],
    set(i, value) {
      copy ??= list.slice();
      copy[i] = value;
    },
    result: () => copy ?? list,
  };
}
