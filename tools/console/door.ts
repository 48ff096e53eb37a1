/** The console's own way to the broker for the page: a WebSocket at the page's own address, its bytes passed on over TCP or TLS. */
import { connect, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { createWebSocketStream, type WebSocket } from "ws";

/** `mqtt://` or `mqtts://`, with what TLS needs, PEM. */
export interface BrokerRoute {
  readonly url: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** Passes bytes both ways until either side ends, or the signal aborts. `heard` is told of bytes from the page. */
export function passOn(socket: WebSocket, broker: BrokerRoute, over: AbortSignal, heard: () => void): void {
  const inside = createWebSocketStream(socket);
  const outside = openBroker(broker);
  inside.on("data", heard);
  for (const [from, to] of [
    [inside, outside],
    [outside, inside],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
  const end = () => {
    socket.terminate();
    outside.destroy();
  };
  over.addEventListener("abort", end, { once: true });
  socket.on("close", () => over.removeEventListener("abort", end));
  if (over.aborted) end();
}

function openBroker({ url, ca, certificate, key }: BrokerRoute): Duplex {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol === "mqtt:") return connect(Number(port) || 1883, host);
  return connectTls({
    host,
    port: Number(port) || 8883,
    minVersion: "TLSv1.3",
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  });
}
