/**
 * Writes the key of a query: everything that shapes its statement; values are collected separately. Queries with equal keys share a plan,
 * so anything else that affects the statement (NULL, an empty list, the kind of a value) is part of the key.
 */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { isPlainObject } from "../../../support/plain-data.js";
import { computedNode } from "../../expressions/expression.js";
import { queryStateOf } from "../../rows.js";
import { offsetOf } from "../select/slice.js";
import { writeType, type PlanKey } from "./plan-key.js";
import type { CommonTableState, Node, OrderTerm, PrefetchSpec, QueryState } from "../../state.js";

// ---------------------------------------------------------------- values
/** A value of a comparison or an expression; `owner` is the part of the state that holds it. */
export const writeValue = (out: PlanKey, owner: object, given: unknown): void => {
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
      return given === null ? void (out.text += "n") : writeObject(out, owner, given);
    default:
      out.known = false;
  }
};
/** The database treats numbers that are not safe integers as fractions. */
const numberKind = (given: number): string => (Number.isSafeInteger(given) ? "i" : "d");

const writeObject = (out: PlanKey, owner: object, given: object): void => {
  if (Array.isArray(given)) return writeList(out, owner, given);
  const state = queryStateOf(given);
  if (state !== undefined) {
    out.text += "q";
    return writeState(out, state, false);
  }
  const node = computedNode(given);
  if (node === undefined) return out.slot(objectKind(given), owner, given);
  out.text += "=";
  writeNode(out, node);
};
const objectKind = (given: object): string =>
  given instanceof Date ? "D" : given instanceof Uint8Array ? "U" : isPlainObject(given) ? "o" : "m";

