import { chmod, chown, copyFile, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../../firmware/linux/replace-file.ts";
import { Usage } from "../cli/usage.ts";
import { Authority } from "./authority.ts";
import { accessList, type BrokerSettings, mosquittoConf } from "./broker.ts";

/** Everything that provisioning makes, in one folder. Names are RSMP ids; who is wrong gets a Usage or a Fault that says what. */
export class Provision {
  readonly folder: string;
  readonly authority: Authority;

  /** `folder`: absolute. */
  constructor(folder: string) {
    this.folder = folder;
    this.authority = new Authority(folder);
  }

  get brokerFolder(): string {
    return join(this.folder, "broker");
  }

  /** The broker's key (kept where there is one), its certificate, configuration and access list. Resolves with warnings. */
  async broker(
    settings: Omit<BrokerSettings, "folder">,
    { hosts, days, user }: { hosts: readonly string[]; days: number; user: string | undefined },
  ): Promise<readonly string[]> {
    const folder = this.brokerFolder;
    const keyFile = join(folder, "broker.key");
    await mkdir(join(folder, "data"), { recursive: true, mode: 0o700 });
    const wanted = { holder: "broker", commonName: hosts[0] as string, days, hosts } as const;
    const pem = (await exists(keyFile))
      ? await this.authority.issueFor(keyFile, wanted)
      : await this.authority.issue(keyFile, wanted);
    await replaceFile(join(folder, "broker.pem"), pem, 0o644);
    await copyFile(this.authority.certificateFile, join(folder, "ca.pem"));
    await replaceFile(join(folder, "mosquitto.conf"), mosquittoConf({ ...settings, folder }), 0o644);
    await replaceFile(join(folder, "settings.json"), `${JSON.stringify({ ...settings, user }, null, 2)}\n`);
    await this.#writeAccess();
    return user === undefined ? [] : unreachable(folder);
  }

  /** A key and a certificate for a cabinet or a supervisor. Resolves with their folder. */
  async holder(holder: "cabinet" | "supervisor", id: string, days: number): Promise<string> {
    await this.#refuseRevoked(id);
    const folder = join(this.folder, `${holder}s`, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const pem = await this.authority.issue(join(folder, "key.pem"), { holder, commonName: id, days });
    await replaceFile(join(folder, "certificate.pem"), pem, 0o644);
    await copyFile(this.authority.certificateFile, join(folder, "ca.pem"));
    return folder;
  }

  /** The certificate that answers a signing request. The first one of a cabinet that made its own key needs `first`. */
  async answer(holder: "cabinet" | "supervisor", id: string, request: string, days: number, first: boolean) {
    await this.#refuseRevoked(id);
    if (!first && !(await this.authority.knows(holder, id)))
      throw new Usage(`${id} never had a certificate from here: \`provision ${holder}\` gives the first one`);
    return this.authority.sign(request, { holder, commonName: id, days });
  }

  /** Takes every right at the broker from `id`. Resolves with whether there is a broker here whose list says so now. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.revoked();
    if (!revoked.includes(id))
      await replaceFile(join(this.folder, "revoked"), `${[...revoked, id].join("\n")}\n`, 0o644);
    return this.#writeAccess();
  }

  /** RSMP ids. */
  async revoked(): Promise<readonly string[]> {
    const text = (await readText(join(this.folder, "revoked"))) ?? "";
    return text.split("\n").filter((line) => line !== "");
  }

  async #refuseRevoked(id: string): Promise<void> {
    if ((await this.revoked()).includes(id))
      throw new Usage(`${id} is revoked: to let it in again, remove its line from ${join(this.folder, "revoked")}`);
  }

  async #writeAccess(): Promise<boolean> {
    const folder = this.brokerFolder;
    const text = await readText(join(folder, "settings.json"));
    if (text === null) return false;
    const { user, ...settings } = JSON.parse(text) as Omit<BrokerSettings, "folder"> & { user?: string };
    await replaceFile(join(folder, "acl"), accessList({ ...settings, folder }, await this.revoked()), 0o600);
    if (user !== undefined) await giveTo(user, folder);
    return true;
  }
}

/** The broker's user owns its folder: its private key, its list and what it keeps. */
async function giveTo(user: string, folder: string): Promise<void> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((one) => one.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Usage(`--user ${user}: there is no such user on this machine`);
  await chown(folder, Number(uid), Number(gid));
  await chmod(folder, 0o700);
  for (const name of await readdir(folder, { recursive: true }))
    await chown(join(folder, name), Number(uid), Number(gid));
}

/** Folders above that others cannot pass. */
async function unreachable(folder: string): Promise<string[]> {
  const closed: string[] = [];
  for (let one = dirname(folder); one !== dirname(one); one = dirname(one))
    if (((await stat(one)).mode & 0o001) === 0) closed.push(one);
  return closed;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
