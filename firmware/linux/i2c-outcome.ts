import type { I2cOutcome } from "../hal/i2c.ts";

/**
 * A CP2112's driver says ETIMEDOUT at once for an address that nobody acknowledges, and after 50 ms when the box itself is
 * silent; 40 leaves room for the kernel's ticks. Taking the first for the second costs time, the other way round a wrong value.
 */
const SILENT_FROM = 40;

/** What an error of the system means for an attempt that took so many ms. */
export function failed(code: string, took: number): I2cOutcome {
  switch (code) {
    case "ETIMEDOUT":
      return { kind: took < SILENT_FROM ? "unanswered" : "late", code };
    case "ENXIO":
    case "EREMOTEIO":
      return { kind: "unanswered", code };
    case "ENODEV":
    case "ENOENT":
    case "ESHUTDOWN":
      return { kind: "gone", code };
    case "EBUSY":
      return { kind: "taken", code };
    case "EACCES":
    case "EPERM":
      return { kind: "denied", code };
    case "EINVAL":
    case "EOPNOTSUPP":
    case "ENOTSUP":
    case "ENOTTY":
      return { kind: "refused", code };
    default:
      return { kind: "broken", code }; // EIO, EAGAIN, EPROTO and whatever else a driver thinks of
  }
}
