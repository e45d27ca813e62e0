/** Random queries as plain data: printed as code for the library, and evaluated over arrays by the reference. */

import type { Kind } from "./schema.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Literal = null | boolean | number | bigint | string | Date | { readonly json: Json };

/** Hops over relations, then a column, a relation (for its key) or an annotation; keys of a JSON object behind it. */
export interface Path {
  readonly hops: readonly string[];
  readonly name: string;
  readonly keys?: readonly string[];
}
export type AggregateName = "Count" | "Sum" | "Avg" | "Min" | "Max";
export type Operator = "add" | "sub" | "mul" | "div" | "mod";

export type Option = string | number | { readonly zone: string };
/** Rows, groups or values around the current one; null is unbounded. */
export interface Frame {
  readonly unit: "rows" | "range" | "groups";
  readonly from: number | null;
  readonly to: number | null;
  readonly exclude: "current row" | "group" | "ties" | null;
}

export type Expr = { readonly kind: Kind } & (
  | { readonly is: "path"; readonly path: Path }
  | { readonly is: "outer"; readonly path: Path; readonly depth: number }
  | { readonly is: "value"; readonly value: Literal }
  | { readonly is: "arithmetic"; readonly operator: Operator; readonly left: Expr; readonly right: Expr }
  /** Options are plain arguments of the function, not expressions. */
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expr[]; readonly options: readonly Option[] }
  | { readonly is: "case"; readonly whens: readonly When[]; readonly otherwise: Expr | null }
  | {
      readonly is: "aggregate";
      readonly name: AggregateName;
      /** null: the rows themselves. */
      readonly of: Expr | null;
      readonly distinct: boolean;
      readonly filter: Condition | null;
    }
  | { readonly is: "condition"; readonly condition: Condition }
  | { readonly is: "subquery"; readonly set: SetProgram }
  | {
      readonly is: "window";
      readonly name: string;
      readonly of: Expr | null;
      readonly options: readonly number[];
      readonly partitionBy: readonly Expr[];
      readonly orderBy: readonly Term[];
      readonly frame: Frame | null;
    }
);
export interface When {
  readonly when: Condition;
  readonly then: Expr;
}

export interface Test {
  readonly path: Path;
  /** Of what stands at the path. */
  readonly kind: Kind;
  /** A part of the value that is compared: `year`, `date`. */
  readonly part: string | null;
  readonly lookup: string;
  readonly operand: Operand;
}
export type Operand =
  | { readonly is: "literal"; readonly value: Literal }
  | { readonly is: "list"; readonly values: readonly Literal[] }
  | { readonly is: "expression"; readonly expr: Expr }
  | { readonly is: "set"; readonly set: SetProgram };

export type Condition =
  /** One object; an empty one is an empty Q. */
  | { readonly is: "where"; readonly tests: readonly Test[] }
  /** A comparison of a column: `Person.c.age.gt(1)`. */
  | { readonly is: "comparison"; readonly model: string; readonly test: Test }
  /** `grown`: in a loop that begins with an empty Q. */
  | { readonly is: "joined"; readonly operator: "and" | "or" | "xor"; readonly parts: readonly Condition[]; readonly grown: boolean }
  | { readonly is: "not"; readonly part: Condition }
  | { readonly is: "exists"; readonly set: SetProgram };

export interface Term {
  readonly expr: Expr;
  /** As text: `"-name"`. */
  readonly named: boolean;
  readonly descending: boolean;
  readonly nulls: "first" | "last" | null;
}

export type Step =
  | { readonly do: "filter" | "exclude"; readonly conditions: readonly Condition[] }
  | { readonly do: "annotate" | "alias"; readonly name: string; readonly expr: Expr }
  | { readonly do: "values"; readonly items: readonly Path[]; readonly how: "object" | "list" | "flat" }
  | { readonly do: "orderBy"; readonly terms: readonly Term[] }
  | { readonly do: "reverse" | "withDeleted" | "onlyDeleted" | "selectForUpdate" }
  | { readonly do: "distinct"; readonly on: readonly Path[] }
  | { readonly do: "slice"; readonly from: number; readonly to: number | null }
  | { readonly do: "selectRelated"; readonly paths: readonly string[] }
  | { readonly do: "only" | "defer"; readonly names: readonly string[] }
  | { readonly do: "union" | "unionAll" | "intersection" | "difference"; readonly others: readonly SetProgram[] };

export interface SetProgram {
  readonly model: string;
  readonly steps: readonly Step[];
}
