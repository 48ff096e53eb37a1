import type { Duration } from "../../controllers/units.ts";

/** What a service tells who keeps it running. */
export type ServiceWord = "ready" | "alive" | "stopping";

/** Who keeps the runtime running, starts it again when it ends, and ends it when it hangs: systemd on a cabinet. */
export interface ServiceManager {
  /** Without `alive` for so long it ends us and starts us again; null where it does not watch. */
  readonly patience: Duration | null;
  /** `status` is a line for people. False where it was not heard. Never rejects. */
  tell(word: ServiceWord, status?: string): Promise<boolean>;
}
