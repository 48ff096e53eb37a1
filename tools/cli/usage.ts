/** The caller's mistake: said in one line, ends with 2. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** By its name: a command that is not bundled with the others has a class of its own. */
export const isUsage = (error: unknown): error is Usage => error instanceof Error && error.name === "Usage";
