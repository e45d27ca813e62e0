/** The options of a model: ordering, indexes, constraints, the schema. */

import { ConfigurationError } from "../errors.js";
import { SqlExpression } from "../sql/expression.js";
import type { Expr } from "../sql/nodes.js";
import type { Computed } from "../sql/typing.js";
import { knownOptions, nonEmptyText, oneOf, refuseArgument } from "./argument.js";

/** `index("author", "-createdAt")`: names of fields or to-one relations, with `-` for descending. */
export interface IndexDefinition {
  readonly kind: "index";
  readonly names: readonly string[];
  readonly name: string | null;
  readonly unique: boolean;
  /** Limits the index to rows that satisfy this `sql`. */
  readonly where: Expr | null;
  readonly method: string;
}
export type ConstraintTiming = "immediate" | "deferred";
export interface UniqueOptions {
  readonly name?: string | undefined;
  readonly deferrable?: ConstraintTiming | undefined;
}
export type ConstraintDefinition =
  | {
      readonly kind: "unique";
      readonly names: readonly string[];
      readonly name: string | null;
      readonly deferrable: ConstraintTiming | null;
    }
  | { readonly kind: "check"; readonly name: string; readonly condition: object };

export interface IndexOptions {
  readonly name?: string | undefined;
  readonly unique?: boolean | undefined;
  readonly where?: Computed | undefined;
  readonly method?: string | undefined;
}
export interface ModelOptions {
  /** Default order of queries: `["name", "-createdAt"]`. */
  readonly ordering?: readonly string[] | undefined;
  readonly indexes?: readonly IndexDefinition[] | undefined;
  readonly constraints?: readonly ConstraintDefinition[] | undefined;
  /** The table's former name; the next migration renames it. */
  readonly renamedFrom?: string | undefined;
  /** Comment stored in the database, if it supports comments. */
  readonly comment?: string | undefined;
  /** The database schema of the table, if the database supports schemas. */
  readonly schema?: string | undefined;
  /** The discriminator field of a model with subtypes; defaults to `kind` or `type`. */
  readonly discriminator?: string | undefined;
  /** All further classes of the table's rows. */
  readonly subtypes?: (() => readonly unknown[]) | undefined;
}

/** Separates names from options, which are the last argument if it is an object. */
const split = <O extends object>(
  builder: string,
  given: readonly (string | O)[],
  options: readonly (keyof O & string)[],
): readonly [readonly string[], Partial<O>] => {
  const last = given.at(-1);
  const [names, extra] = typeof last === "object" && last !== null ? [given.slice(0, -1), last] : [given, undefined];
  if (names.length === 0) throw new ConfigurationError(`${builder}: expected the names of one field or more`);
  return [Object.freeze(names.map((name) => nonEmptyText(builder, name, "names of fields"))), knownOptions<O>(builder, extra, options)];
};

/**
 * An index: `indexes: [index("author", "-createdAt")]`.
 *
 * ```sql
 * CREATE INDEX "posts_author_id_created_at_idx" ON "posts" ("author_id", "created_at" DESC)
 * ```
 */
export const index = (...fields: readonly (string | IndexOptions)[]): IndexDefinition => {
  const [names, options] = split<IndexOptions>("index()", fields, ["name", "unique", "where", "method"]);
  return Object.freeze({
    kind: "index",
    names,
    name: options.name === undefined ? null : nonEmptyText("index()", options.name, "the index's name"),
    unique: options.unique ?? false,
    method: options.method === undefined ? "btree" : nonEmptyText("index()", options.method, "a method of the database, such as gin"),
    where:
      options.where === undefined
        ? null
        : SqlExpression.is(options.where)
          ? options.where.toExpr()
          : refuseArgument("index()", "SQL as sql`…` for `where`", options.where),
  });
};

/** A unique constraint over several fields: `constraints: [unique("author", "slug")]`. Soft-deleted rows do not count. */
export const unique = (...fields: readonly (string | UniqueOptions)[]): ConstraintDefinition => {
  const [names, options] = split<UniqueOptions>("unique()", fields, ["name", "deferrable"]);
  return Object.freeze({
    kind: "unique",
    names,
    name: options.name === undefined ? null : nonEmptyText("unique()", options.name, "the constraint's name"),
    deferrable: options.deferrable === undefined ? null : oneOf("unique()", "deferrable", options.deferrable, ["immediate", "deferred"]),
  });
};

/** A CHECK constraint: every row must satisfy the filter: `constraints: [check("title_not_empty", { title__ne: "" })]`. */
export const check = (name: string, where: object): ConstraintDefinition => {
  if (typeof where !== "object" || where === null) return refuseArgument(`check("${name}")`, "a filter, as in { age__gt: 0 }", where);
  return Object.freeze({ kind: "check", name: nonEmptyText("check()", name, "the constraint's name first"), condition: where });
};
