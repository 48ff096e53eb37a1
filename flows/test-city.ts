/** A city of a test's own: a broker and one cabinet, an RSMP node that takes commands and notes them down. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { instant } from "../controllers/units.ts";
import { Authority, type AuthorityOptions } from "../firmware/link/commands/authority.ts";
import { type NodeOptions, startNode } from "../firmware/link/node.ts";
import { clock, random } from "./host.ts";

export const NODE = "21231/cab-0117";
export const LAMPS = ["lamp/1/1", "lamp/1/2", "lamp/2/1"];
/** Who the flow engine is, and what lets it in as the user `integrator`. */
export const SUPERVISOR = "flows/test";
export const PASSWORD = "chouette hulotte";
/** The cabinet lives at another hour than this machine, as one of a demonstration does. */
const HOUR = 3_600_000;
export const cabinetNow = () => Date.now() + 3 * HOUR;

/** A broker that lets flows in with their password only, and knows who came. */
async function startBroker() {
  const logins: string[] = [];
  const filters: string[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      logins.push(username ?? "");
      done(null, username !== "integrator" || password?.toString() === PASSWORD);
    },
  });
  aedes.on("subscribe", (subscriptions, client) => {
    if (client.id === SUPERVISOR) filters.push(...subscriptions.map(({ topic }) => topic));
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([
      new Promise((closed) => server.close(closed)),
      new Promise<void>((closed) => aedes.close(closed)),
    ]);
  };
  return { url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`, logins, filters, close };
}

/** Starts both. With `ring` the cabinet wants signatures and lives at our hour, otherwise none of the flow engine. `asked` are the commands that reached the cabinet; it cannot do level 13. */
export async function startCity({
  log,
  journal,
  ring,
}: Pick<NodeOptions, "log" | "journal"> & Pick<AuthorityOptions, "ring">) {
  const broker = await startBroker();
  const cabinet = startNode({
    url: broker.url,
    node: NODE,
    version: "0.0.0-test",
    // What is signed counts for a minute.
    clock: ring ? clock : { ...clock, now: () => instant(cabinetNow()) },
    wallClock: clock,
    random,
    log,
    journal,
    live: "anyone",
    authority: new Authority({ clock, ...(ring ? { ring } : { unsigned: SUPERVISOR }) }),
    signal: new AbortController().signal,
  });
  const asked: { component: readonly string[]; values: object }[] = [];
  cabinet.setInventory([...LAMPS, "counter/1"]);
  cabinet.onCommand("lighting.level.set", async (command) => {
    asked.push({ component: command.component, values: command.values });
    if (command.values.level === 13) throw new Error("the cabinet cannot");
    return { ok: true, values: { component: [...command.component], ...command.values } };
  });
  cabinet.onCommand("lighting.level.release", async (command) => {
    asked.push({ component: command.component, values: command.values });
    return { ok: true, values: { component: [...command.component] } };
  });
  cabinet.onCommand("tlc.priority.request", async ({ component, values }) => {
    asked.push({ component, values });
    const { requestId } = values;
    if (requestId !== "refused") return { ok: true, values: { requestId } };
    return { ok: false, error: { kind: "failed", field: "", message: "rejected: another is served" } };
  });
  // An open journal waits up to half a minute before it writes what was delivered, and the process with it.
  const end = async () => {
    await cabinet.close();
    await journal.close();
  };
  return { broker, cabinet, asked, end };
}
