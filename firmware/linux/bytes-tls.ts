import type { Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { TlsDoor } from "../hal/ports.ts";
import { commonNameOf } from "./chain.ts";
import { readCredentials } from "./credentials.ts";

/** Who has not proven who they are by then never will. */
const HANDSHAKE_MS = 5000;

/**
 * TLS 1.3 on a socket that was taken, ours being the server's half. Resolves when the peer has proven that the authority signed
 * for it, and for its name where one is asked for; the files are read anew each time. Null: it has not, and `refused` was told
 * why. Throws the faults of `readCredentials`.
 */
export async function secured(socket: Socket, { refused, name, ...files }: TlsDoor): Promise<TLSSocket | null> {
  const { ca, cert, key } = await readCredentials(files);
  const from = socket.remoteAddress ?? "?";
  const server = createServer({
    ca,
    cert,
    key,
    minVersion: "TLSv1.3",
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_MS,
  });
  const done = Promise.withResolvers<TLSSocket | null>();
  const refuse = (why: string) => {
    refused(`${from}: ${why}`);
    socket.destroy();
    done.resolve(null);
  };
  server.once("tlsClientError", (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
  server.once("secureConnection", (secure: TLSSocket) => {
    const certificate = secure.getPeerX509Certificate();
    const theirs = certificate ? commonNameOf(certificate) : null;
    if (name === undefined || theirs === name) done.resolve(secure);
    else refuse(`its certificate is of ${JSON.stringify(theirs)}: allowed is "${name}"`);
  });
  // It listens nowhere: it is handed this one socket.
  server.emit("connection", socket);
  return done.promise;
}

/** Throws the faults of `readCredentials` before anybody comes. */
export async function lookAt(files: TlsDoor): Promise<void> {
  await readCredentials(files);
}
