/** Blocks whose queries do not flush: each stands for its own task, whatever else runs on the session meanwhile. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { Core } from "../core/core.js";

interface QuietBlock {
  readonly core: Core;
  /** The block, maybe of another session, that the async context carried before. */
  readonly before: QuietBlock | undefined;
  open: boolean;
}

const blocks = new AsyncLocalStorage<QuietBlock>();

/** Work that was started in the block and outlives it flushes again. */
export const withoutAutoflush = async <R>(core: Core, work: () => Promise<R>): Promise<R> => {
  const block: QuietBlock = { core, before: blocks.getStore(), open: true };
  core.quietBlocks++;
  try {
    return await blocks.run(block, work);
  } finally {
    block.open = false;
    core.quietBlocks--;
  }
};

/** The session flushes by itself, and the caller does not stand in a block that forbids it. */
export const autoflushes = (core: Core): boolean => {
  if (!core.autoflush) return false;
  if (core.quietBlocks === 0) return true;
  for (let block = blocks.getStore(); block !== undefined; block = block.before) if (block.core === core && block.open) return false;
  return true;
};
