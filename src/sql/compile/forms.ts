/** Helpers to define how functions are written. */

import type { Expr, FunctionNode } from "../nodes.js";
import type { Handler } from "./writer.js";

/** A part of a form: an argument's position (written as an operand), text, or a handler of the function node. */
type Part = number | string | Handler<FunctionNode>;

/** A function's SQL with its arguments inserted: form`SUBSTR(${0}, ${1})`. Arguments are parenthesized where needed. */
export function form(texts: TemplateStringsArray, ...parts: readonly Part[]): Handler<FunctionNode> {
  return (node, out) => {
    for (let at = 0; at < texts.length; at++) {
      out.write(texts[at] as string);
      const part = parts[at];
      if (part === undefined) continue;
      if (typeof part === "number") out.operand(argument(node, part));
      else if (typeof part === "string") out.write(part);
      else part(node, out);
    }
  };
}
/** A function under another name, with unchanged arguments. */
export function call(name: string): Handler<FunctionNode> {
  return (node, out) => void out.write(`${name}(`).exprs(node.args).write(")");
}
/** Chooses a form by the number of arguments. */
export function byCount(...forms: readonly [Handler<FunctionNode>, ...Handler<FunctionNode>[]]): Handler<FunctionNode> {
  return (node, out) => (forms[Math.min(node.args.length, forms.length) - 1] ?? forms[0])(node, out);
}
/** An argument written by `write` instead of as an operand. */
export const arg =
  (position: number, write: Handler<Expr>): Handler<FunctionNode> =>
  (node, out) =>
    write(argument(node, position), out);

export function argument(node: FunctionNode, position: number): Expr {
  const found = node.args[position];
  if (found === undefined) throw new TypeError(`expected ${position + 1} arguments for the function ${node.name}, got ${node.args.length}`);
  return found;
}
