/**
 * What a query looks like apart from its values, as a text, and its values in the order in which the text meets them.
 * Two queries of one text have one plan: whatever else decides about a statement (a NULL, an empty list, a kind of value) is in the text.
 */

import type { ModelMeta } from "../../metadata/model-meta.js";
import { isPlainObject } from "../../support/plain-data.js";
import { computedNode } from "../expressions/expression.js";
import { queryStateOf } from "../rows.js";
import { offsetOf } from "./slice.js";
import { writeType, type Shape } from "./shape-text.js";
import type { CommonTableState, Node, OrderTerm, PrefetchSpec, QueryState } from "../state.js";

// ---------------------------------------------------------------- values
/** A value given to a comparison or an expression; `owner` is the part of the state that holds it. */
export const writeValue = (out: Shape, owner: object, given: unknown): void => {
  switch (typeof given) {
    case "string":
      return out.slot("s", owner, given);
    case "number":
      return out.slot(numberKind(given), owner, given);
    case "boolean":
      return out.slot(given ? "t" : "f", owner, given);
    case "bigint":
      return out.slot("b", owner, given);
    case "object":
      return given === null ? void (out.key += "n") : writeObject(out, owner, given);
    default:
      out.known = false;
  }
};
/** Other numbers are fractions to the database. */
const numberKind = (given: number): string => (Number.isSafeInteger(given) ? "i" : "d");

const writeObject = (out: Shape, owner: object, given: object): void => {
  if (Array.isArray(given)) return writeList(out, owner, given);
  const state = queryStateOf(given);
  if (state !== undefined) {
    out.key += "q";
    return writeState(out, state, false);
  }
  const node = computedNode(given);
  if (node === undefined) return out.slot(objectKind(given), owner, given);
  out.key += "=";
  writeNode(out, node);
};
const objectKind = (given: object): string =>
  given instanceof Date ? "D" : given instanceof Uint8Array ? "U" : isPlainObject(given) ? "o" : "m";

/** Elements that are not NULL are of one kind, which the first of them tells; a pair may be a range. */
const writeList = (out: Shape, owner: object, list: readonly unknown[]): void => {
  if (list.length === 0) return out.slot("e", owner, list);
  let kind: string | null = null;
  for (const item of list) {
    if (item === null) continue;
    if (typeof item === "object" && (Array.isArray(item) || computedNode(item) !== undefined)) return void (out.known = false);
    kind ??= elementKind(item);
  }
  if (kind === null) out.known = false;
  else out.slot(list.length === 2 ? `2${kind}` : `A${kind}`, owner, list);
};
const elementKind = (item: unknown): string =>
  typeof item === "object" ? objectKind(item as object) : typeof item === "number" ? numberKind(item) : ((typeof item)[0] as string);

// ---------------------------------------------------------------- expressions and conditions
const writeOptional = (out: Shape, node: Node | null): void => {
  if (node === null) out.key += "-";
  else writeNode(out, node);
};
const writeNodes = (out: Shape, nodes: readonly Node[]): void => {
  for (const node of nodes) writeNode(out, node);
  out.key += ")";
};
const writeTerm = (out: Shape, { node, direction, nulls }: OrderTerm): void => {
  out.key += `${direction}${nulls ?? ""}`;
  writeNode(out, node);
};
const writeTerms = (out: Shape, terms: readonly OrderTerm[]): void => {
  for (const term of terms) writeTerm(out, term);
  out.key += ")";
};

type Writers = { readonly [K in Node["kind"]]: (out: Shape, node: Extract<Node, { kind: K }>) => void };
const parts = (out: Shape, node: { readonly parts: readonly Node[] }): void => writeNodes(out, node.parts);
const inner = (out: Shape, node: { readonly state: QueryState }): void => writeState(out, node.state, false);
const writers: Writers = {
  path: (out, node) => out.name(node.path),
  value: (out, node) => {
    writeType(out, node.type);
    writeValue(out, node, node.value);
  },
  outer: (out, node) => {
    out.key += node.depth;
    out.name(node.path);
  },
  arithmetic: (out, node) => {
    out.key += node.operator;
    writeNode(out, node.left);
    writeNode(out, node.right);
  },
  negate: (out, node) => writeNode(out, node.operand),
  call: (out, node) => {
    out.key += `${node.name}${node.nullable ? "?" : "!"}`;
    writeType(out, node.result);
    writeType(out, node.takes);
    writeNodes(out, node.args);
  },
  extract: (out, node) => {
    out.key += node.part;
    out.name(node.zone ?? "");
    writeNode(out, node.operand);
  },
  trunc: (out, node) => {
    out.key += `${node.unit}${node.as ?? ""}`;
    out.name(node.zone ?? "");
    writeNode(out, node.operand);
  },
  cast: (out, node) => {
    writeType(out, node.type);
    writeNode(out, node.operand);
  },
  case: (out, node) => {
    for (const { when, then } of node.whens) {
      writeNode(out, when);
      writeNode(out, then);
    }
    out.key += ")";
    writeOptional(out, node.otherwise);
  },
  aggregate: (out, node) => {
    out.key += `${node.name}${node.distinct ? "!" : ""}`;
    writeNodes(out, node.args);
    writeOptional(out, node.filter);
    writeTerms(out, node.orderBy);
    writeOptional(out, node.otherwise);
  },
  windowFunction: (out, node) => {
    out.key += node.name;
    writeNodes(out, node.args);
  },
  window: (out, node) => {
    writeNode(out, node.of);
    writeNodes(out, node.partitionBy);
    writeTerms(out, node.orderBy);
    out.name(JSON.stringify(node.frame));
  },
  fromTable: (out, node) => {
    out.name(node.table);
    out.name(node.path);
  },
  subquery: inner,
  exists: inner,
  fragment: (out) => void (out.known = false),
  where: (out, node) => {
    for (const entry of node.entries) {
      out.name(entry[0]);
      writeValue(out, entry, entry[1]);
    }
    out.key += ")";
  },
  and: parts,
  or: parts,
  xor: parts,
  not: (out, node) => writeNode(out, node.part),
  compare: (out, node) => {
    out.name(node.lookup);
    writeNode(out, node.operand);
    writeValue(out, node, node.value);
  },
};
/** Each kind by a letter of its own. */
const letters: { readonly [K in Node["kind"]]: string } = {
  path: "p",
  value: "v",
  outer: "O",
  arithmetic: "a",
  negate: "N",
  call: "c",
  extract: "x",
  trunc: "T",
  cast: "C",
  case: "k",
  aggregate: "g",
  windowFunction: "F",
  window: "W",
  fromTable: "B",
  subquery: "Q",
  exists: "E",
  fragment: "?",
  where: "w",
  and: "&",
  or: "|",
  xor: "^",
  not: "~",
  compare: "<",
};
export const writeNode = (out: Shape, node: Node): void => {
  out.key += letters[node.kind];
  (writers[node.kind] as (out: Shape, node: Node) => void)(out, node);
};

