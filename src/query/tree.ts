/** Walks unresolved trees: the children of each kind of node. */

import { computedNode } from "./expressions/expression.js";
import { FieldError } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import type { Expr } from "../sql/nodes.js";
import { walkExpr } from "../sql/visit.js";
import type { Node, OrderTerm, QueryState } from "./state.js";

const ordered = (terms: readonly OrderTerm[]): Node[] => terms.map((term) => term.node);
const optional = (node: Node | null): Node[] => (node === null ? [] : [node]);
const NONE: readonly never[] = [];
/** Expressions given as the value of a comparison, alone or in a list. Most values are plain: they cost no array. */
const inValue = (value: unknown): readonly Node[] => {
  if (!Array.isArray(value)) {
    const node = computedNode(value);
    return node === undefined ? NONE : [node];
  }
  let found: Node[] | undefined;
  for (const one of value as readonly unknown[]) {
    const node = computedNode(one);
    if (node !== undefined) (found ??= []).push(node);
  }
  return found ?? NONE;
};
const inEntries = (entries: readonly (readonly [string, unknown])[]): readonly Node[] => {
  let found: Node[] | undefined;
  for (const [, value] of entries) {
    const nodes = inValue(value);
    if (nodes.length > 0) (found ??= []).push(...nodes);
  }
  return found ?? NONE;
};

type Children = { readonly [K in Node["kind"]]: (node: Extract<Node, { kind: K }>) => readonly Node[] };
const none = (): readonly Node[] => NONE;
const operand = (node: { readonly operand: Node }): readonly Node[] => [node.operand];
const parts = (node: { readonly parts: readonly Node[] }): readonly Node[] => node.parts;
const children: Children = {
  path: none,
  value: none,
  outer: none,
  fromTable: none,
  subquery: none,
  exists: none,
  fragment: none,
  linked: none,
  arithmetic: (node) => [node.left, node.right],
  negate: operand,
  extract: operand,
  trunc: operand,
  cast: operand,
  call: (node) => node.args,
  windowFunction: (node) => node.args,
  case: (node) => [...node.whens.flatMap(({ when, then }) => [when, then]), ...optional(node.otherwise)],
  aggregate: (node) => [...node.args, ...optional(node.filter), ...ordered(node.orderBy), ...optional(node.otherwise)],
  window: (node) => [node.of, ...node.partitionBy, ...ordered(node.orderBy)],
  where: (node) => inEntries(node.entries),
  and: parts,
  or: parts,
  xor: parts,
  not: (node) => [node.part],
  compare: (node) => [node.operand, ...inValue(node.value)],
};
export const childNodes = (node: Node): readonly Node[] => (children[node.kind] as (node: Node) => readonly Node[])(node);

/** Far deeper than normal use: databases limit the depth of an expression, and planning needs several stack frames per level. */
const MOST_LEVELS = 64;
/** Throws if a tree is nested too deeply. Queries inside it count with all their levels. */
export const checkDepth = (root: Node, where: string): void => {
  if (levelsBelow(root) > MOST_LEVELS)
    throw new FieldError(
      `${where} is nested more than ${MOST_LEVELS} levels deep. Combine the parts with one and(…) or or(…), or compare with a list by __in`,
    );
};
/** The same check for queries that become parts of another query. */
export const checkPartsDepth = (parts: readonly QueryState[], where: string): void => {
  if (parts.some((state) => levelsOf(state) > MOST_LEVELS))
    throw new FieldError(
      `${where} is nested more than ${MOST_LEVELS} levels deep. Combine all parts at once, or compare with a list by __in`,
    );
};

/** Stops at the limit, so that it neither overflows the stack nor follows a chain of nested queries, whose depth was checked when each was built. */
const levelsBelow = (root: Node, left = MOST_LEVELS + 1): number => {
  if (root.kind === "path" || root.kind === "value" || left === 0) return 0;
  if ("state" in root) return levelsOf(root.state);
  let deepest = 0;
  for (const node of partsOf(root)) deepest = Math.max(deepest, 1 + levelsBelow(node, left - 1));
  return deepest;
};
const partsOf = (node: Node): readonly Node[] => (node.kind === "fragment" ? inFragment(node.expr) : childNodes(node));
const inFragment = (expr: Expr): readonly Node[] => {
  const found: Node[] = [];
  walkExpr(expr, (part) => {
    const node = part.kind === "unresolved" ? computedNode(part.object) : undefined;
    if (node !== undefined) found.push(node);
    return true;
  });
  return found;
};

/** What SQLite counts grows with the square of the nesting: 30 queries inside each other are more than its 1,000. */
const LEVELS_OF_A_QUERY = 2;
const levels = new WeakMap<QueryState, number>();
const levelsOf = (state: QueryState): number => {
  let known = levels.get(state);
  if (known === undefined) {
    const { where, annotations, order, combined, table } = state;
    const trees = [
      ...where.map(({ tree }) => tree),
      ...annotations.map(({ node }) => node),
      ...(order ?? []).flatMap((term) => (typeof term === "string" ? [] : [term.node])),
    ];
    const parts = [...(combined?.states ?? []), ...(table === null ? [] : [table.base]), ...(table?.recursive ? [table.recursive] : [])];
    known = LEVELS_OF_A_QUERY + Math.max(0, ...trees.map((tree) => levelsBelow(tree)), ...parts.map(levelsOf));
    levels.set(state, known);
  }
  return known;
};

export const checkAssignedDepth = (meta: ModelMeta, values: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(values)) {
    const node = computedNode(value);
    if (node !== undefined) checkDepth(node, `the value of '${name}' of ${meta.name}`);
  }
};

const firstName = (path: string): string => path.split("__")[0] ?? path;
/** The first names of all paths in a tree, fields and annotations alike; "*" if a part may name anything. */
export const namesIn = (node: Node, names: Set<string> = new Set()): Set<string> => {
  if (node.kind === "path" || node.kind === "outer") names.add(firstName(node.path));
  if (node.kind === "where") for (const [path] of node.entries) names.add(firstName(path));
  if (node.kind === "subquery" || node.kind === "exists" || node.kind === "fragment") names.add("*");
  for (const child of childNodes(node)) namesIn(child, names);
  return names;
};

/** The paths that a condition uses, as given. */
export const pathsIn = (node: Node, paths: Set<string> = new Set()): Set<string> => {
  if (node.kind === "path") paths.add(node.path);
  if (node.kind === "where") for (const [path] of node.entries) paths.add(path);
  for (const child of childNodes(node)) pathsIn(child, paths);
  return paths;
};

/** Whether the expression aggregates, directly or through an annotation. Window functions do not group rows. */
export const aggregates = (node: Node, isAnnotated: (name: string) => boolean): boolean => {
  if (node.kind === "aggregate") return true;
  if (node.kind === "path") return isAnnotated(firstName(node.path));
  if (node.kind === "window") return [...childNodes(node.of), ...childNodes(node).slice(1)].some((child) => aggregates(child, isAnnotated));
  return childNodes(node).some((child) => aggregates(child, isAnnotated));
};
