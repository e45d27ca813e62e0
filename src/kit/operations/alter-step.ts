/** The step for an operation that changes one table, with its before and after. */

import type { SchemaPicture, TableName } from "flash-db/internal";
import type { Step } from "./contracts.js";
import { tableOf } from "./pictures.js";

type Alter = Extract<Step, { kind: "alterTable" }>;

export const alterStep = (
  before: SchemaPicture,
  after: SchemaPicture,
  table: TableName,
  more: Partial<Pick<Alter, "renamed" | "fill" | "using">> = {},
): readonly Step[] => [
  { kind: "alterTable", before: tableOf(before, table), after: tableOf(after, table), renamed: {}, fill: {}, using: {}, ...more },
];
