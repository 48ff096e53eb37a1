/** Chance as an argument: seeded in tests and the simulator. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}
