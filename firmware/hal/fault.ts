import type { FaultKind } from "../../controllers/model.ts";

/** Something outside the program went wrong at `where` (a port, a bus, a peer). Decide by `kind`, never by the text. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;
  readonly where: string;
  constructor(kind: FaultKind, where: string, detail?: string, cause?: unknown) {
    super(`${where}: ${kind}${detail ? ` (${detail})` : ""}`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.where = where;
  }
}
