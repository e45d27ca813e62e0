/** `User.c.age.gt(18)`: columns as objects, an alternative to names. */

import { FieldError } from "../../errors.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import { didYouMean } from "../../support/did-you-mean.js";
import type { Node } from "../state.js";
import { Condition, Expression } from "./expression.js";

/** A column with comparison methods, each of which returns a condition. */
export class Column extends Expression {
  eq(value: unknown): Condition {
    return compare(this, "exact", value);
  }
  ne(value: unknown): Condition {
    return compare(this, "ne", value);
  }
  in(values: unknown): Condition {
    return compare(this, "in", values);
  }
  isNull(yes: boolean = true): Condition {
    return compare(this, "isnull", yes);
  }
  gt(value: unknown): Condition {
    return compare(this, "gt", value);
  }
  gte(value: unknown): Condition {
    return compare(this, "gte", value);
  }
  lt(value: unknown): Condition {
    return compare(this, "lt", value);
  }
  lte(value: unknown): Condition {
    return compare(this, "lte", value);
  }
  between(low: unknown, high: unknown): Condition {
    return compare(this, "range", [low, high]);
  }
  contains(value: unknown): Condition {
    return compare(this, "contains", value);
  }
  icontains(value: unknown): Condition {
    return compare(this, "icontains", value);
  }
  startsWith(value: unknown): Condition {
    return compare(this, "startswith", value);
  }
  endsWith(value: unknown): Condition {
    return compare(this, "endswith", value);
  }
  /** Any other lookup by its name: `User.c.createdAt.is("year__gte", 2024)`. */
  is(lookup: string, value: unknown): Condition {
    return compare(this, lookup, value);
  }
}

const compare = (column: Column, lookup: string, value: unknown): Condition => {
  const operand = Expression.nodeOf(column) as Node;
  if (value === undefined)
    throw new FieldError(`${operand.kind === "path" ? `'${operand.path}'` : "a column"} is compared with undefined: use null for NULL`);
  return new Condition({ kind: "compare", operand, lookup, value });
};

/** The columns of a model by name; an unknown name throws an error that lists them. */
export const columnsOf = (meta: ModelMeta): Readonly<Record<string, Column>> => {
  const columns: Record<string, Column> = Object.create(null) as Record<string, Column>;
  for (const field of meta.fields) columns[field.name] = new Column({ kind: "path", path: field.name });
  return new Proxy(Object.freeze(columns), {
    get: (target, name) => {
      if (typeof name !== "string" || name in target || name === "then" || name === "toJSON") return target[name as string];
      throw new FieldError(
        `no column '${name}' on ${meta.name}.${didYouMean(name, Object.keys(target))} There are ${Object.keys(target).join(", ")}`,
      );
    },
  });
};
