/** Refuses tables that can never have a row. */

import { ConfigurationError } from "../errors.js";
import { topological } from "../support/topological.js";
import { sameTable, type ForeignKeyPicture, type SchemaPicture, type TablePicture } from "./picture.js";

/** If each row requires another row that requires it, no row can be inserted first, unless a constraint is deferred. */
export const refuseRequiredCircles = ({ tables }: SchemaPicture): void => {
  const required = ({ columns, foreignKeys }: TablePicture): readonly ForeignKeyPicture[] =>
    foreignKeys.filter(
      (key) =>
        key.deferrable !== "deferred" && key.columns.every((name) => columns.find((column) => column.name === name)?.nullable === false),
    );
  const { cycles } = topological(tables, (table) =>
    tables.filter((other) => other !== table && required(table).some((key) => sameTable(key.references, other.name))),
  );
  const [circle] = cycles;
  if (circle === undefined) return;
  const keys = circle.flatMap((table) =>
    required(table)
      .filter((key) => circle.some((other) => other !== table && sameTable(key.references, other.name)))
      .map((key) => `${table.name.name}.${key.columns.join(", ")}`),
  );
  throw new ConfigurationError(
    `rows of ${circle.map((table) => table.name.name).join(" and ")} require each other, so that none could be the first: make one of ${keys.join(" and ")} .nullable(), or { deferrable: "deferred" }`,
  );
};
