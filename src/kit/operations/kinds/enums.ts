/** `addEnum`, `dropEnum` and `alterEnum`: native enum types. */

import { type EnumPicture, sameTable, type SchemaPicture, type TableName, type TablePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind, OperationOf } from "../contracts.js";
import { tableObject, typeObject } from "../footprints.js";
import { tableText } from "../pictures.js";
import { call, list, options, tableWord } from "../words.js";

const enumOf = (state: SchemaPicture, name: TableName): EnumPicture => {
  const found = state.enums.find((one) => sameTable(one.name, name));
  if (found !== undefined) return found;
  throw new MigrationError(`there is no type "${tableText(name)}" at this place`);
};

/** Columns of the type; the type is identified by its native name. */
const users = (state: SchemaPicture, name: TableName): readonly { readonly table: TablePicture; readonly column: string }[] =>
  state.tables.flatMap((table) =>
    table.columns
      .filter(({ type }) => type.kind === "custom" && [name.name, tableText(name)].includes(type.sql.replaceAll('"', "")))
      .map((column) => ({ table, column: column.name })),
  );

const altered = (state: SchemaPicture, { name, values }: OperationOf<"alterEnum">): SchemaPicture => {
  enumOf(state, name);
  return { ...state, enums: state.enums.map((one) => (sameTable(one.name, name) ? { ...one, values } : one)) };
};

export const addEnum: OperationKind<"addEnum"> = {
  apply: (state, { type }) => {
    if (state.enums.some((one) => sameTable(one.name, type.name)))
      throw new MigrationError(`there is a type "${tableText(type.name)}" already`);
    return { ...state, enums: [...state.enums, type] };
  },
  invert: (_, { type }) => [{ kind: "dropEnum", name: type.name }],
  lower: (_, { type }) => [{ kind: "createEnum", type }],
  footprint: (_, { type }) => ({ reads: [], writes: [typeObject(type.name)] }),
  print: ({ type }, printer) => call(printer.use("addEnum"), [tableWord(type.name), list(type.values)]),
  describe: ({ type }) => `add type ${tableText(type.name)}`,
};

export const dropEnum: OperationKind<"dropEnum"> = {
  apply: (state, { name }) => {
    const gone = enumOf(state, name);
    const left = users(state, name);
    if (left.length > 0)
      throw new MigrationError(
        `type "${tableText(name)}" cannot be dropped while it is the type of ${left.map(({ table, column }) => `${tableText(table.name)}.${column}`).join(", ")}`,
      );
    return { ...state, enums: state.enums.filter((one) => one !== gone) };
  },
  invert: (before, { name }) => [{ kind: "addEnum", type: enumOf(before, name) }],
  lower: (before, { name }) => [{ kind: "dropEnum", type: enumOf(before, name) }],
  footprint: (_, { name }) => ({ reads: [], writes: [typeObject(name)] }),
  print: ({ name }, printer) => call(printer.use("dropEnum"), [tableWord(name)]),
  describe: ({ name }) => `drop type ${tableText(name)}`,
};

export const alterEnum: OperationKind<"alterEnum"> = {
  apply: altered,
  invert: (before, { name, renamed }) => [
    {
      kind: "alterEnum",
      name,
      values: enumOf(before, name).values,
      renamed: Object.fromEntries(Object.entries(renamed).map(([from, to]) => [to, from])),
    },
  ],
  lower: (before, operation) => [
    {
      kind: "alterEnum",
      before: enumOf(before, operation.name),
      after: enumOf(altered(before, operation), operation.name),
      renamed: operation.renamed,
      columns: users(before, operation.name),
    },
  ],
  footprint: (before, { name }) => ({ reads: users(before, name).map(({ table }) => tableObject(table.name)), writes: [typeObject(name)] }),
  print: ({ name, values, renamed }, printer) =>
    call(printer.use("alterEnum"), [
      tableWord(name),
      list(values),
      options([Object.keys(renamed).length === 0 ? null : `renamed: ${JSON.stringify(renamed)}`]),
    ]),
  describe: ({ name }) => `alter type ${tableText(name)}`,
};
