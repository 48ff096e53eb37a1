import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../hal/fault.ts";
import { DiskError } from "../hal/journal-disk.ts";

// Result codes of SQLite (sqlite.org/rescode.html); the low byte of an extended one.
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** What an error of SQLite or of a file at `path` means for the journal. */
export function diskError(error: unknown, path: string): DiskError | Fault {
  if (error instanceof DiskError || error instanceof Fault) return error;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  const result = typeof errcode === "number" ? errcode & 0xff : 0;
  if (result === BUSY) return new Fault("port-busy", path);
  if (result === CORRUPT || result === NOTADB) return new DiskError("damaged", true, error);
  if (result === FULL || code === "ENOSPC" || code === "EDQUOT") return new DiskError("full", false, error);
  if (result === READONLY || code === "EROFS" || isReadOnly(path)) return new DiskError("read-only", false, error);
  return new DiskError("damaged", false, error);
}

/** A file system that the kernel made read-only is to SQLite an error like any other. */
function isReadOnly(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EROFS";
  }
}

/** The outcome of `work`; its error as `diskError` has it. */
export async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}
