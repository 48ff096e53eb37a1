import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";

/** The processes that have a file open, as `name (pid 123)`, as far as we may look into them. */
export async function usersOf(path: string, proc = "/proc"): Promise<string[]> {
  const target = await realpath(path).catch(() => path);
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  const users: string[] = [];
  for (const pid of pids) {
    const folder = join(proc, pid, "fd");
    const files = await readdir(folder).catch(() => []); // ended meanwhile, or another's
    const links = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => "")));
    if (!links.includes(target)) continue;
    const name = await readFile(join(proc, pid, "comm"), "utf8").catch(() => "");
    users.push(`${name.trim() || "a process"} (pid ${pid})`);
  }
  return users;
}
