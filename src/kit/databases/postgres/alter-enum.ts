/** Statements that change the values of a native enum type. */

import { createEnum, type Dialect, qualified } from "flash-db/internal";
import type { StepOf } from "./names.js";

export const alterEnum = ({ before, after, renamed, columns }: StepOf<"alterEnum">, dialect: Dialect): readonly string[] => {
  const literal = (value: string): string => dialect.schema.literal(value, { kind: "text" });
  const type = qualified(after.name, dialect);
  const kept = before.values.map((value) => renamed[value] ?? value);
  const renames = Object.entries(renamed).map(([from, to]) => `ALTER TYPE ${type} RENAME VALUE ${literal(from)} TO ${literal(to)}`);
  const inOrder = after.values.filter((value) => kept.includes(value));
  if (inOrder.length === kept.length && inOrder.every((value, at) => value === kept[at]))
    return [...renames, ...additions(after.values, kept, type, literal)];
  // Removing or reordering values requires a new type.
  const old = qualified({ ...after.name, name: `${after.name.name}_flash_old` }, dialect);
  return [
    ...renames,
    `ALTER TYPE ${type} RENAME TO ${dialect.quote(`${after.name.name}_flash_old`)}`,
    createEnum(after, dialect),
    ...columns.flatMap(({ table, column }) => {
      const alter = (change: string): string =>
        `ALTER TABLE ${qualified(table.name, dialect)} ALTER COLUMN ${dialect.quote(column)} ${change}`;
      const value = table.columns.find((one) => one.name === column)?.default?.[dialect.name];
      return [
        ...(value === undefined ? [] : [alter("DROP DEFAULT")]),
        alter(`TYPE ${type} USING ${dialect.quote(column)}::text::${type}`),
        ...(value === undefined ? [] : [alter(`SET DEFAULT ${value}`)]),
      ];
    }),
    `DROP TYPE ${old}`,
  ];
};

const additions = (
  wanted: readonly string[],
  kept: readonly string[],
  type: string,
  literal: (value: string) => string,
): readonly string[] => {
  const has = new Set(kept);
  return wanted.flatMap((value, at) => {
    if (has.has(value)) return [];
    has.add(value);
    const before = wanted[at - 1];
    const next = wanted.slice(at + 1).find((other) => has.has(other));
    const place = before !== undefined ? ` AFTER ${literal(before)}` : next === undefined ? "" : ` BEFORE ${literal(next)}`;
    return [`ALTER TYPE ${type} ADD VALUE ${literal(value)}${place}`];
  });
};
