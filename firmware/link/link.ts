import type { ComponentId } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { Groups } from "./component.ts";
import type {
  AlarmCode,
  CommandCode,
  CommandResultValues,
  CommandValues,
  StatusCode,
  StatusValues,
} from "./modules.ts";
import type { CommandResult, Refusal } from "./payload.ts";
import type { LinkQuality } from "./wire/quality.ts";

/** A command that passed every check: its components are known to the cabinet, its values are in range. */
export interface AcceptedCommand<C extends CommandCode> {
  readonly component: readonly ComponentId[];
  readonly values: CommandValues<C>;
  /** RSMP id of who sent it: of the key that signed it, or of the response topic where nobody had to. */
  readonly issuer?: string;
}

/** Does a command. Rejecting counts as `failed`; the cockpit is told no more than that. */
export type CommandHandler<C extends CommandCode> = (
  command: AcceptedCommand<C>,
) => Promise<CommandResult<CommandResultValues<C>>>;

/** What the link has seen since it began. Counts only grow, but for `pending` and `inFlight`. */
export interface LinkCounters {
  readonly connections: number;
  readonly published: number;
  /** Updates dropped because there was no connection, or too much in flight; a complete update follows each gap. */
  readonly dropped: number;
  readonly commands: number;
  readonly refused: Readonly<Record<Refusal, number>>;
  /** Commands that came again and were answered with their first result. */
  readonly repeated: number;
  /** Messages without an answer: retained commands, no or a foreign response topic, no correlation, bad throttles and fetches. */
  readonly ignored: number;
  /** Records of the journal that the broker has not acknowledged yet. */
  readonly pending: number;
  /** Records that the broker refused for good, for the life of the journal. */
  readonly quarantined: number;
  /** Entries that were told by replay. */
  readonly replayed: number;
  /** Fetches that were answered, or are being answered. */
  readonly fetches: number;
  /** Messages handed over whose acknowledgement is outstanding. */
  readonly inFlight: number;
  readonly quality: LinkQuality;
}

/** The cabinet's end of the cockpit link. Nothing here waits for the network, throws because of it, or grows with it. */
export interface CockpitLink {
  /**
   * Takes new values of a status: attributes that are named, and of a component map the components that are named.
   * Throws a TypeError for values that the module's table does not allow.
   */
  update<C extends StatusCode>(code: C, values: Partial<StatusValues<C>>, at: Instant): void;
  /** Takes the state of an alarm at a component. The message is cut at 200 characters. */
  alarm(code: AlarmCode, component: ComponentId, active: boolean, message: string, at: Instant): void;
  /** Sets who does a command; one handler a code, the last wins. A code without a handler is `unknown-code`. */
  onCommand<C extends CommandCode>(code: C, handler: CommandHandler<C>): void;
  /** The components that commands may name, one by one or by groups that are no part of an id. */
  setInventory(components: readonly ComponentId[], groups?: Groups): void;
  readonly connected: boolean;
  counters(): LinkCounters;
  /** Says `shutdown`, leaves the broker and ends; within 1 s whatever the network does. May be called twice. */
  close(): Promise<void>;
}
