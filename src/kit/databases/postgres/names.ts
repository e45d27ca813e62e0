/** PostgreSQL's default names, and the steps of a migration by kind. */

import type { TableName } from "flash-db/internal";
import type { Step } from "../../operations/contracts.js";

export type StepOf<K extends Step["kind"]> = Extract<Step, { readonly kind: K }>;

/** The sequence created by `serial`. */
export const sequenceName = ({ schema, name }: TableName, column: string): TableName => ({ schema, name: `${name}_${column}_seq` });
