/** What must be undone even when the program ends by a mistake of its own. */
export interface AtExit {
  /** Calls `undo` when the process ends, however it does short of SIGKILL; must be synchronous. Returns how to call that off. */
  add(undo: () => void): () => void;
}

/** One listener on the process for as long as there is something to undo, and none before or after. */
export function atExit(): AtExit {
  const undos = new Set<() => void>();
  const undoAll = () => {
    for (const undo of undos) {
      try {
        undo();
      } catch {
        // the others are undone all the same
      }
    }
  };
  return {
    add(undo) {
      const own = () => undo();
      if (undos.size === 0) process.on("exit", undoAll);
      undos.add(own);
      return () => {
        if (undos.delete(own) && undos.size === 0) process.off("exit", undoAll);
      };
    },
  };
}
