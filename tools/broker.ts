import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";
import { fromThisMachine } from "../sim/socket.ts";

const LOOPBACK = "127.0.0.1";

export interface Broker {
  /** mqtt://... over TCP. */
  readonly url: string;
  /** Clients that are connected now. */
  readonly connections: number;
  close(): Promise<void>;
}

/** An embedded MQTT 5 broker on loopback: on `port`, or the next free one of twenty. Port 0: any. */
export async function startBroker(port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker({ maximumPacketSize: 65_536 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const bound = await listenFrom(server, port);
  return {
    url: `mqtt://${LOOPBACK}:${bound}`,
    get connections() {
      return sockets.size;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise((resolve) => server.close(resolve)),
        new Promise<void>((resolve) => aedes.close(() => resolve())),
      ]);
    },
  };
}

export interface WebSocketDoor {
  /** ws://... for browsers. */
  readonly url: string;
  close(): Promise<void>;
}

/** Gives browsers a way in to any MQTT broker: WebSocket on loopback, the bytes passed on to `broker` over TCP. */
export async function openWebSocketDoor(broker: string, port: number): Promise<WebSocketDoor> {
  const { hostname, port: brokerPort } = new URL(broker);
  const server = createHttpServer();
  const bound = await listenFrom(server, port);
  const door = new WebSocketServer({
    server,
    verifyClient: fromThisMachine,
    maxPayload: 65_536,
    handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
  });
  door.on("connection", (socket) => {
    const inside: Duplex = createWebSocketStream(socket);
    const outside = connect(Number(brokerPort) || 1883, hostname);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  return {
    url: `ws://${LOOPBACK}:${bound}`,
    close: async () => {
      for (const client of door.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Listens on loopback, on `port` or the first free one of the nineteen after it, which it returns. */
export async function listenFrom(server: Server, port: number): Promise<number> {
  for (let candidate = port; candidate < port + 20; candidate++) {
    try {
      server.listen(candidate, LOOPBACK);
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      continue;
    }
    return (server.address() as { port: number }).port;
  }
  throw new Error(`no free port from ${port} to ${port + 19} on ${LOOPBACK}`);
}
