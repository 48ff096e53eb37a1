/** The wall clock that a guest is told: stands until `start`, then goes with real time. */
export class GuestClock {
  #wall: number;
  #since: number | undefined;

  /** `wall`: ms since 1970. */
  constructor(wall: number) {
    this.#wall = wall;
  }

  now(): number {
    return this.#wall + (this.#since === undefined ? 0 : performance.now() - this.#since);
  }

  start(): void {
    this.#since = performance.now();
  }

  /** Somebody sets it forward, or back where below 0. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
