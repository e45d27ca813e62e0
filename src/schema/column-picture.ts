/** Turns a field into a column of a picture, with the checks of its type. */

import type { Dialect } from "../database/contracts.js";
import type { FieldMeta } from "../metadata/model-meta.js";
import { typeCheckName } from "../metadata/names.js";
import type { Expr } from "../sql/nodes.js";
import type { ColumnType, DataType } from "../sql/types.js";
import { expressionText } from "./expression-text.js";
import type { CheckPicture, ColumnPicture, SqlTexts } from "./picture.js";

/** The properties of a field that define its column. */
export type ColumnSource = Pick<FieldMeta, "column" | "type" | "nullable" | "identity" | "dbDefault" | "generated" | "collate" | "comment">;

/** `resolve` turns an expression that may contain `F("views")` and the like into SQL. */
export const columnPicture = (
  table: string,
  source: ColumnSource,
  dialects: readonly Dialect[],
  resolve: (expression: Expr) => Expr,
): ColumnPicture => {
  const texts = (expression: Expr): SqlTexts => textsOf(resolve(expression), dialects, `${table}.${source.column}`);
  return {
    name: source.column,
    type: dataType(source.type),
    nullable: source.nullable,
    identity: source.identity ? "byDefault" : null,
    default: source.dbDefault === null ? null : texts(source.dbDefault),
    generated: source.generated === null ? null : { expression: texts(source.generated), stored: true },
    collation: source.collate,
    comment: source.comment,
  };
};

/** The checks of a column's type: enum members, 0 and 1, a length. */
export const typeChecks = (table: string, column: string, type: DataType, dialects: readonly Dialect[]): readonly CheckPicture[] => {
  const checks: CheckPicture[] = [];
  for (const dialect of dialects) {
    dialect.schema.typeChecks(type, dialect.quote(column)).forEach((condition, number) => {
      const has = checks[number];
      const name = has?.name ?? typeCheckName(table, column, number);
      checks[number] = { name, column, condition: { ...has?.condition, [dialect.name]: condition }, valid: true };
    });
  }
  return checks;
};

/** A type without its functions (codecs), so that it can be serialized. */
export const dataType = (type: ColumnType): DataType => {
  if (type.kind === "array") return { kind: "array", of: dataType(type.of) };
  return type.kind === "custom" ? { kind: "custom", sql: type.sql } : type;
};

export const textsOf = (expression: Expr, dialects: readonly Dialect[], place: string): SqlTexts =>
  Object.fromEntries(dialects.map((dialect) => [dialect.name, expressionText(expression, dialect, place)]));
