import { Fault } from "../hal/fault.ts";
import type { PagePort } from "../hal/pages.ts";

const ANSWERED_WITHIN_MS = 10_000;

/** Over HTTP. Asks only for what changed where the server can tell (ETag, Last-Modified). RFC 9110, 13.1. */
export function webPage(address: string): PagePort {
  let known: Readonly<Record<string, string>> = {};
  return {
    address,
    async get(limit, signal) {
      const missing = (error: unknown) => {
        signal.throwIfAborted();
        throw new Fault("port-missing", address, error instanceof Error ? error.message : String(error), error);
      };
      const both = AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]);
      const answer = await fetch(address, { headers: known, signal: both, redirect: "follow" }).catch(missing);
      if (answer.status === 304) return null;
      if (!answer.ok) {
        await answer.body?.cancel();
        const isDenied = answer.status === 401 || answer.status === 403;
        throw new Fault(isDenied ? "port-denied" : "port-missing", address, `status ${answer.status}`);
      }
      const page = await bodyOf(answer, limit).catch((error) =>
        error instanceof Fault ? Promise.reject(error) : missing(error),
      );
      const etag = answer.headers.get("etag");
      const modified = answer.headers.get("last-modified");
      known = {
        ...(etag ? { "if-none-match": etag } : {}),
        ...(modified ? { "if-modified-since": modified } : {}),
      };
      return page;
    },
  };

  /** What a server says of the length is not believed: the bytes are counted. */
  async function bodyOf(answer: Response, limit: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of answer.body ?? []) {
      length += part.length;
      if (length > limit) throw new Fault("protocol", address, `more than ${limit} bytes`);
      parts.push(part);
    }
    const page = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      page.set(part, at);
      at += part.length;
    }
    return page;
  }
}
