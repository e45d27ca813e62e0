/** Splits the steps of a migration into parts that each run completely or not at all. */

import type { Dialect } from "flash-db/internal";
import type { Step } from "../operations/contracts.js";
import { lowerForPostgres } from "./postgres/lower.js";
import { isSchemaStep, mergedSteps, type SchemaStep } from "./schema-step.js";
import type { DatabaseSession } from "./session.js";
import { runOnSqlite, sqliteStatements } from "./sqlite/run.js";

export type Segment =
  /** In one transaction. */
  | { readonly kind: "schema"; readonly texts: readonly string[]; readonly run: (session: DatabaseSession) => Promise<void> }
  /** One statement that cannot run in a transaction. */
  | { readonly kind: "alone"; readonly text: string }
  | Extract<Step, { readonly kind: "code" | "backfill" }>;

/** With `transaction` false, each step runs separately, and indexes are built concurrently. */
export const segmentsOf = (steps: readonly Step[], dialect: Dialect, transaction: boolean): readonly Segment[] => {
  const segments: Segment[] = [];
  let open: SchemaStep[] = [];
  const close = (): void => {
    if (open.length > 0) segments.push(...schemaSegments(open, dialect, transaction));
    open = [];
  };
  for (const step of mergedSteps(steps)) {
    if (isSchemaStep(step)) {
      open.push(step);
      if (!transaction) close();
      continue;
    }
    close();
    if (step.kind !== "contract") segments.push(step);
  }
  close();
  return segments;
};

/** The SQL that a segment sends, as far as it is known without the database. */
export const segmentTexts = (segment: Segment): readonly string[] => {
  if (segment.kind === "schema") return segment.texts;
  if (segment.kind === "alone") return [segment.text];
  return [segment.kind === "code" ? `-- code: ${segment.name}` : `-- backfill of ${segment.model.table.name}`];
};

const schemaSegments = (steps: readonly SchemaStep[], dialect: Dialect, transaction: boolean): readonly Segment[] => {
  if (!dialect.features.concurrentWriters)
    return [
      {
        kind: "schema",
        texts: steps.flatMap((step) => sqliteStatements(step, dialect)),
        run: async (session) => {
          for (const step of steps) await runOnSqlite(session, step);
        },
      },
    ];
  const segments: Segment[] = [];
  let together: string[] = [];
  const close = (): void => {
    const texts = together;
    together = [];
    if (texts.length === 0) return;
    segments.push({
      kind: "schema",
      texts,
      run: async (session) => {
        for (const text of texts) await session.execute(text);
      },
    });
  };
  for (const { text, transactional } of steps.flatMap((step) => lowerForPostgres(step, dialect, !transaction))) {
    const given = transaction ? text : concurrently(text);
    // Validating all rows takes time, so the strong locks of preceding statements must not be held.
    if (!transaction && VALIDATES.test(text)) close();
    if (transactional && given === text) together.push(text);
    else {
      close();
      segments.push({ kind: "alone", text: given });
    }
  }
  close();
  return segments;
};

const VALIDATES = /^ALTER TABLE [^;]* VALIDATE CONSTRAINT /;

const concurrently = (text: string): string =>
  text
    .replace(/^(CREATE (?:UNIQUE )?INDEX) (?!CONCURRENTLY)/, "$1 CONCURRENTLY ")
    .replace(/^DROP INDEX (?!CONCURRENTLY)/, "DROP INDEX CONCURRENTLY ");
