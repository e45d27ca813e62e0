/** The output of the handlers: text and parameters, with access to the grammar for nested nodes. */

import type {
  AggregateNode,
  Expr,
  ExprKind,
  FunctionName,
  FunctionNode,
  OrderNode,
  ParamNode,
  Select,
  Compound,
  Source,
  Statement,
  WindowFunctionNode,
  AggregateName,
} from "../nodes.js";
import type { ColumnType } from "../types.js";
import type { NodeOf } from "../visit.js";
import { bindValue, type CompiledParameter } from "./compiled.js";

export type Handler<N> = (node: N, out: Writer) => void;
type StatementOf<K extends Statement["kind"]> = Extract<Statement, { readonly kind: K }>;
/** Writes what follows the call of an aggregate (` OVER (…)`), so that a cast can enclose both. */
export type Tail = (out: Writer) => void;

export type ExpressionTable = { readonly [K in ExprKind]: Handler<NodeOf<K>> };
export type FunctionTable = { readonly [K in FunctionName]: Handler<FunctionNode> };
export type AggregateTable = { readonly [K in AggregateName]: (node: AggregateNode, out: Writer, tail: Tail) => void };
type StatementTable = { readonly [K in Statement["kind"]]: Handler<StatementOf<K>> };

/** How one database writes SQL: complete tables, most of whose entries are shared. */
export interface Grammar {
  readonly expressions: ExpressionTable;
  readonly functions: FunctionTable;
  readonly aggregates: AggregateTable;
  readonly windowFunction: Handler<WindowFunctionNode>;
  readonly statements: StatementTable;
  readonly order: Handler<OrderNode>;
  /** An expression in GROUP BY or PARTITION BY, in a form in which equal values are equal. */
  readonly groupKey: Handler<Expr>;
  /** An output of SELECT DISTINCT, in the form that ORDER BY also uses. */
  readonly distinctOutput: Handler<Expr>;
  /** A computed value to be stored in a column of the type. */
  readonly computed: (expr: Expr, type: ColumnType, out: Writer) => void;
  readonly source: Handler<Source>;
  /** A query as a member of UNION and similar. */
  readonly member: Handler<Select | Compound>;
  /** Whether an ORDER BY term of this type is not allowed on a compound itself, only on an enclosing select. */
  readonly ordersOutside: (type: ColumnType) => boolean;
  /** The LIMIT to write for a bare OFFSET; null if none is needed. */
  readonly noLimit: string | null;
  readonly locks: boolean;
  readonly encoder: (type: ColumnType) => (value: unknown) => unknown;
  readonly placeholder: (position: number) => string;
  /** One parameter can be used in several places (`$1`), and expressions are compared by their text (GROUP BY). */
  readonly reusesPlaceholders: boolean;
}

/** Kinds that need no parentheses as an operand. */
const ATOMIC: ReadonlySet<ExprKind> = new Set<ExprKind>([
  "column",
  "param",
  "literal",
  "function",
  "extract",
  "trunc",
  "cast",
  "case",
  "jsonPath",
  "aggregate",
  "windowFunction",
  "window",
  "scalarQuery",
  "identifier",
  "excluded",
  "outer",
]);

export function quote(name: string): string {
  return name.includes('"') ? `"${name.replaceAll('"', '""')}"` : `"${name}"`;
}

export class Writer {
  text = "";
  readonly parameters: CompiledParameter[] = [];
  readonly values: unknown[] = [];
  readonly grammar: Grammar;
  /** Columns of this source are written without it (RETURNING on SQLite, conflict targets). */
  bareSource: string | null = null;
  readonly #places = new Map<ParamNode | string, number>();

  constructor(grammar: Grammar) {
    this.grammar = grammar;
  }

  write(text: string): this {
    this.text += text;
    return this;
  }
  name(name: string): this {
    this.text += quote(name);
    return this;
  }
  expr(node: Expr): this {
    (this.grammar.expressions[node.kind] as Handler<Expr>)(node, this);
    return this;
  }
  /** Writes the node, in parentheses unless it is atomic. */
  operand(node: Expr): this {
    return ATOMIC.has(node.kind) ? this.expr(node) : this.write("(").expr(node).write(")");
  }
  list<T>(items: readonly T[], item: (item: T, out: Writer) => void, separator = ", "): this {
    for (let at = 0; at < items.length; at++) {
      if (at > 0) this.text += separator;
      item(items[at] as T, this);
    }
    return this;
  }
  exprs(nodes: readonly Expr[], separator = ", "): this {
    return this.list(nodes, (node) => this.expr(node), separator);
  }
  names(names: readonly string[]): this {
    return this.list(names, (name) => this.name(name));
  }
  query(query: Select | Compound): this {
    (this.grammar.statements[query.kind] as Handler<Select | Compound>)(query, this);
    return this;
  }
  subquery(query: Select | Compound): this {
    return this.write("(").query(query).write(")");
  }

  /** The placeholder of a value, encoded by `bind` (by default according to its type). */
  bind(node: ParamNode, bind: (value: unknown) => unknown = this.grammar.encoder(node.type)): string {
    const known = this.grammar.reusesPlaceholders ? this.#places.get(node) : undefined;
    if (known !== undefined && this.parameters[known - 1]?.bind === bind) return this.grammar.placeholder(known);
    const later = node.slot !== undefined && node.value === null;
    const position = this.#add(later ? null : bindValue(node, bind, node.value), { node, bind });
    if (this.grammar.reusesPlaceholders) this.#places.set(node, position);
    return this.grammar.placeholder(position);
  }
  /** The placeholder of a constant of the text (a zone, a path segment); equal constants share it if possible. */
  constant(value: string | number): string {
    const key = typeof value === "number" ? `#${value}` : `$${value}`;
    const known = this.grammar.reusesPlaceholders ? this.#places.get(key) : undefined;
    const position = known ?? this.#add(value, FIXED);
    if (this.grammar.reusesPlaceholders && known === undefined) this.#places.set(key, position);
    return this.grammar.placeholder(position);
  }
  /** The placeholder of a value from the compiler (a column of a batch) that is already encoded. */
  fixed(value: unknown): string {
    return this.grammar.placeholder(this.#add(value, FIXED));
  }
  #add(value: unknown, parameter: CompiledParameter): number {
    this.values.push(value);
    return this.parameters.push(parameter);
  }
}

const FIXED: CompiledParameter = Object.freeze({ node: null, bind: null });
