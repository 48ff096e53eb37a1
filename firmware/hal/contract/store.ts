import * as assert from "uvu/assert";
import type { Store } from "../store.ts";
import { type Bench, contract } from "./bench.ts";

export interface StoreBench extends Bench {
  readonly store: Store;
  /** Another store on the same medium: what the program finds when it begins anew. */
  again(): Promise<Store>;
}

const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => (first + i * 7) % 256);

export function storeContract(name: string, open: () => Promise<StoreBench>): void {
  contract(`${name}: store`, open, {
    "what was written is read, by one that begins anew too; what was not is null": async ({ store, again }) => {
      assert.is(await store.read("wishes"), null);
      for (const [key, value] of [
        ["wishes", bytes(1000, 3)],
        ["empty", new Uint8Array()],
        ["a-1", bytes(300_000, 9)],
      ] as const) {
        await store.write(key, value);
        for (const one of [store, await again()]) assert.equal([...((await one.read(key)) ?? [])], [...value]);
      }
      assert.is(await (await again()).read("other"), null);
    },

    "a shorter value replaces a longer one whole": async ({ store }) => {
      await store.write("wishes", bytes(5000, 1));
      await store.write("wishes", bytes(3, 2));
      assert.equal([...((await store.read("wishes")) ?? [])], [...bytes(3, 2)]);
    },

    "of writes at once the last one stays, and who reads meanwhile sees a whole one": async ({ store }) => {
      const writes = Array.from({ length: 40 }, (_, i) => store.write("wishes", new Uint8Array(2000).fill(i)));
      for (let i = 0; i < 40; i++) {
        const seen = await store.read("wishes");
        if (seen) assert.ok(seen.length === 2000 && seen.every((byte) => byte === seen[0]));
      }
      await Promise.all(writes);
      assert.equal([...new Set((await store.read("wishes")) ?? [])], [39]);
    },

    "a value is taken as it is at the call, and what is read belongs to its reader": async ({ store }) => {
      const value = bytes(100, 5);
      const writing = [store.write("wishes", new Uint8Array(1)), store.write("wishes", value)];
      value.fill(0);
      await Promise.all(writing);
      const read = (await store.read("wishes")) as Uint8Array;
      assert.equal([...read], [...bytes(100, 5)]);
      read.fill(0);
      assert.equal([...((await store.read("wishes")) ?? [])], [...bytes(100, 5)]);
    },

    "a key that could be a path is refused": async ({ store }) => {
      for (const key of ["", "../x", "a/b", "A", "1", "a.part", "."]) {
        for (const work of [store.read(key), store.write(key, new Uint8Array())]) {
          const outcome = await work.then(
            () => "taken",
            (error: unknown) => error,
          );
          assert.instance(outcome, TypeError, key);
          assert.match(String(outcome), "allowed");
        }
      }
    },
  });
}
