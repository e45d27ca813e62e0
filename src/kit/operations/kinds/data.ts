/** `code` and `backfill`: change rows, with models as of that point. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { HistoricalModel, OperationKind } from "../contracts.js";
import { columnObject, tableObject } from "../footprints.js";
import { canonical, findTable, tableText } from "../pictures.js";
import { call, text } from "../words.js";

/** Checks a historical model against the table at this point. */
const checkModel = (state: SchemaPicture, { table, columns }: HistoricalModel): void => {
  const found = findTable(state, table);
  if (found === undefined) throw new MigrationError(`past("${tableText(table)}"): there is no such table at this place`);
  for (const column of columns) {
    const is = found.columns.find((other) => other.name === column.name);
    if (is === undefined)
      throw new MigrationError(
        `past("${tableText(table)}").${column.name}: the table has no such column at this place; it has ${found.columns.map((other) => other.name).join(", ")}`,
      );
    if (is.type.kind !== column.type.kind)
      throw new MigrationError(`past("${tableText(table)}").${column.name} is ${column.type.kind}, here it is ${is.type.kind}`);
    if (is.nullable !== column.nullable && is.identity === null)
      throw new MigrationError(
        `past("${tableText(table)}").${column.name} is ${column.nullable ? "nullable" : "not nullable"}, here it is ${is.nullable ? "nullable" : "not"}`,
      );
  }
};

const columnsOf = (model: HistoricalModel): readonly string[] => model.columns.map((column) => columnObject(model.table, column.name));

export const code: OperationKind<"code"> = {
  apply: (state, { models }) => {
    for (const model of models) checkModel(state, model);
    return state;
  },
  invert: (_, operation) =>
    operation.down === null ? null : [{ ...operation, name: `undo ${operation.name}`, up: operation.down, down: operation.up }],
  lower: (_, { name, up }) => [{ kind: "code", name, run: up }],
  footprint: (_, { name, models }) => ({
    reads: models.flatMap((model) => [tableObject(model.table), ...columnsOf(model)]),
    writes: [`code ${name}`],
  }),
  print: ({ name, up, down }, printer) =>
    call(printer.use("code"), [text(name), `{ up: ${up.toString()}${down === null ? "" : `, down: ${down.toString()}`} }`]),
  describe: ({ name }) => `code: ${name}`,
};

export const backfill: OperationKind<"backfill"> = {
  apply: (state, { model }) => {
    checkModel(state, model);
    return state;
  },
  // Undoing a backfill does nothing: filled values do no harm.
  invert: () => [],
  lower: (_, { model, where, set, batch }) => [{ kind: "backfill", model, where, set, batch }],
  footprint: (_, { model, set, where }) => ({
    reads: [tableObject(model.table), ...columnsOf(model)],
    writes: [`backfill ${tableText(model.table)} ${canonical(Object.keys({ ...where, ...set }))}`],
  }),
  print: ({ model }, printer) => call(printer.use("backfill"), [`past(${text(tableText(model.table))}, {})`, "{}"]),
  describe: ({ model, set }) => `backfill ${tableText(model.table)} (${Object.keys(set).join(", ")})`,
};
