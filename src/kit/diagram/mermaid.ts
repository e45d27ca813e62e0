/** The schema as a Mermaid entity-relationship diagram. */

import type { DataType, SchemaPicture } from "flash-db/internal";
import { tableText } from "../operations/index.js";

const word = (text: string): string => text.replaceAll(/[^A-Za-z0-9_]/g, "_");

/** A type as one word. */
export const shortType = (type: DataType): string => {
  switch (type.kind) {
    case "varchar":
      return `varchar(${type.length})`;
    case "decimal":
      return type.precision === null ? "decimal" : `decimal(${type.precision},${type.scale ?? 0})`;
    case "array":
      return `${shortType(type.of)}[]`;
    case "custom":
      return type.sql
        .replace(/^character varying/, "varchar")
        .replace(/^timestamp(\(\d\))? with time zone/, "timestamptz$1")
        .replace(/ without time zone/, "");
    default:
      return type.kind;
  }
};

export const mermaid = ({ tables }: SchemaPicture): string => {
  const entities = tables.map((table) => {
    const keys = new Set(table.foreignKeys.flatMap((key) => key.columns));
    const lines = table.columns.map((column) => {
      const marks = [
        ...(table.primaryKey?.columns.includes(column.name) === true ? ["PK"] : []),
        ...(keys.has(column.name) ? ["FK"] : []),
        ...(table.uniques.some((unique) => unique.columns.length === 1 && unique.columns[0] === column.name) ? ["UK"] : []),
      ];
      return `    ${word(shortType(column.type))} ${word(column.name)}${marks.length === 0 ? "" : ` ${marks.join(", ")}`}`;
    });
    return `  ${word(tableText(table.name))} {\n${lines.join("\n")}\n  }`;
  });
  const links = tables.flatMap((table) =>
    table.foreignKeys.map((key) => {
      const optional = table.columns.some((column) => key.columns.includes(column.name) && column.nullable);
      const single =
        table.uniques.some((unique) => unique.columns.join() === key.columns.join()) ||
        table.primaryKey?.columns.join() === key.columns.join();
      return `  ${word(tableText(key.references))} ${optional ? "|o" : "||"}--${single ? "o|" : "o{"} ${word(tableText(table.name))} : ${word(key.columns.join("_"))}`;
    }),
  );
  return `erDiagram\n${[...entities, ...links].join("\n")}\n`;
};
