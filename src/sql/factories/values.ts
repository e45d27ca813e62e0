/** Nodes for a single value or name. */

import type { ColumnNode, ExcludedNode, Expr, IdentifierNode, LiteralNode, OuterNode, ParamNode, UnresolvedNode } from "../nodes.js";
import { type ColumnType, types } from "../types.js";
import { made } from "./brand.js";

/** Optional properties of a column. */
export interface ColumnFacts {
  readonly collate?: string | null | undefined;
  readonly notNull?: boolean | undefined;
}
export function column(
  source: string | null,
  name: string,
  type: ColumnType,
  { collate = null, notNull = false }: ColumnFacts = {},
): ColumnNode {
  return made({ kind: "column", source, name, type, collate, notNull });
}

/** How a parameter is bound; see `ParamNode`. */
export interface ParamFacts {
  readonly prepare?: ((value: never) => unknown) | undefined;
  readonly slot?: number | undefined;
}
export function param(value: unknown, type: ColumnType, { prepare, slot }: ParamFacts = {}): ParamNode {
  return made({ kind: "param", value, type, prepare, slot });
}

const ofLiteral = (value: string | number | boolean | null): ColumnType =>
  typeof value === "boolean"
    ? types.boolean
    : typeof value === "number"
      ? Number.isInteger(value)
        ? types.integer
        : types.double
      : value === null
        ? types.unknown
        : types.text;

/** A literal of the library, written into the SQL; never for a caller's value. */
export function literal(value: string | number | boolean | null, type: ColumnType = ofLiteral(value)): LiteralNode {
  return made({ kind: "literal", value, type });
}
export const alwaysTrue = literal(true);
export const alwaysFalse = literal(false);

export function identifier(...parts: readonly string[]): IdentifierNode {
  return made({ kind: "identifier", parts, type: types.unknown });
}
export function excluded(name: string, type: ColumnType): ExcludedNode {
  return made({ kind: "excluded", name, type });
}

export function outer(source: string, of: Expr): OuterNode {
  return made({ kind: "outer", source, of, type: of.type });
}

export function unresolved(object: object, type: ColumnType = types.unknown): UnresolvedNode {
  return made({ kind: "unresolved", object, type });
}
