/** Runs migrations, one run at a time per database. Each part runs once, even after interruptions and with concurrent runs. */

import type { Database } from "flash-db/internal";
import { handleOf } from "flash-db/internal";
import { type MigrationLock, takeLock } from "../databases/lock.js";
import { prepareOwnTables } from "../databases/own-tables.js";
import { type Segment, segmentsOf, segmentTexts } from "../databases/segments.js";
import { openDatabaseSession } from "../databases/session.js";
import { MigrationError } from "../errors.js";
import { lowerAll } from "../operations/index.js";
import { appliedEntries } from "./compare.js";
import type { History, Run, RunEvent, RunnerOptions } from "./contracts.js";
import { DoneAlready } from "./done-already.js";
import type { PartContext } from "./part-context.js";
import { runPart } from "./run-part.js";
import { checksumOf, entryStatement, journalPlace, journalStatements, readStore } from "./store.js";

/** Called again whenever the lock was acquired, so that nothing another run has done is repeated. */
export type Planner = (history: History) => readonly Run[];

/** Returns the runs that were executed here. */
export const runMigrations = async (database: Database, plan: Planner, options: RunnerOptions = {}): Promise<readonly Run[]> => {
  const { features } = handleOf(database).dialect;
  const tell = options.onEvent ?? ((): void => undefined);
  const lockOptions = {
    onWait: (holder: Extract<RunEvent, { kind: "wait" }>["holder"]) => tell({ kind: "wait", holder }),
    timeout: options.waitTimeout,
    signal: options.signal,
  };
  // A database with session locks keeps the connection; with a single writer, its connection is returned between parts.
  const kept = features.concurrentWriters ? await openDatabaseSession(database, "migrations") : null;
  const withSession: PartContext["withSession"] = async (work) => {
    if (kept !== null) return work(kept);
    const session = await openDatabaseSession(database, "migrations");
    try {
      return await work(session);
    } finally {
      session.release();
    }
  };
  try {
    const lock = await takeLock(database, kept, lockOptions);
    try {
      await withSession(prepareOwnTables);
      return await runAll({ database, plan, options, tell, withSession, lock });
    } finally {
      await lock.release();
    }
  } finally {
    // Settings of the connection must not reach the application.
    kept?.release(true);
  }
};

interface Work {
  readonly database: Database;
  readonly plan: Planner;
  readonly options: RunnerOptions;
  readonly tell: (event: RunEvent) => void;
  readonly withSession: PartContext["withSession"];
  readonly lock: MigrationLock;
}

const runAll = async (work: Work): Promise<readonly Run[]> => {
  const history = await work.withSession(readStore);
  const runs = work.plan(history);
  const unfinished = history.unfinished;
  if (unfinished !== null && runs.length > 0) {
    const [next] = runs;
    if (next?.name !== unfinished.name || next.direction !== unfinished.direction)
      throw new MigrationError(
        `migration "${unfinished.name}" ended in the middle: ${unfinished.done} of ${unfinished.steps} parts are done, next is ${unfinished.step}. Finish it first: flash-db ${unfinished.direction === "up" ? "migrate" : "rollback"}`,
        { facts: { unfinished } },
      );
    if (checksumOf(next.meaning) !== unfinished.checksum)
      throw new MigrationError(
        `migration "${unfinished.name}" was edited after it ended in the middle (${unfinished.done} of ${unfinished.steps} parts are done, next is ${unfinished.step}). Restore the file, or repair the history: flash-db history repair`,
        { facts: { unfinished } },
      );
  }
  const done: Run[] = [];
  for (const run of runs) {
    work.options.signal?.throwIfAborted();
    if (await runOne(work, run)) done.push(run);
  }
  return done;
};

