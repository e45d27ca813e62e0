/** One part of a migration, done whole or not at all, and noted in the journal. */

import { sql } from "flash-db";
import type { Segment } from "../databases/segments.js";
import type { DatabaseSession } from "../databases/session.js";
import { inSchemaTransaction } from "../databases/transaction.js";
import { MigrationError } from "../errors.js";
import { runBackfill } from "./backfill.js";
import type { PartContext } from "./part-context.js";

export const runPart = async (segment: Segment, context: PartContext): Promise<void> => {
  switch (segment.kind) {
    case "schema":
      return context.withSession((session) =>
        inSchemaTransaction(
          session,
          async () => {
            await context.check(session);
            await segment.run(session);
            for (const text of context.done(session)) await session.execute(text);
          },
          context.transaction,
        ),
      );
    case "alone":
      return context.withSession(async (session) => {
        await runAlone(session, segment.text);
        for (const text of context.done(session)) await session.execute(text);
      });
    case "code":
      return runCode(segment, context);
    case "backfill":
      return runBackfill(segment, context);
  }
};

/** What an interrupted run left behind is taken up: an index that is there and valid is done, one that is invalid is made anew. */
const runAlone = async (session: DatabaseSession, text: string): Promise<void> => {
  const made = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY ("(?:[^"]|"")+") ON (?:("(?:[^"]|"")+")\.)?/.exec(text);
  const gone = /^DROP INDEX CONCURRENTLY ((?:"(?:[^"]|"")+"\.)?"(?:[^"]|"")+")$/.exec(text);
  if (gone?.[1] !== undefined && (await indexState(session, gone[1])) === "missing") return;
  if (made?.[1] !== undefined) {
    const name = made[2] === undefined ? made[1] : `${made[2]}.${made[1]}`;
    const state = await indexState(session, name);
    if (state === "valid") return;
    if (state === "invalid") await session.execute(`DROP INDEX CONCURRENTLY ${name}`);
  }
  await session.execute(text);
};

const indexState = async (session: DatabaseSession, name: string): Promise<"missing" | "valid" | "invalid"> => {
  const [[valid] = []] = await session.rows(
    `SELECT indisvalid::text FROM pg_index WHERE indexrelid = to_regclass(${session.dialect.schema.literal(name, { kind: "text" })})`,
  );
  return valid === undefined ? "missing" : valid === "true" ? "valid" : "invalid";
};

const runCode = async (segment: Extract<Segment, { readonly kind: "code" }>, context: PartContext): Promise<void> => {
  const { dialect } = await context.withSession((session) => Promise.resolve({ dialect: session.dialect }));
  const db = context.database.session({ onUncommitted: "ignore" });
  try {
    await segment.run(db as never);
    for (const text of context.done({ dialect })) await db.execute(sql`${sql.raw(text)}`);
    await db.commit();
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(`code "${segment.name}" failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await db.close();
  }
};
