/** For tests: a certificate of 127.0.0.1 that signs itself, for two days; undefined where no openssl is. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function selfSigned(): { readonly certificate: string; readonly key: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-console-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const names = ["-subj", "/CN=console", "-addext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"];
  // A browser knows no Ed25519.
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  try {
    const made = spawnSync("openssl", [
      ...["req", "-x509", ...kind, "-nodes", "-days", "2", ...names],
      ...["-keyout", key, "-out", certificate],
    ]);
    if (made.status !== 0) return undefined;
    return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
