/** Routes statements to the open transaction, to a new transaction, or to a separate connection. */

import type { CompiledQuery, QueryResult, TransactionMode } from "../../database/contracts.js";
import { rebind } from "../../sql/compile/compiled.js";
import type { Batch } from "../../sql/compile/batch.js";
import type { Statement } from "../../sql/nodes.js";
import { SessionError } from "../../errors.js";
import type { OpenTransaction } from "../../database/handle.js";
import { assertOpen, type Core, type SessionTransaction } from "../core/core.js";
import { callSite } from "../core/first-write.js";

/** Compiles a planned statement and binds and checks this query's values; with `values` null it is already bound. */
export const bind = (
  core: Core,
  { statement, values }: { readonly statement: Statement; readonly values: readonly unknown[] | null },
): CompiledQuery => {
  const compiled = core.dialect.compile(statement);
  return values === null || values.length === 0
    ? compiled
    : {
        text: compiled.text,
        parameters: compiled.parameters,
        values: rebind(compiled, values),
        outputs: compiled.outputs,
        writes: compiled.writes,
      };
};

export type StatementKind = "read" | "lock" | "write";

/** Compiles and runs one statement, waiting for the session lock. */
export const send = (core: Core, statement: Statement, kind: StatementKind): Promise<QueryResult> =>
  run(core, core.dialect.compile(statement), kind);

/** Runs a compiled batch statement with rows. */
export const sendBatch = (core: Core, batch: Batch, cells: unknown[], rows: number): Promise<QueryResult> =>
  run(core, batch.with(cells, rows), "write");

export const run = (core: Core, query: CompiledQuery, kind: StatementKind): Promise<QueryResult> =>
  core.lock.exclusive(kind === "read" ? "a query" : "a statement that writes", () => runNow(core, query, kind));

/** Runs SQL that must not write. Outside a transaction it gets its own read-only one, so the database refuses writes. */
export const runReadOnly = (core: Core, query: CompiledQuery): Promise<QueryResult> =>
  core.lock.exclusive("a query", async () => {
    assertOpen(core);
    if (core.tx !== null) return runIn(core, core.tx, query, "read");
    const open = await core.handle.begin({ readOnly: true }, core.who);
    try {
      return await open.run(query);
    } finally {
      await open.rollback();
    }
  });

const runNow = (core: Core, query: CompiledQuery, kind: StatementKind): Promise<QueryResult> => {
  assertOpen(core);
  if (core.tx !== null) return runIn(core, core.tx, query, kind);
  return kind === "read" ? core.handle.run(query, core.who) : runInNew(core, query, kind);
};
const runIn = (core: Core, tx: SessionTransaction, query: CompiledQuery, kind: StatementKind): Promise<QueryResult> => {
  recordUse(core, tx, kind);
  const running = tx.open.run(query);
  return kind === "write" && tx.firstWrite === null ? placed(tx, running, query.text) : running;
};
/** Taken after the answer, when the stack is short: capturing a stack costs per frame, and async frames still name the awaiting caller. */
const placed = async (tx: SessionTransaction, running: Promise<QueryResult>, text: string): Promise<QueryResult> => {
  try {
    return await running;
  } finally {
    tx.firstWrite ??= { site: callSite(), text };
  }
};
const FIRST_WRITE: TransactionMode = { travels: true };
const runInNew = (core: Core, query: CompiledQuery, kind: StatementKind): Promise<QueryResult> => {
  const open = core.handle.beginNow?.(FIRST_WRITE, core.who) ?? null;
  return open === null ? runWhenOpen(core, query, kind) : runIn(core, enter(core, open, FIRST_WRITE, false), query, kind);
};
const runWhenOpen = async (core: Core, query: CompiledQuery, kind: StatementKind): Promise<QueryResult> =>
  runIn(core, await openTransaction(core, FIRST_WRITE, false), query, kind);

const recordUse = (core: Core, tx: SessionTransaction, kind: StatementKind): void => {
  if (kind === "write") {
    if (tx.mode.readOnly === true)
      throw new SessionError("this transaction is read-only ({ readOnly: true }): nothing can be written in it");
    core.journal.top.wrote = true;
    tx.used = true;
  } else if (
    kind === "lock" ||
    (tx.mode.isolation !== undefined && tx.mode.isolation !== "read committed" && tx.mode.isolation !== "read uncommitted")
  )
    tx.used = true;
};

/** Begins a transaction on a pooled connection; the caller holds the session lock. */
export const openTransaction = async (core: Core, mode: TransactionMode, explicit: boolean): Promise<SessionTransaction> =>
  enter(core, await core.handle.begin(mode, core.who), mode, explicit);

const enter = (core: Core, open: OpenTransaction, mode: TransactionMode, explicit: boolean): SessionTransaction => {
  core.tx = { open, mode, explicit, used: false, firstWrite: null };
  core.journal.begin(explicit ? "transaction" : "plain", core.callbacks.length);
  return core.tx;
};
