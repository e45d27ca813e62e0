/** Blocks whose queries do not flush. A block applies only to the task that opened it, not to other work on the session. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { Core } from "../core/core.js";

interface QuietBlock {
  readonly core: Core;
  /** The enclosing block, possibly of another session. */
  readonly before: QuietBlock | undefined;
  open: boolean;
}

const blocks = new AsyncLocalStorage<QuietBlock>();

/** Work that is started in the block and outlives it flushes again. */
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

/** Whether queries of the caller flush: autoflush is on and the caller is not inside a block that disables it. */
export const autoflushes = (core: Core): boolean => {
  if (!core.autoflush) return false;
  if (core.quietBlocks === 0) return true;
  for (let block = blocks.getStore(); block !== undefined; block = block.before) if (block.core === core && block.open) return false;
  return true;
};
