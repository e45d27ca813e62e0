/** Runs one part of a migration completely or not at all, and records it in the journal. */

import type { Segment } from "../databases/segments.js";
import type { DatabaseSession } from "../databases/session.js";
import { inSchemaTransaction } from "../databases/transaction.js";
import { MigrationError } from "../errors.js";
import { runBackfill } from "./backfill.js";
import { DoneAlready } from "./done-already.js";
import { type PartContext, runIn } from "./part-context.js";

export const runPart = async (segment: Segment, context: PartContext): Promise<void> => {
  switch (segment.kind) {
    case "schema":
      return context.withSession((session) =>
        inSchemaTransaction(
          session,
          async () => {
            await context.check(session);
            await segment.run(session);
            await context.done((text) => session.execute(text));
          },
          context.transaction,
        ),
      );
    case "alone":
      return context.withSession(async (session) => {
        await runAlone(session, segment.text);
        await context.done((text) => session.execute(text));
      });
    case "code":
      return runCode(segment, context);
    case "backfill":
      return runBackfill(segment, context);
  }
};

const NAME = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;
const MADE = new RegExp(
  String.raw`^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(${NAME})\s+ON\s+(?:ONLY\s+)?(?:(${NAME})\.)?(${NAME})`,
  "i",
);
const GONE = new RegExp(String.raw`^\s*DROP\s+INDEX\s+CONCURRENTLY\s+((?:${NAME}\.)?${NAME})\s*(?:RESTRICT|CASCADE)?\s*;?\s*$`, "i");

/** Handles the remains of an interrupted run: a valid index counts as done, an invalid one is rebuilt. */
const runAlone = async (session: DatabaseSession, text: string): Promise<void> => {
  const [, dropped] = GONE.exec(text) ?? [];
  if (dropped !== undefined && (await indexOf(session, dropped)) === null) return;
  const [, name, schema, table] = MADE.exec(text) ?? [];
  if (name !== undefined && table !== undefined) {
    const within = (one: string): string => (schema === undefined ? one : `${schema}.${one}`);
    const found = await indexOf(session, within(name));
    const own = found !== null && found.table === (await identityOf(session, within(table)));
    if (own && found.valid) return;
    if (own) await session.execute(`DROP INDEX CONCURRENTLY ${within(name)}`);
  }
  await session.execute(text);
};

interface FoundIndex {
  readonly valid: boolean;
  readonly table: string;
}
const indexOf = async (session: DatabaseSession, name: string): Promise<FoundIndex | null> => {
  const [row] = await session.rows(
    `SELECT indisvalid::text, indrelid::text FROM pg_index WHERE indexrelid = to_regclass(${session.dialect.schema.literal(name, { kind: "text" })})`,
  );
  return row === undefined ? null : { valid: row[0] === "true", table: String(row[1]) };
};

const identityOf = async (session: DatabaseSession, table: string): Promise<string> => {
  const [row] = await session.rows(`SELECT to_regclass(${session.dialect.schema.literal(table, { kind: "text" })})::oid::text`);
  return String(row?.[0]);
};

const runCode = async (segment: Extract<Segment, { readonly kind: "code" }>, context: PartContext): Promise<void> => {
  const db = context.database.session({ onUncommitted: "ignore" });
  try {
    await segment.run(db as never);
    await context.done(runIn(db));
    await db.commit();
  } catch (error) {
    if (error instanceof MigrationError || error instanceof DoneAlready) throw error;
    throw new MigrationError(`code "${segment.name}" failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await db.close();
  }
};
