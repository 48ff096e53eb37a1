import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file whole, or not at all: after a power cut there is the old one or the new one. For its owner only, unless `mode` says more. */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const file = await open(`${path}.part`, "w", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await moveFile(`${path}.part`, path);
}

/** Renames a file within its folder, in the place of another one, and has it on the disk. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Has what was made, renamed and removed in a folder on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
