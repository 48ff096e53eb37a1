/** The caller's mistake: said in one line, ends with 2. */
export class Usage extends Error {}
