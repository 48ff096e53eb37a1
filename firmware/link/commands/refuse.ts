import type { Refusal, Refused } from "../payload.ts";

/** A refusal with texts of bounded length, whatever a sender put into them. */
export const refuse = (kind: Refusal, field: string, message: string): Refused => ({
  ok: false,
  error: { kind, field: field.slice(0, 200), message: message.slice(0, 400) },
});
