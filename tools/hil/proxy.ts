import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a TCP port of this machine that can be cut. */
export interface Proxy {
  readonly port: number;
  /** Cut: what is open breaks, what comes is refused, until it is up again. */
  set(up: boolean): void;
  close(): void;
}

export async function startProxy(target: number): Promise<Proxy> {
  let open = true;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // close follows
  };
  const server = createServer((near) => {
    if (!open) return void near.resetAndDestroy();
    const far = connect(target, "127.0.0.1");
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    set(up) {
      open = up;
      if (!up) cut();
    },
    close() {
      cut();
      server.close();
    },
  };
}
