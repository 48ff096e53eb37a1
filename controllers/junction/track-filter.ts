/** Distance and speed of one vehicle from noisy positions: a Kalman filter of two states with a gate against outliers. */

/** What is believed. Covariances of the errors; metres and seconds. */
export interface Motion {
  /** Before the stop line; below 0 after it. */
  readonly distance: number;
  /** Towards it, m/s. */
  readonly speed: number;
  readonly dd: number;
  readonly dv: number;
  readonly vv: number;
  /** Variance of positions, as they turned out to be. */
  readonly noise: number;
  /** Positions in a row that could not be believed. */
  readonly outliers: number;
}

/** What was measured. */
export interface Fix {
  readonly distance: number;
  readonly speed: number | null;
}

/** Of the unknown acceleration, m2/s3: buses brake and start with 1 m/s2 for some seconds. */
const UNREST = 0.8;
const NOISE = 5 ** 2;
const LEAST_NOISE = 2 ** 2;
const MOST_NOISE = 20 ** 2;
const SPEED_NOISE = 0.6 ** 2;
/** Farther off than so many deviations a position is not believed. */
const GATE = 5;
/** After so many in a row that agree on nothing else, the positions are right and the belief is wrong. */
const PATIENCE = 3;
const FASTEST = 40;

export const startMotion = ({ distance, speed }: Fix, guess: number): Motion => ({
  distance,
  speed: speed ?? guess,
  dd: NOISE,
  dv: 0,
  vv: speed === null ? 5 ** 2 : SPEED_NOISE,
  noise: NOISE,
  outliers: 0,
});

/** What is believed so many seconds later. */
export function predict(motion: Motion, dt: number): Motion {
  const { distance, speed, dd, dv, vv } = motion;
  return {
    ...motion,
    distance: distance - speed * dt,
    dd: dd - 2 * dt * dv + dt * dt * vv + (UNREST * dt ** 3) / 3,
    dv: dv - dt * vv - (UNREST * dt * dt) / 2,
    vv: vv + UNREST * dt,
  };
}

/** After one more fix at the same instant. */
export function correct(motion: Motion, fix: Fix, guess: number): Motion {
  const gap = fix.distance - motion.distance;
  const expectedSquare = motion.dd + motion.noise;
  if (gap * gap > GATE * GATE * expectedSquare) {
    if (motion.outliers + 1 >= PATIENCE) return startMotion(fix, guess);
    return bySpeed({ ...motion, outliers: motion.outliers + 1 }, fix.speed);
  }
  const noise = Math.min(MOST_NOISE, Math.max(LEAST_NOISE, motion.noise + 0.04 * (gap * gap - expectedSquare)));
  const sum = motion.dd + noise;
  const [kd, kv] = [motion.dd / sum, motion.dv / sum];
  return bySpeed(
    {
      distance: motion.distance + kd * gap,
      speed: motion.speed + kv * gap,
      dd: (1 - kd) * motion.dd,
      dv: (1 - kd) * motion.dv,
      vv: motion.vv - kv * motion.dv,
      noise,
      outliers: 0,
    },
    fix.speed,
  );
}

function bySpeed(motion: Motion, speed: number | null): Motion {
  const within = (v: number) => Math.max(0, Math.min(FASTEST, v));
  if (speed === null) return { ...motion, speed: within(motion.speed) };
  const sum = motion.vv + SPEED_NOISE;
  const [kd, kv] = [motion.dv / sum, motion.vv / sum];
  const gap = speed - motion.speed;
  return {
    ...motion,
    distance: motion.distance + kd * gap,
    speed: within(motion.speed + kv * gap),
    dd: motion.dd - kd * motion.dv,
    dv: (1 - kv) * motion.dv,
    vv: (1 - kv) * motion.vv,
  };
}
