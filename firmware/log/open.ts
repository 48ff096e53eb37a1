import pino, { type Logger } from "pino";
import { redacted, redactText } from "./redact.ts";

export interface LogOptions {
  /** A pino level. */
  readonly level: string;
  /** Standard output is systemd's journal: each line begins with its priority, as sd-daemon(3) wants it. */
  readonly journal: boolean;
  /** Takes whole lines, in order, and has them written when it returns: the last line before an end counts most. */
  readonly write: (line: string) => void;
}

/** The log of the runtime: JSON lines without secrets. */
export function openLog({ level, journal, write }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      // What JSON would spoil before the whole line is looked at: bytes, maps, errors with their causes.
      formatters: { log: (fields) => redacted(fields) as Record<string, unknown> },
      // It is a plain object by then: pino's own would look for an Error.
      serializers: { err: (value: unknown) => redacted(value) },
    },
    {
      write(line: string) {
        const clean = redactedLine(line);
        write(journal ? `<${priorityOf(line)}>${clean}` : clean);
      },
    },
  );
}

/** Once more as it is written: with the bindings of children, and the message. */
function redactedLine(line: string): string {
  try {
    return `${JSON.stringify(redacted(JSON.parse(line)))}\n`;
  } catch {
    return redactText(line);
  }
}

/** syslog(3): 2 critical, 3 error, 4 warning, 6 informational, 7 debug. pino writes the level first. */
function priorityOf(line: string): number {
  const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30);
  return level >= 60 ? 2 : level >= 50 ? 3 : level >= 40 ? 4 : level >= 30 ? 6 : 7;
}
