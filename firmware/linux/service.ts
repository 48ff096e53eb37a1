import { execFile } from "node:child_process";
import { milliseconds } from "../../controllers/units.ts";
import type { ServiceManager, ServiceWord } from "../hal/service.ts";

/** A notice that takes longer is not waited for. */
const HEARD_WITHIN_MS = 5000;

const WORDS: Readonly<Record<ServiceWord, string>> = { ready: "READY=1", alive: "WATCHDOG=1", stopping: "STOPPING=1" };
const LONGEST_STATUS = 200;

/**
 * systemd, told by sd_notify(3) through its own `systemd-notify`: Node.js has no datagram sockets of unix(7). The unit needs
 * `NotifyAccess=all`. null where this process is not a service of type `notify`.
 */
export function systemdService(env: NodeJS.ProcessEnv = process.env, pid = process.pid): ServiceManager | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: patience, WATCHDOG_PID: watched, PATH } = env;
  if (!socket) return null;
  const isWatched = patience !== undefined && /^[1-9]\d*$/.test(patience) && (!watched || watched === String(pid));
  return {
    patience: isWatched ? milliseconds(Number(patience) / 1000) : null,
    tell: (word, status) =>
      new Promise((resolve) => {
        const line = status?.replace(/\p{Cc}+/gu, " ").slice(0, LONGEST_STATUS);
        const words = line === undefined ? [WORDS[word]] : [WORDS[word], `STATUS=${line}`];
        const options = {
          env: { NOTIFY_SOCKET: socket, ...(PATH === undefined ? {} : { PATH }) },
          timeout: HEARD_WITHIN_MS,
          killSignal: "SIGKILL",
        } as const;
        execFile("systemd-notify", words, options, (error) => resolve(!error));
      }),
  };
}
