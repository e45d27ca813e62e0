/** Programs as code: the text that is shown is the very text that runs. */

import type { Condition, Expr, Frame, Literal, Operand, Path, SetProgram, Step, Term, Test } from "./program.js";

export const literal = (value: Literal): string => {
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value.json);
  return JSON.stringify(value);
};
const quoted = (text: string): string => JSON.stringify(text);
const list = (items: readonly string[]): string => items.join(", ");
const property = (name: string): string => (/^[a-z]\w*$/i.test(name) ? name : quoted(name));

export const pathText = ({ hops, name, keys = [] }: Path): string => [...hops, name, ...keys].join("__");
const testName = ({ path, part, lookup }: Test): string =>
  [pathText(path), ...(part === null ? [] : [part]), ...(lookup === "exact" ? [] : [lookup])].join("__");

const operand = (given: Operand): string => {
  switch (given.is) {
    case "literal":
      return literal(given.value);
    case "list":
      return `[${list(given.values.map(literal))}]`;
    case "expression":
      return expression(given.expr);
    case "set":
      return setText(given.set);
  }
};
const where = (tests: readonly Test[]): string =>
  tests.length === 0 ? "{}" : `{ ${list(tests.map((test) => `${property(testName(test))}: ${operand(test.operand)}`))} }`;

/** Where a condition can be given: an object needs no Q. */
export const condition = (given: Condition): string => (given.is === "where" ? where(given.tests) : receiver(given));
const receiver = (given: Condition): string => {
  switch (given.is) {
    case "where":
      return `Q(${where(given.tests)})`;
    case "comparison":
      return comparison(given.model, given.test);
    case "joined": {
      const [first, ...rest] = given.parts;
      if (given.grown) return `Q({})${given.parts.map((part) => `.${given.operator}(${condition(part)})`).join("")}`;
      return first === undefined ? "Q({})" : `${receiver(first)}.${given.operator}(${list(rest.map(condition))})`;
    }
    case "not":
      return `${receiver(given.part)}.not()`;
    case "exists":
      return `Exists(${setText(given.set)})`;
  }
};
const methods: Readonly<Record<string, string>> = { exact: "eq", in: "in" };
const comparison = (model: string, { path, lookup, operand: given }: Test): string =>
  `${model}.c.${path.name}.${methods[lookup] ?? lookup}(${operand(given)})`;

/** What is text in the language but another type in the database. */
const typed: ReadonlySet<string> = new Set(["decimal", "date", "time"]);

export const expression = (given: Expr): string => {
  switch (given.is) {
    case "path":
      return `F(${quoted(pathText(given.path))})`;
    case "outer":
      return `${"OuterRef(".repeat(given.depth)}${quoted(pathText(given.path))}${")".repeat(given.depth)}`;
    case "value":
      return typed.has(given.kind) || (given.kind === "double" && Number.isInteger(given.value))
        ? `Cast(Value(${literal(given.value)}), ${quoted(given.kind)})`
        : `Value(${literal(given.value)})`;
    case "arithmetic":
      return `${expression(given.left)}.${given.operator}(${expression(given.right)})`;
    case "call":
      return `${given.name}(${list([...given.args.map(expression), ...given.options.map((one) => JSON.stringify(one))])})`;
    case "case": {
      const whens = given.whens.map(({ when, then }) => `When(${condition(when)}, ${expression(then)})`);
      return `Case(${list([`[${list(whens)}]`, ...(given.otherwise === null ? [] : [`{ default: ${expression(given.otherwise)} }`])])})`;
    }
    case "aggregate": {
      const options = [
        ...(given.distinct ? ["distinct: true"] : []),
        ...(given.filter === null ? [] : [`filter: ${condition(given.filter)}`]),
      ];
      const of = given.of === null ? '"*"' : given.of.is === "path" ? quoted(pathText(given.of.path)) : expression(given.of);
      return `${given.name}(${list([of, ...(options.length === 0 ? [] : [`{ ${list(options)} }`])])})`;
    }
    case "condition":
      return receiver(given.condition);
    case "subquery":
      return `Subquery(${setText(given.set)})`;
    case "window": {
      const args = list([...(given.of === null ? [] : [expression(given.of)]), ...given.options.map(String)]);
      const options = [
        ...(given.partitionBy.length === 0 ? [] : [`partitionBy: [${list(given.partitionBy.map(expression))}]`]),
        ...(given.orderBy.length === 0 ? [] : [`orderBy: [${list(given.orderBy.map(term))}]`]),
        ...(given.frame === null ? [] : [`frame: ${frame(given.frame)}`]),
      ];
      return `Window(${given.name}(${args})${options.length === 0 ? "" : `, { ${list(options)} }`})`;
    }
  }
};
const frame = ({ unit, from, to, exclude }: Frame): string =>
  `{ unit: ${quoted(unit)}, from: ${from}, to: ${to}${exclude === null ? "" : `, exclude: ${quoted(exclude)}`} }`;
const term = ({ expr, named, descending, nulls }: Term): string => {
  if (named && expr.is === "path") return quoted(`${descending ? "-" : ""}${pathText(expr.path)}`);
  return `${expression(expr)}.${descending ? "desc" : "asc"}(${nulls === null ? "" : `{ nulls: ${quoted(nulls)} }`})`;
};

const stepText = (step: Step): string => {
  switch (step.do) {
    case "filter":
    case "exclude":
      return `${step.do}(${list(step.conditions.map(condition))})`;
    case "annotate":
    case "alias":
      return `${step.do}({ ${step.name}: ${expression(step.expr)} })`;
    case "values":
      return step.how === "object"
        ? `values(${list(step.items.map((item) => quoted(pathText(item))))})`
        : `valuesList(${list([...step.items.map((item) => quoted(pathText(item))), ...(step.how === "flat" ? ["{ flat: true }"] : [])])})`;
    case "orderBy":
      return `orderBy(${list(step.terms.map(term))})`;
    case "distinct":
      return `distinct(${list(step.on.map((item) => quoted(pathText(item))))})`;
    case "slice":
      return `slice(${step.from}${step.to === null ? "" : `, ${step.to}`})`;
    case "selectRelated":
      return `selectRelated(${list(step.paths.map(quoted))})`;
    case "only":
    case "defer":
      return `${step.do}(${list(step.names.map(quoted))})`;
    case "union":
    case "unionAll":
    case "intersection":
    case "difference":
      return `${step.do}(${list(step.others.map(setText))})`;
    case "reverse":
    case "withDeleted":
    case "onlyDeleted":
    case "selectForUpdate":
      return `${step.do}()`;
  }
};
export const setText = ({ model, steps }: SetProgram): string =>
  [`${model}.objects`, ...steps.map(stepText)].join(".") + (steps.length === 0 ? ".all()" : "");
