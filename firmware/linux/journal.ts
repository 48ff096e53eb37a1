import { join } from "node:path";
import type { Clock } from "../hal/clock.ts";
import type { Journal, JournalLimits } from "../hal/journal.ts";
import { keepJournal } from "../hal/journal-keeper.ts";
import type { Random } from "../hal/random.ts";
import type { AtExit } from "./at-exit.ts";

/** The journal in the directory `state`, in SQLite, which is loaded only now. Rejects with Fault `port-busy`. */
export async function fileJournal(
  state: string,
  limits: JournalLimits,
  clock: Clock,
  random: Random,
  exit: AtExit,
): Promise<Journal> {
  const { openSqlite } = await import("./journal-sqlite.ts");
  const journal = await keepJournal(
    (suspect) => openSqlite(join(state, "journal.db"), suspect, clock, random),
    limits,
    clock,
    random,
  );
  // Else SQLite would throw its log away at the end, before what it stands for is on the disk.
  const stay = exit.add(() => journal.abandon());
  const close = journal.close.bind(journal);
  journal.close = () => close().finally(stay);
  return journal;
}
