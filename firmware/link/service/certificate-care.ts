import { CABINET } from "../../../controllers/alarms.ts";
import { hours, seconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { CertificateState, Certificates } from "../../hal/credentials.ts";
import type { Log } from "../../hal/log.ts";
import type { CockpitLink } from "../link.ts";
import { iso } from "../payload.ts";

const LOOK_EVERY = hours(1);
/** The result of the command goes out before its session ends. */
const RESULT_FIRST = seconds(2);
const THREE_DAYS = 3 * 86_400_000;

export interface CertificateCareOptions {
  readonly certificates: Certificates;
  readonly link: Pick<CockpitLink, "update" | "alarm" | "onCommand">;
  /** Begins a new session with the broker. */
  readonly renew: () => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Keeps the cabinet's certificate alive, until the signal aborts: in the last third of its life a signing request is in status
 * `cabinet.certificate.state`, and `cabinet.certificate.set` brings the answer, which the next session proves. Alarm
 * `cabinet.certificate` when it ends soon and was not renewed, or when the broker did not take the new one.
 */
export async function careForCertificate(options: CertificateCareOptions): Promise<void> {
  const { certificates, link, renew, clock, log, signal } = options;
  let nap = new AbortController();
  /** The broker did not take the last one. */
  let notTaken = false;

  certificates.onOutcome((kept) => {
    if (kept) log.info({}, "a session began with the renewed certificate");
    else log.error({}, "the broker did not take the renewed certificate: the one before is kept");
    notTaken = !kept;
    nap.abort();
  });

  link.onCommand("cabinet.certificate.set", async ({ values }) => {
    const taken = await certificates.take(values.certificate, clock.now());
    if (!taken.ok)
      return { ok: false, error: { kind: "invalid", field: "values.certificate", message: taken.message } };
    notTaken = false;
    nap.abort();
    clock.sleep(RESULT_FIRST, "certificate result", signal).then(renew, () => {});
    return { ok: true, values: { notAfter: iso(taken.notAfter) } };
  });

  const look = async () => {
    const tell = ({ notAfter, request }: CertificateState) =>
      link.update("cabinet.certificate.state", { notAfter: iso(notAfter), request }, clock.now());
    const state = await certificates.state();
    const { notAfter } = state;
    tell(state);
    if (clock.isSet() && isLate(state, clock.now())) {
      await certificates.prepare();
      tell(await certificates.state());
    }
    if (notTaken) return `the broker did not take the renewed certificate; ours ends ${iso(notAfter)}`;
    if (clock.isSet() && isVeryLate(state, clock.now())) return `the certificate ends ${iso(notAfter)}`;
    return null;
  };

  while (!signal.aborted) {
    nap = new AbortController();
    const problem = await look().catch((error: unknown) => {
      log.error({ err: error }, "the certificate cannot be looked after");
      return error instanceof Error ? error.message : String(error);
    });
    link.alarm("cabinet.certificate", CABINET, problem !== null, problem ?? "", clock.now());
    const woken = AbortSignal.any([signal, nap.signal]);
    const slept = await clock.sleep(LOOK_EVERY, "certificate", woken).then(
      () => true,
      () => woken.aborted,
    );
    if (!slept) return log.error({}, "the clock failed: the certificate is looked after no more");
  }
}

type Span = Pick<CertificateState, "notBefore" | "notAfter">;

/** The last third of its life: time to ask for another one. */
const isLate = ({ notBefore, notAfter }: Span, now: number): boolean => notAfter - now < (notAfter - notBefore) / 3;

/** A tenth of its life is left, or three days: of one that lives only for days, a sixth. */
const isVeryLate = ({ notBefore, notAfter }: Span, now: number): boolean => {
  const life = notAfter - notBefore;
  return notAfter - now < Math.max(life / 10, Math.min(THREE_DAYS, life / 6));
};
