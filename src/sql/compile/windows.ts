/** Aggregates and window functions, with FILTER and OVER. */

import { FieldError } from "../../errors.js";
import type {
  AggregateNode,
  Expr,
  FrameBound,
  FrameNode,
  OrderNode,
  WindowFunctionName,
  WindowFunctionNode,
  WindowNode,
} from "../nodes.js";
import type { Handler, Tail, Writer } from "./writer.js";

const nothing: Tail = () => {};

export function writeAggregate(node: AggregateNode, out: Writer, tail: Tail = nothing): void {
  out.grammar.aggregates[node.name](node, out, tail);
}

export function writeOrder(orderBy: readonly OrderNode[], out: Writer): void {
  if (orderBy.length > 0) out.write(" ORDER BY ").list(orderBy, out.grammar.order);
}
const distinctArgument: Handler<Expr> = (arg, out) => out.grammar.distinctOutput(arg, out);
const plainArgument: Handler<Expr> = (arg, out) => void out.expr(arg);

/** `NAME(DISTINCT a, b ORDER BY c) FILTER (WHERE d)` and the tail; `argument` writes each argument. */
export function callAggregate(
  name: string,
  node: AggregateNode,
  out: Writer,
  tail: Tail,
  argument: Handler<Expr> = node.distinct && node.orderBy.length > 0 ? distinctArgument : plainArgument,
): void {
  out.write(`${name}(`);
  if (node.args.length === 0) out.write("*");
  if (node.distinct) out.write("DISTINCT ");
  out.list(node.args, argument);
  writeOrder(node.orderBy, out);
  out.write(")");
  if (node.filter !== null) out.write(" FILTER (WHERE ").expr(node.filter).write(")");
  tail(out);
}
/** A handler that only changes the name of an aggregate. */
export const aggregateNamed =
  (name: string) =>
  (node: AggregateNode, out: Writer, tail: Tail): void =>
    callAggregate(name, node, out, tail);

const windowNames: { readonly [K in WindowFunctionName]: string } = {
  rowNumber: "ROW_NUMBER",
  rank: "RANK",
  denseRank: "DENSE_RANK",
  percentRank: "PERCENT_RANK",
  cumeDist: "CUME_DIST",
  ntile: "NTILE",
  lag: "LAG",
  lead: "LEAD",
  firstValue: "FIRST_VALUE",
  lastValue: "LAST_VALUE",
  nthValue: "NTH_VALUE",
};
/** Which argument is a count, and must be an integer. */
const counts: { readonly [K in WindowFunctionName]?: number } = { ntile: 0, lag: 1, lead: 1, nthValue: 1 };

/** `count` writes an argument that is a count. */
export const windowFunctionWith =
  (count: Handler<Expr>): Handler<WindowFunctionNode> =>
  (node, out) => {
    out.write(`${windowNames[node.name]}(`);
    for (let at = 0; at < node.args.length; at++) {
      if (at > 0) out.write(", ");
      const arg = node.args[at] as Expr;
      if (counts[node.name] === at) count(arg, out);
      else out.expr(arg);
    }
    out.write(")");
  };

export function writeWindow(node: WindowNode, out: Writer): void {
  const tail: Tail = () => {
    out.write(" OVER (");
    if (node.partitionBy.length > 0) out.write("PARTITION BY ").list(node.partitionBy, out.grammar.groupKey);
    if (node.orderBy.length > 0) {
      out.write(node.partitionBy.length > 0 ? " ORDER BY " : "ORDER BY ").list(node.orderBy, out.grammar.order);
    }
    if (node.frame !== null) writeFrame(node.frame, out, node.partitionBy.length + node.orderBy.length > 0);
    out.write(")");
  };
  if (node.of.kind === "aggregate") return writeAggregate(node.of, out, tail);
  out.expr(node.of);
  tail(out);
}

const units: { readonly [K in FrameNode["unit"]]: string } = { rows: "ROWS", range: "RANGE", groups: "GROUPS" };
const bounds: { readonly [K in Extract<FrameBound, string>]: string } = {
  "unbounded preceding": "UNBOUNDED PRECEDING",
  "current row": "CURRENT ROW",
  "unbounded following": "UNBOUNDED FOLLOWING",
};
const exclusions: { readonly [K in NonNullable<FrameNode["exclude"]>]: string } = {
  "current row": "CURRENT ROW",
  group: "GROUP",
  ties: "TIES",
};

function writeFrame(frame: FrameNode, out: Writer, spaced: boolean): void {
  out.write(`${spaced ? " " : ""}${known(units, frame.unit)} `);
  if (frame.end === null) out.write(bound(frame.start));
  else out.write(`BETWEEN ${bound(frame.start)} AND ${bound(frame.end)}`);
  if (frame.exclude !== undefined) out.write(` EXCLUDE ${known(exclusions, frame.exclude)}`);
}
function bound(given: FrameBound): string {
  if (typeof given === "string") return known(bounds, given);
  const [count, word] = "preceding" in given ? [given.preceding, "PRECEDING"] : [given.following, "FOLLOWING"];
  if (!Number.isSafeInteger(count) || count < 0)
    throw new FieldError(`expected a whole number of rows from 0 on as the bound of a window frame, got ${String(count)}`);
  return `${count} ${word}`;
}
/** Keywords are looked up, never copied from the caller, because types are not enforced in JavaScript. */
function known<K extends string>(words: { readonly [W in K]: string }, word: K): string {
  if (!Object.hasOwn(words, word)) throw new FieldError(`expected one of ${Object.keys(words).join(", ")} in a window frame, got ${word}`);
  return words[word];
}