/** Returns false if another run has done it. */
const runOne = async (work: Work, run: Run): Promise<boolean> => {
  const { options, tell, withSession, lock } = work;
  const begun = performance.now();
  const version = options.version ?? "";
  const action = run.direction === "up" ? (options.fake === true ? "fake" : "apply") : options.fake === true ? "unfake" : "rollback";
  const { dialect } = handleOf(work.database);
  const entry = (): string => entryStatement(dialect, run, { action, durationMs: performance.now() - begun, version });
  const segments = options.fake === true ? [] : segmentsOf(lowerAll(run.before, run.operations), dialect, run.transaction);
  tell({ kind: "begin", run, parts: segments.length });
  await lock.say(run.name);
  const [only] = segments;
  const context = (part: number, noted: () => readonly string[]): PartContext => ({
    database: work.database,
    withSession,
    transaction: {
      lockTimeout: options.lockTimeout ?? 3000,
      retries: options.retries ?? 10,
      onRetry: (attempt, error) => tell({ kind: "retry", run, attempt, error }),
    },
    check: async (session) => {
      const history = await readStore(session);
      if (appliedEntries(history.entries).has(run.name) === (run.direction === "up")) throw new DoneAlready();
      if (segments.length > 1 && history.unfinished?.done !== part) throw new DoneAlready();
    },
    done: async (send) => {
      for (const text of noted()) if ((await send(text)) !== 1) throw new DoneAlready();
    },
    place: {
      read: (session) => journalPlace(session, run),
      write: async (send, place) => {
        if ((await send(journalStatements.place(dialect, run, part, place))) !== 1) throw new DoneAlready();
      },
    },
    onRows: (rows) => tell({ kind: "rows", run, done: rows }),
    signal: options.signal,
  });
  try {
    if (segments.length === 0 || (segments.length === 1 && only?.kind === "schema"))
      await runPart(
        only ?? nothing,
        context(0, () => [entry()]),
      );
    else await runParts(work, run, segments, { context, entry });
  } catch (error) {
    if (error instanceof DoneAlready) return false;
    throw failed(run, error);
  }
  await lock.say("between two migrations");
  tell({ kind: "end", run, durationMs: performance.now() - begun });
  return true;
};

const nothing: Segment = { kind: "schema", texts: [], run: () => Promise.resolve() };

interface Parts {
  readonly context: (part: number, noted: () => readonly string[]) => PartContext;
  readonly entry: () => string;
}

/** Runs part by part, starting where the journal says. */
const runParts = async (
  { database, withSession, lock, tell }: Work,
  run: Run,
  segments: readonly Segment[],
  { context, entry }: Parts,
): Promise<void> => {
  const { dialect } = handleOf(database);
  const title = (part: number): string =>
    segments[part] === undefined ? "the end" : ((segmentTexts(segments[part])[0] ?? "").split("\n")[0] ?? "");
  const from = await withSession(async (session) => {
    const { unfinished } = await readStore(session);
    if (unfinished !== null) return unfinished.done;
    await session.execute(journalStatements.begin(session.dialect, run, segments.length, title(0)));
    return 0;
  });
  for (let part = from; part < segments.length; part++) {
    const segment = segments[part];
    if (segment === undefined) break;
    tell({ kind: "part", run, part: part + 1, parts: segments.length, text: title(part) });
    await lock.say(`${run.name}, step ${part + 1} of ${segments.length}`);
    const last = part === segments.length - 1;
    await runPart(
      segment,
      context(part, () =>
        last ? [journalStatements.end(dialect, run, part), entry()] : [journalStatements.advance(dialect, run, part, title(part + 1))],
      ),
    );
  }
};

const DISK = /SQLITE_FULL|SQLITE_IOERR|database or disk is full|No space left on device|disk full/i;

const failed = (run: Run, error: unknown): Error => {
  if (!(error instanceof Error)) return new MigrationError(`${run.name}: ${String(error)}`);
  if (error.name === "AbortError") return error;
  const hint = DISK.test(error.message)
    ? " Nothing of this part was kept: make room on the disk, or let it be written, and run the same command again."
    : "";
  return new MigrationError(`${run.name}${run.direction === "down" ? " (rolled back)" : ""}: ${error.message}${hint}`, {
    cause: error,
    facts: { migration: run.name, direction: run.direction },
  });
};
