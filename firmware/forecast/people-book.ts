import { compared, foretold, NOTHING_COMPARED, released } from "../../controllers/footfall/compared.ts";
import type { Release, Zone } from "../../controllers/footfall/privacy.ts";
import type { Reading } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { Log } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import { putPeople } from "./people-shelf.ts";

/** Keeps beside what was foretold of an hour who then came, as far as that may be told: nothing else of people is written. */
export interface PeopleBook {
  reading(reading: Reading): void;
  released(release: Release): void;
  /** It is `now`: hours that are over are kept. */
  pass(now: Instant): void;
}

/** A disk that fails costs hours in the book, and nothing else. */
export function peopleBook(zones: readonly Zone[], store: Store, log: Log): PeopleBook {
  let state = NOTHING_COMPARED;
  let saving: Promise<void> = Promise.resolve();
  return {
    reading(reading) {
      if (reading.kind === "forecast") state = foretold(state, reading);
    },
    released(release) {
      state = released(state, release);
    },
    pass(now) {
      const { state: after, hours } = compared(zones, state, now);
      state = after;
      if (hours.length === 0) return;
      saving = saving
        .then(() => putPeople(store, hours))
        .catch((error) => log.error({ err: error }, "who came beside what was foretold cannot be kept"));
    },
  };
}
