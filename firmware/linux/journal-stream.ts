import { fstatSync } from "node:fs";

/** Whether standard output goes to systemd's journal: systemd.exec(5), `JOURNAL_STREAM` is device and inode of its socket. */
export function isJournalStream(env: NodeJS.ProcessEnv = process.env, descriptor = 1): boolean {
  const told = env["JOURNAL_STREAM"];
  if (!told) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return told === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
