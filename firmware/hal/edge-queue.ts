import { Fault } from "./fault.ts";
import type { Edge, EdgeStream } from "./pin.ts";
import { Queue } from "./queue.ts";

/** More edges than this unread, and the consumer stands still: minutes of pulses, or a second of a line gone wild. */
const LIMIT = 4096;

export interface EdgeQueue extends Pick<EdgeStream, "changes"> {
  push(edge: Edge): void;
  end(): void;
  fail(error: Fault): void;
}

/** The edges of one line on their way to one consumer: past the limit it fails with Fault `port-lost` rather than lose one in silence. */
export function edgeQueue(where: string): EdgeQueue {
  const changes = new Queue<Edge>(LIMIT);
  return {
    changes,
    push(edge) {
      changes.push(edge);
      if (changes.dropped > 0) changes.fail(new Fault("port-lost", where, `more than ${LIMIT} edges unread`));
    },
    end: () => changes.end(),
    fail: (error) => changes.fail(error),
  };
}
