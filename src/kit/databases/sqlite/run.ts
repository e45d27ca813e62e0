/** Runs the steps of a migration on SQLite. */

import { createStatements, type Dialect, type SchemaPicture } from "flash-db/internal";
import type { Step } from "../../operations/contracts.js";
import type { SchemaStep } from "../schema-step.js";
import type { DatabaseSession } from "../session.js";
import { givenStatement } from "../statements.js";
import { alterPlan } from "./alter-table.js";
import { type Rebuild, rebuildStatements, rebuildTable } from "./rebuild.js";

type Action = { readonly kind: "statement"; readonly text: string } | { readonly kind: "rebuild"; readonly rebuild: Rebuild };

export const runOnSqlite = async (session: DatabaseSession, step: SchemaStep): Promise<void> => {
  for (const action of actionsOf(step, session.dialect)) {
    if (action.kind === "statement") await session.execute(action.text);
    else await rebuildTable(session, action.rebuild);
  }
};

/** The statements as far as known without the database, without recreated views and triggers. */
export const sqliteStatements = (step: SchemaStep, dialect: Dialect): readonly string[] =>
  actionsOf(step, dialect).flatMap((action) => {
    if (action.kind === "statement") return [action.text];
    const { rebuild } = action;
    return [
      ...rebuildStatements(rebuild, dialect, rebuild.after.options?.[dialect.name] ?? null),
      ...createStatements({ ...nothing, tables: [rebuild.after] }, dialect).slice(1),
    ];
  });

const nothing: SchemaPicture = { tables: [], enums: [], sequences: [], unmanaged: [] };

const text = (...texts: readonly string[]): readonly Action[] => texts.map((one) => ({ kind: "statement", text: one }));

const actionsOf = (step: SchemaStep, dialect: Dialect): readonly Action[] => {
  switch (step.kind) {
    case "createTable":
      return text(...createStatements({ ...nothing, tables: [step.table] }, dialect));
    case "dropTable":
      return text(`DROP TABLE ${dialect.quote(step.table.name.name)}`);
    case "renameTable":
      return [
        ...(step.before.name.name === step.after.name.name
          ? []
          : text(`ALTER TABLE ${dialect.quote(step.before.name.name)} RENAME TO ${dialect.quote(step.after.name.name)}`)),
        ...altered(
          { kind: "alterTable", before: { ...step.before, name: step.after.name }, after: step.after, renamed: {}, fill: {}, using: {} },
          dialect,
        ),
      ];
    case "alterTable":
      return altered(step, dialect);
    case "statements":
      return text(...(step.texts[dialect.name] ?? []).map((one) => givenStatement(one).text));
    case "createEnum":
    case "dropEnum":
    case "alterEnum":
    case "createSequence":
    case "dropSequence":
      // SQLite has no enum types; checks hold the values.
      return [];
  }
};

const altered = (step: Extract<Step, { readonly kind: "alterTable" }>, dialect: Dialect): readonly Action[] => {
  const { statements, rebuild } = alterPlan(step, dialect);
  return [...text(...statements), ...(rebuild === null ? [] : [{ kind: "rebuild" as const, rebuild }])];
};
