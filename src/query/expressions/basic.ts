/** `F`, `Value`, `Q`, `Cast`: the expressions that others are built from. */

import { FieldError } from "../../errors.js";
import { objectGiven } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import { types, type ColumnType } from "../../sql/types.js";
import type { FFunction, QFunction, ValueFunction } from "../typing/basic-functions.js";
import type { CastFunction, CastTarget } from "../typing/scalar-functions.js";
import { Condition, Expression, conditionNode, operandNode, valueNode } from "./expression.js";

/**
 * The value of another field of the row, also across relations, like Django's `F`; with `.add() .sub() .mul() …` for arithmetic.
 * @function
 * @example Post.objects.filter({ views__gt: F("likes") })   // WHERE views > likes
 *          await Post.objects.filter({ id: 1 }).update(db, { views: F("views").add(1) });   // SET views = views + 1
 * @throws FieldError if the argument is not a path
 */
export const F: FFunction = (path) => {
  if (typeof path !== "string" || path === "")
    throw new FieldError(`F takes the path of a field, such as "author__age", not ${describe(path)}`);
  return new Expression({ kind: "path", path }) as never;
};

/**
 * A bound value as an expression, where a plain string would be a path.
 * @function
 * @example Post.objects.annotate({ kind: Value("post") })   // SELECT …, $1 FROM posts
 */
export const Value: ValueFunction = (value) => {
  if (value === undefined) throw new FieldError("Value(undefined): use Value(null) for NULL");
  return new Expression(valueNode(value, "Value")) as never;
};

/**
 * A condition that can be combined with `.and() .or() .xor() .not()`, like Django's `Q`.
 * @function
 * @example Post.objects.filter(Q({ title: "x" }).or({ views__gt: 100 }))   // WHERE title = 'x' OR views > 100
 *          Post.objects.filter(Q({ title: "x" }).not())   // WHERE NOT (title = 'x')
 */
export const Q: QFunction = (where = {} as never) => new Condition({ kind: "and", parts: [conditionNode(where, "Q")] }) as never;

const decimalOf = (digits: { readonly precision: number; readonly scale: number }): ColumnType => {
  const { precision, scale } = objectGiven("Cast to decimal", digits, "{ precision, scale }");
  if (!Number.isInteger(precision) || !Number.isInteger(scale) || precision < 1 || precision > 1000 || scale < 0 || scale > precision)
    throw new FieldError(
      `Cast to decimal: expected precision from 1 to 1000 and scale from 0 to it, got ${describe(precision)} and ${describe(scale)}`,
    );
  return types.decimal(precision, scale);
};

const castTargets: Readonly<Record<CastTarget, ColumnType>> = {
  text: types.text,
  smallint: types.smallint,
  integer: types.integer,
  bigint: types.bigint,
  real: types.real,
  double: types.double,
  boolean: types.boolean,
  uuid: types.uuid,
  timestamp: types.timestamp,
  date: types.date,
  time: types.time,
  json: types.json,
  decimal: types.decimal(),
};

/**
 * Converts a value to another type; for decimals, precision and scale can be given.
 * @function
 * @example Post.objects.annotate({ text: Cast("id", "text") })   // CAST(id AS text)
 * @throws FieldError for an unknown type
 */
export const Cast: CastFunction = (of, to, digits) => {
  if (typeof to !== "string" || !Object.hasOwn(castTargets, to))
    throw new FieldError(`Cast: no type ${describe(to)}; there are ${Object.keys(castTargets).join(", ")}`);
  const type = to === "decimal" && digits !== undefined ? decimalOf(digits) : castTargets[to];
  return new Expression({ kind: "cast", operand: operandNode(of, "Cast"), type }) as never;
};