// ---------------------------------------------------------------- states
/** Models by a number, since two may have one name. */
const numbers = new WeakMap<ModelMeta, number>();
let models = 0;
const numberOf = (meta: ModelMeta): number => {
  let number = numbers.get(meta);
  if (number === undefined) numbers.set(meta, (number = ++models));
  return number;
};

/** `slices`: the limit and the offset are values like others; else they are part of the text. */
export const writeState = (out: Shape, state: QueryState, slices: boolean): void => {
  out.key += `${numberOf(state.meta)}${state.deleted}${state.reversed ? "R" : ""}${state.none ? "0" : ""}${state.fetchMode ?? ""}`;
  for (const { negated, tree, annotated } of state.where) {
    out.key += `${negated ? "-" : "+"}${annotated}`;
    writeNode(out, tree);
  }
  writeOrder(out, state);
  writeSlice(out, state, slices);
  if (state.annotations.length > 0) writeAnnotations(out, state);
  writeChosen(out, state);
  if (state.prefetch.length > 0) writePrefetch(out, state.prefetch);
  if (state.lock !== null) out.name(`lock ${JSON.stringify(state.lock)}`);
  if (state.combined !== null) {
    out.key += state.combined.operator;
    for (const part of state.combined.states) writeState(out, part, false);
  }
  if (state.table !== null) writeTable(out, state.table);
  out.key += ".";
};

const writeOrder = (out: Shape, { order }: QueryState): void => {
  if (order === null) return;
  out.key += "o";
  for (const term of order) {
    if (typeof term === "string") out.name(term);
    else writeTerm(out, term);
  }
  out.key += ")";
};
/** No rows at all is another question than some. */
const writeSlice = (out: Shape, state: QueryState, slices: boolean): void => {
  const { limit, offset } = state;
  if (limit !== null) {
    if (slices && limit > 0) out.slot("L", state, limit);
    else out.key += `l${limit}`;
  }
  if (offset === 0) return;
  if (slices) out.slot("S", out.owners === null ? state : offsetOf(state), offset);
  else out.key += `s${offset}`;
};

/** Groups are found by comparing expressions, values included: with values among what is grouped by, the query is planned each time. */
const writeAnnotations = (out: Shape, { annotations, group }: QueryState): void => {
  const before = out.values.length;
  let computed = false;
  for (const { name, node, hidden } of annotations) {
    out.key += hidden ? "h" : "A";
    out.name(name);
    writeNode(out, node);
    computed ||= node.kind !== "aggregate";
  }
  if (group === null) return;
  out.key += group.by;
  if (group.by === "key") return;
  out.names(group.items);
  if (computed && out.values.length > before) out.known = false;
};

const writeChosen = (out: Shape, state: QueryState): void => {
  if (state.distinct !== false) out.key += "d";
  if (typeof state.distinct !== "boolean") out.names(state.distinct);
  if (state.values !== null) {
    out.key += state.values.mode;
    out.names(state.values.items);
  }
  if (state.only !== null) {
    out.key += "only";
    out.names(state.only);
  }
  if (state.defer.length > 0) {
    out.key += "defer";
    out.names(state.defer);
  }
  if (state.related.length > 0) {
    out.key += "related";
    out.names(state.related);
  }
};

/** What a Prefetch does with its queryset is no part of this query's statement. */
const writePrefetch = (out: Shape, prefetch: readonly (string | PrefetchSpec)[]): void => {
  out.key += "prefetch";
  for (const one of prefetch) {
    out.name(typeof one === "string" ? one : one.path);
    if (typeof one !== "string") out.key += "!";
  }
  out.key += ";";
};

const writeTable = (out: Shape, { name, base, recursive, all }: CommonTableState): void => {
  out.key += `with${all ? "+" : ""}`;
  out.name(name);
  writeState(out, base, false);
  if (recursive !== null) writeState(out, recursive, false);
};
