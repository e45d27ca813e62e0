/** The page that handlers write on: text, parameters, and the way back to the grammar for what stands inside. */

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
/** Writes what follows the call of an aggregate (` OVER (…)`), so that a cast can stand around both. */
export type Tail = (out: Writer) => void;

export type ExpressionTable = { readonly [K in ExprKind]: Handler<NodeOf<K>> };
export type FunctionTable = { readonly [K in FunctionName]: Handler<FunctionNode> };
export type AggregateTable = { readonly [K in AggregateName]: (node: AggregateNode, out: Writer, tail: Tail) => void };
type StatementTable = { readonly [K in Statement["kind"]]: Handler<StatementOf<K>> };

/** How one database writes SQL: tables without holes, most of their entries shared. */
export interface Grammar {
  readonly expressions: ExpressionTable;
  readonly functions: FunctionTable;
  readonly aggregates: AggregateTable;
  readonly windowFunction: Handler<WindowFunctionNode>;
  readonly statements: StatementTable;
  readonly order: Handler<OrderNode>;
  /** An expression whose equal values belong together: GROUP BY, PARTITION BY. */
  readonly groupKey: Handler<Expr>;
  /** An output of a SELECT DISTINCT, in the form in which ORDER BY writes it too. */
  readonly distinctOutput: Handler<Expr>;
  /** A computed value on its way into a column of the type. */
  readonly computed: (expr: Expr, type: ColumnType, out: Writer) => void;
  readonly source: Handler<Source>;
  /** A query as member of UNION and its siblings. */
  readonly member: Handler<Select | Compound>;
  /** ORDER BY terms that may not stand on a compound itself, only on a select around it. */
  readonly ordersOutside: (type: ColumnType) => boolean;
  /** LIMIT when there is only an OFFSET, null where none is needed. */
  readonly noLimit: string | null;
  readonly locks: boolean;
  readonly encoder: (type: ColumnType) => (value: unknown) => unknown;
  readonly placeholder: (position: number) => string;
  /** One parameter can stand in several places (`$1`), and expressions are compared by their text (GROUP BY). */
  readonly reusesPlaceholders: boolean;
}

/** Kinds that need no brackets as an operand. */
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
  /** In brackets unless it is one thing already. */
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

  /** The placeholder of a value, encoded by `bind` (by default as its type says). */
  bind(node: ParamNode, bind: (value: unknown) => unknown = this.grammar.encoder(node.type)): string {
    const known = this.grammar.reusesPlaceholders ? this.#places.get(node) : undefined;
    if (known !== undefined && this.parameters[known - 1]?.bind === bind) return this.grammar.placeholder(known);
    const later = node.slot !== undefined && node.value === null;
    const position = this.#add(later ? null : bindValue(node, bind, node.value), { node, bind });
    if (this.grammar.reusesPlaceholders) this.#places.set(node, position);
    return this.grammar.placeholder(position);
  }
  /** The placeholder of a value that belongs to the text (a zone, a path segment); equal ones share it where they can. */
  constant(value: string | number): string {
    const key = typeof value === "number" ? `#${value}` : `$${value}`;
    const known = this.grammar.reusesPlaceholders ? this.#places.get(key) : undefined;
    const position = known ?? this.#add(value, FIXED);
    if (this.grammar.reusesPlaceholders && known === undefined) this.#places.set(key, position);
    return this.grammar.placeholder(position);
  }
  /** The placeholder of something the compiler made (a column of a batch), already the driver's. */
  fixed(value: unknown): string {
    return this.grammar.placeholder(this.#add(value, FIXED));
  }
  #add(value: unknown, parameter: CompiledParameter): number {
    this.values.push(value);
    return this.parameters.push(parameter);
  }
}

const FIXED: CompiledParameter = Object.freeze({ node: null, bind: null });
