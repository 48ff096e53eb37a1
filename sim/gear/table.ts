import type { Row } from "../../firmware/dali/command.ts";

/** What a gear does about a row of the command table; a row that spans codes has one entry, asked by the code itself. */
export type Entries<F> = readonly (readonly [command: { readonly row: Pick<Row, "code" | "span"> }, act: F])[];

/** The entries by their code, 0 to 255: a look-up instead of a search for each frame. */
export function byCode<F>(entries: Entries<F>): readonly (F | undefined)[] {
  const table = new Array<F | undefined>(256).fill(undefined);
  for (const [{ row }, act] of entries) table.fill(act, row.code, row.code + row.span);
  return table;
}