/** The first non-null element determines the kind of all. Pairs have their own key, because they may be ranges. */
const writeList = (out: PlanKey, owner: object, list: readonly unknown[]): void => {
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
const writeOptional = (out: PlanKey, node: Node | null): void => {
  if (node === null) out.text += "-";
  else writeNode(out, node);
};
const writeNodes = (out: PlanKey, nodes: readonly Node[]): void => {
  for (const node of nodes) writeNode(out, node);
  out.text += ")";
};
const writeTerm = (out: PlanKey, { node, direction, nulls }: OrderTerm): void => {
  out.text += `${direction}${nulls ?? ""}`;
  writeNode(out, node);
};
const writeTerms = (out: PlanKey, terms: readonly OrderTerm[]): void => {
  for (const term of terms) writeTerm(out, term);
  out.text += ")";
};

type Writers = { readonly [K in Node["kind"]]: (out: PlanKey, node: Extract<Node, { kind: K }>) => void };
const parts = (out: PlanKey, node: { readonly parts: readonly Node[] }): void => writeNodes(out, node.parts);
const inner = (out: PlanKey, node: { readonly state: QueryState }): void => writeState(out, node.state, false);
const writers: Writers = {
  path: (out, node) => out.name(node.path),
  value: (out, node) => {
    writeType(out, node.type);
    writeValue(out, node, node.value);
  },
  outer: (out, node) => {
    out.text += node.depth;
    out.name(node.path);
  },
  arithmetic: (out, node) => {
    out.text += node.operator;
    writeNode(out, node.left);
    writeNode(out, node.right);
  },
  negate: (out, node) => writeNode(out, node.operand),
  call: (out, node) => {
    out.text += `${node.name}${node.nullable ? "?" : "!"}`;
    writeType(out, node.result);
    writeType(out, node.takes);
    writeNodes(out, node.args);
  },
  extract: (out, node) => {
    out.text += node.part;
    out.name(node.zone ?? "");
    writeNode(out, node.operand);
  },
  trunc: (out, node) => {
    out.text += `${node.unit}${node.as ?? ""}`;
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
    out.text += ")";
    writeOptional(out, node.otherwise);
  },
  aggregate: (out, node) => {
    out.text += `${node.name}${node.distinct ? "!" : ""}`;
    writeNodes(out, node.args);
    writeOptional(out, node.filter);
    writeTerms(out, node.orderBy);
    writeOptional(out, node.otherwise);
  },
  windowFunction: (out, node) => {
    out.text += node.name;
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
    out.text += ")";
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
  linked: (out, node) => {
    const { through, near, far } = node.relation;
    out.text += numberOf(through);
    out.name(near.name);
    out.name(far.name);
    writeValue(out, node, node.key);
  },
};
/** One letter for each kind. */
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
  linked: "l",
};
export const writeNode = (out: PlanKey, node: Node): void => {
  out.text += letters[node.kind];
  (writers[node.kind] as (out: PlanKey, node: Node) => void)(out, node);
};

// ---------------------------------------------------------------- states
/** Models are numbered, because two models may have the same name. */
const numbers = new WeakMap<ModelMeta, number>();
let models = 0;
const numberOf = (meta: ModelMeta): number => {
  let number = numbers.get(meta);
  if (number === undefined) numbers.set(meta, (number = ++models));
  return number;
};

/** `slices`: limit and offset are values like any other; otherwise they are part of the key. */
export const writeState = (out: PlanKey, state: QueryState, slices: boolean): void => {
  out.text += `${numberOf(state.meta)}${state.deleted}${state.reversed ? "R" : ""}${state.none ? "0" : ""}${state.fetchMode ?? ""}`;
  for (const { negated, tree, annotated, outside } of state.where) {
    out.text += `${outside === true ? "o" : ""}${negated ? "-" : "+"}${annotated}`;
    writeNode(out, tree);
  }
  writeOrder(out, state);
  writeSlice(out, state, slices);
  if (state.annotations.length > 0) writeAnnotations(out, state);
  writeChosen(out, state);
  if (state.prefetch.length > 0) writePrefetch(out, state.prefetch);
  if (state.lock !== null) out.name(`lock ${JSON.stringify(state.lock)}`);
  if (state.combined !== null) {
    out.text += state.combined.operator;
    for (const part of state.combined.states) writeState(out, part, false);
  }
  if (state.table !== null) writeTable(out, state.table);
  out.text += ".";
};

const writeOrder = (out: PlanKey, { order }: QueryState): void => {
  if (order === null) return;
  out.text += "o";
  for (const term of order) {
    if (typeof term === "string") out.name(term);
    else writeTerm(out, term);
  }
  out.text += ")";
};
/** A limit of zero produces another statement. */
const writeSlice = (out: PlanKey, state: QueryState, slices: boolean): void => {
  const { limit, offset } = state;
  if (limit !== null) {
    if (slices && limit > 0) out.slot("L", state, limit);
    else out.text += `l${limit}`;
  }
  if (offset === 0) return;
  if (slices) out.slot("S", out.owners === null ? state : offsetOf(state), offset);
  else out.text += `s${offset}`;
};

/** Grouping compares expressions, values included: a query that groups by an expression with values is planned every time. */
const writeAnnotations = (out: PlanKey, { annotations, group }: QueryState): void => {
  const before = out.values.length;
  let computed = false;
  for (const { name, node, hidden } of annotations) {
    out.text += hidden ? "h" : "A";
    out.name(name);
    writeNode(out, node);
    computed ||= node.kind !== "aggregate";
  }
  if (group === null) return;
  out.text += group.by;
  if (group.by === "key") return;
  out.names(group.items);
  if (computed && out.values.length > before) out.known = false;
};

const writeChosen = (out: PlanKey, state: QueryState): void => {
  if (state.distinct !== false) out.text += "d";
  if (typeof state.distinct !== "boolean") out.names(state.distinct);
  if (state.values !== null) {
    out.text += state.values.mode;
    out.names(state.values.items);
  }
  if (state.only !== null) {
    out.text += "only";
    out.names(state.only);
  }
  if (state.defer.length > 0) {
    out.text += "defer";
    out.names(state.defer);
  }
  if (state.related.length > 0) {
    out.text += "related";
    out.names(state.related);
  }
};

/** The queryset of a Prefetch does not affect this query's statement. */
const writePrefetch = (out: PlanKey, prefetch: readonly (string | PrefetchSpec)[]): void => {
  out.text += "prefetch";
  for (const one of prefetch) {
    out.name(typeof one === "string" ? one : one.path);
    if (typeof one !== "string") out.text += "!";
  }
  out.text += ";";
};

const writeTable = (out: PlanKey, { name, base, recursive, all }: CommonTableState): void => {
  out.text += `with${all ? "+" : ""}`;
  out.name(name);
  writeState(out, base, false);
  if (recursive !== null) writeState(out, recursive, false);
};
