/** aggregate() over a set. */

import { compile } from "../ground.js";
import { expectSame } from "../mismatch.js";
import { setText } from "../print.js";
import { shapeOf } from "../schema.js";
import { arithmetic, canonical, compare, type Value } from "../values.js";
import { has, type Asking, type Check } from "./case.js";

export const totals: Check = async (one) => {
  if (one.expected.undetermined) return;
  const rows = one.expected.rows;
  const numbers = has(one, "values")
    ? []
    : shapeOf(one.set.model).fields.filter(({ kind }) => ["integer", "decimal", "bigint"].includes(kind));
  const wanted = numbers.map((field) => {
    const values = rows.map(({ root }) => root.value(field.name)).filter((value) => value !== null);
    const sum = values.reduce<Value>((total, value) => (total === null ? value : arithmetic(field.kind, "add", total, value)), null);
    const least = values.reduce<Value>((best, value) => (best === null || compare(value, best) < 0 ? value : best), null);
    return { field, sum, least };
  });
  const asked = ['rows: Count("*")', ...numbers.map(({ name }) => `sum_${name}: Sum("${name}"), least_${name}: Min("${name}")`)].join(", ");
  const got = (await (compile(`(db) => ${setText(one.set)}.aggregate(db, { ${asked} })`) as Asking)(one.db)) as Record<string, unknown>;
  expectSame('aggregate(Count("*"))', rows.length, got["rows"]);
  for (const { field, sum, least } of wanted) {
    expectSame(`aggregate(Sum("${field.name}"))`, canonical(field.kind, sum), canonical(field.kind, got[`sum_${field.name}`]));
    expectSame(`aggregate(Min("${field.name}"))`, canonical(field.kind, least), canonical(field.kind, got[`least_${field.name}`]));
  }
};
