/** The steps of a migration as parts that are each done whole or not at all. */

import type { Dialect } from "flash-db/internal";
import type { Step } from "../operations/contracts.js";
import { lowerForPostgres } from "./postgres/lower.js";
import { isSchemaStep, mergedSteps, type SchemaStep } from "./schema-step.js";
import type { DatabaseSession } from "./session.js";
import { runOnSqlite, sqliteStatements } from "./sqlite/run.js";

export type Segment =
  /** In one transaction. */
  | { readonly kind: "schema"; readonly texts: readonly string[]; readonly run: (session: DatabaseSession) => Promise<void> }
  /** One statement that no transaction may hold. */
  | { readonly kind: "alone"; readonly text: string }
  | Extract<Step, { readonly kind: "code" | "backfill" }>;

/** `transaction` false: each step by itself, indexes while others write. */
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

/** The text of everything that the segments send, where it is known without the database. */
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
    // Looking at all rows takes time: the strong lock of the statements before it must not be held meanwhile.
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
