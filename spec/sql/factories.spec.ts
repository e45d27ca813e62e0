/** Factories fold what is known beforehand; visiting rewrites without touching what stays. */

import { describe, expect, it } from "vitest";
import * as e from "../../src/sql/factories/index.js";
import type { Expr } from "../../src/sql/nodes.js";
import { types } from "../../src/sql/types.js";
import { mapExpr, mapExprs, walkExpr } from "../../src/sql/visit.js";

const a = e.isNull(e.column("t", "a", types.text));
const b = e.isNull(e.column("t", "b", types.text));

describe("and, or, not", () => {
  it("flatten and fold", () => {
    expect(e.and()).toBe(e.alwaysTrue);
    expect(e.or()).toBe(e.alwaysFalse);
    expect(e.and(a)).toBe(a);
    expect(e.and(a, e.alwaysTrue, e.and(b, a))).toMatchObject({ kind: "and", operands: [a, b, a] });
    expect(e.and(a, e.alwaysFalse)).toBe(e.alwaysFalse);
    expect(e.or(a, e.alwaysTrue)).toBe(e.alwaysTrue);
    expect(e.or(e.or(a, e.alwaysFalse), b)).toMatchObject({ kind: "or", operands: [a, b] });
    expect(e.and(e.or(a, b), a)).toMatchObject({ kind: "and", operands: [{ kind: "or" }, a] });
  });
  it("negate without piling up", () => {
    expect(e.not(e.alwaysTrue)).toBe(e.alwaysFalse);
    expect(e.not(a)).toMatchObject({ kind: "isNull", negated: true });
    const both = e.and(a, b);
    expect(e.not(e.not(both))).toBe(both);
  });
  it("have rows in no rows false", () => {
    expect(e.inRows([a], [])).toBe(e.alwaysFalse);
  });
});

describe("nodes", () => {
  it("are frozen", () => {
    for (const node of [a, e.and(a, b), e.param(1, types.integer), e.select({ outputs: [] }), e.order(a)])
      expect(Object.isFrozen(node)).toBe(true);
  });
});

describe("visiting", () => {
  const inner = e.select({
    outputs: [e.output(e.column("s", "x", types.text))],
    from: e.fromTable(e.table("s")),
    where: b,
    orderBy: [e.order(b)],
  });
  const tree = e.and(
    a,
    e.not(e.and(a, e.equals(e.literal(1), e.literal(2)))),
    e.inQuery([e.literal(3)], inner),
    e.exists(e.compound({ operator: "union", queries: [inner, inner] })),
    e.window(e.aggregate("count", [b], types.integer, { filter: a }), {
      orderBy: [e.order(e.fn("lower", [e.column("t", "c", types.text)], types.text))],
    }),
  );
  const names = (expr: Expr): string[] => {
    const found: string[] = [];
    walkExpr(expr, (node) => void (node.kind === "column" && found.push(node.name)));
    return found;
  };
  it("finds everything, sub-selects included", () => {
    expect(names(tree)).toEqual(["a", "a", "x", "b", "b", "x", "b", "b", "x", "b", "b", "b", "a", "c"]);
  });
  it("can stay out", () => {
    const kinds: string[] = [];
    walkExpr(tree, (node) => (kinds.push(node.kind), node.kind === "and" && kinds.length === 1));
    expect(kinds).toEqual(["and", "isNull", "not", "inQuery", "exists", "window"]);
  });
  it("replaces, and keeps what is unchanged", () => {
    expect(mapExpr(tree, () => undefined)).toBe(tree);
    const renamed = mapExpr(tree, (node) => (node.kind === "column" && node.name === "c" ? e.column("t", "z", types.text) : undefined));
    expect(names(renamed).at(-1)).toBe("z");
    expect(e.isExpr(renamed)).toBe(true);
    expect(renamed.kind === "and" && tree.kind === "and" && renamed.operands[2] === tree.operands[2]).toBe(true);
    expect(
      mapExprs(inner, (node) => (node.kind === "column" && node.name === "x" ? e.literal(null) : undefined)).outputs[0]?.expr,
    ).toMatchObject({ kind: "literal" });
  });
});
