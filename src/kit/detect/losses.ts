/** What operations irrecoverably remove: rows of tables, values of columns. */

import type { DataType, SchemaPicture } from "flash-db/internal";
import { applyOne, type Operation, tableOf, tableText } from "../operations/index.js";
import { columnText } from "./answers.js";

/** Whether the target type can hold every value of the source type. */
const widens = (from: DataType, to: DataType): boolean => {
  if (to.kind === "text" && ["varchar", "enum", "uuid", "integer", "smallint", "bigint", "text"].includes(from.kind)) return true;
  if (from.kind === "varchar" && to.kind === "varchar") return to.length >= from.length;
  if (from.kind === "enum" && to.kind === "enum") return from.values.every((value) => to.values.includes(value));
  if (from.kind === "enum" && to.kind === "varchar") return from.values.every((value) => value.length <= to.length);
  const sizes = ["smallint", "integer", "bigint"];
  if (sizes.includes(from.kind) && sizes.includes(to.kind))
    return sizes.indexOf(from.kind) <= sizes.indexOf(to.kind) || (from.kind === "bigint" && to.kind === "integer" && to.wide === true);
  if (["smallint", "integer", "real"].includes(from.kind) && to.kind === "double") return true;
  if (from.kind === "decimal" && to.kind === "decimal")
    return (
      to.precision === null ||
      (from.precision !== null &&
        (from.scale ?? 0) <= (to.scale ?? 0) &&
        from.precision - (from.scale ?? 0) <= to.precision - (to.scale ?? 0))
    );
  return from.kind === to.kind && from.kind !== "custom" && from.kind !== "array" && from.kind !== "decimal";
};

/** Names of tables and columns, `users` and `users.first`, whose contents are lost. */
export const lossesOf = (before: SchemaPicture, operations: readonly Operation[]): readonly string[] => {
  const lost: string[] = [];
  let state = before;
  for (const operation of operations) {
    lost.push(...lossesOfOne(state, operation));
    state = applyOne(state, operation);
  }
  return [...new Set(lost)];
};

const lossesOfOne = (state: SchemaPicture, operation: Operation): readonly string[] => {
  switch (operation.kind) {
    case "dropTable":
      return [tableText(operation.table)];
    case "dropColumn": {
      const column = tableOf(state, operation.table).columns.find((one) => one.name === operation.column);
      return column?.generated === null ? [columnText(operation.table, operation.column)] : [];
    }
    case "alterColumn": {
      const was = tableOf(state, operation.table).columns.find((one) => one.name === operation.column);
      const { type, generated } = operation.changes;
      const narrowed = was !== undefined && type !== undefined && !widens(was.type, type);
      return narrowed || (generated !== undefined && generated !== null) ? [columnText(operation.table, operation.column)] : [];
    }
    case "contract":
      return lossesOf(state, operation.operations);
    case "sql":
      return lossesOf(state, operation.state);
    default:
      return [];
  }
};
