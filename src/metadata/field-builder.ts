/** The chain after `t.text()`: each method returns a modified copy of the field. */

import { SqlExpression } from "../sql/expression.js";
import type { Expr } from "../sql/nodes.js";
import { types } from "../sql/types.js";
import { deepCopy, isPlainObject } from "../support/plain-data.js";
import { ConfigurationError } from "../errors.js";
import { jsonNull } from "../support/json-null.js";
import { aFunction, nonEmptyText, refuseArgument } from "./argument.js";
import { Declared, type FieldDefinition } from "./definition.js";
import type { StandardSchemaLike } from "./model-meta.js";

const plainField: FieldDefinition = {
  kind: "field",
  type: types.unknown,
  nullable: false,
  unique: false,
  index: false,
  primaryKey: false,
  identity: false,
  column: null,
  default: null,
  givenDefault: null,
  onInsert: null,
  onUpdate: null,
  dbDefault: null,
  generated: null,
  version: false,
  softDelete: false,
  editable: true,
  hidden: false,
  collate: null,
  renamedFrom: null,
  comment: null,
  checks: [],
};

/** A field with the given traits and defaults for everything else. */
export const field = (traits: Partial<FieldDefinition>): FieldBuilder => new FieldBuilder({ ...plainField, ...traits });

export class FieldBuilder extends Declared<FieldDefinition> {
  nullable(): FieldBuilder {
    return this.#with({ nullable: true });
  }
  unique(): FieldBuilder {
    return this.#with({ unique: true });
  }
  index(): FieldBuilder {
    return this.#with({ index: true });
  }
  primaryKey(): FieldBuilder {
    return this.#with({ primaryKey: true });
  }
  /** A function is called for each `new`; arrays, objects, dates and bytes are copied for each instance. */
  default(value: unknown): FieldBuilder {
    if (value === undefined)
      return refuseArgument("default()", "a value or a function that makes one (to allow NULL say `.nullable()`)", value);
    return this.#with({ default: defaultOf(value), givenDefault: typeof value === "function" ? null : { value } });
  }
  dbDefault(value: unknown): FieldBuilder {
    return this.#with({ dbDefault: anExpression("dbDefault()", value) });
  }
  generated(value: unknown): FieldBuilder {
    return this.#with({ generated: anExpression("generated()", value), editable: false });
  }
  column(name: string): FieldBuilder {
    return this.#with({ column: nonEmptyText("column()", name, "the column's name") });
  }
  editable(yes: boolean): FieldBuilder {
    return this.#with({ editable: typeof yes === "boolean" ? yes : refuseArgument("editable()", "true or false", yes) });
  }
  hidden(): FieldBuilder {
    return this.#with({ hidden: true });
  }
  check(schema: StandardSchemaLike): FieldBuilder {
    return this.#with({ checks: Object.freeze([...this.changed({}).checks, standardSchema("check()", schema)]) });
  }
  onUpdate(make: () => unknown): FieldBuilder {
    return this.#with({ onUpdate: aFunction("onUpdate()", make, "a function that makes the value") });
  }
  collate(name: string): FieldBuilder {
    return this.#with({ collate: nonEmptyText("collate()", name, "the collation's name") });
  }
  renamedFrom(column: string): FieldBuilder {
    return this.#with({ renamedFrom: nonEmptyText("renamedFrom()", column, "the column's former name") });
  }
  comment(text: string): FieldBuilder {
    return this.#with({ comment: nonEmptyText("comment()", text, "a text for people") });
  }
  #with(changes: Partial<FieldDefinition>): FieldBuilder {
    return new FieldBuilder(this.changed(changes));
  }
}

/** Copies the default, because an object shared by all instances could be changed by one of them. */
const defaultOf = (value: unknown): FieldDefinition["default"] => {
  if (typeof value === "function") return { make: value as () => unknown };
  const shared = typeof value === "object" && value !== null && value !== jsonNull;
  const copied = shared && (Array.isArray(value) || value instanceof Date || value instanceof Uint8Array || isPlainObject(value));
  if (!copied) return { value };
  const template = deepCopy(value);
  return { make: () => deepCopy(template) };
};

const anExpression = (builder: string, value: unknown): Expr => {
  if (SqlExpression.is(value)) return value.toExpr();
  if (typeof value === "string")
    throw new ConfigurationError(`${builder}: expected SQL as sql\`…\`, got a plain string; write sql\`${value}\``);
  return refuseArgument(builder, "SQL as sql`…`", value);
};

/** Accepts Standard Schemas: zod, valibot and arktype (whose schemas are functions). */
export const standardSchema = (builder: string, schema: unknown): StandardSchemaLike => {
  const carrier =
    (typeof schema === "object" && schema !== null) || typeof schema === "function" ? (schema as Partial<StandardSchemaLike>) : {};
  const validate: unknown = carrier["~standard"]?.validate;
  return typeof validate === "function"
    ? (schema as StandardSchemaLike)
    : refuseArgument(builder, "a Standard Schema (zod, valibot, arktype)", schema);
};
