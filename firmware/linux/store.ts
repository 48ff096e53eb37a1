import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { type Store, storeKey } from "../hal/store.ts";

/**
 * One file a key in `directory`. A value is written beside, synced, then renamed over the old one, and the directory is
 * synced: after a power cut either is there whole.
 */
export function fileStore(directory: string): Store {
  const pathOf = (key: string) => join(directory, storeKey(key));
  const writing = new Map<string, Promise<void>>();

  const write = async (path: string, value: Uint8Array) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await open(`${path}.part`, "w", 0o600);
    try {
      await file.writeFile(value);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    const folder = await open(directory, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  };

  return {
    async read(key) {
      const path = pathOf(key);
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    async write(key, value) {
      const path = pathOf(key);
      const now = value.slice();
      // Writes of one key follow each other: two must not share the .part file.
      const turn = (writing.get(key) ?? Promise.resolve()).catch(() => {}).then(() => write(path, now));
      writing.set(key, turn);
      return turn;
    },
  };
}
