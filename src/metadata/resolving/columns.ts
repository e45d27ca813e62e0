/** Turns definitions into columns: every field, and the keys of relations, in declaration order. */

import type { ColumnType } from "../../sql/types.js";
import { param } from "../../sql/factories/index.js";
import { types } from "../../sql/types.js";
import { didYouMean } from "../../support/did-you-mean.js";
import type { AnyOfDefinition, Definition, DefinitionOf, FieldDefinition, ReferenceDefinition } from "../definition.js";
import { columnsOf } from "../definition-checks.js";
import { definitionOf } from "../definition.js";
import { makeUuid, t } from "../fields.js";
import type { FieldMeta } from "../model-meta.js";
import { allDefinitions, type Registration, rootOf } from "../registrations.js";
import { validateValue } from "../values.js";
import { type Context, metaIn, refuse, targetOf } from "./context.js";
import { keyNames, keyTypeOf } from "./key-types.js";

type Unplaced = Omit<FieldMeta, "position">;

export const plainField = {
  nullable: false,
  primaryKey: false,
  identity: false,
  unique: false,
  index: false,
  default: null,
  onUpdate: null,
  onInsert: null,
  dbDefault: null,
  generated: null,
  version: false,
  softDelete: false,
  editable: true,
  hidden: false,
  collate: null,
  renamedFrom: null,
  comment: null,
  checks: [],
  relation: null,
} satisfies Partial<FieldMeta>;

/** All columns of a model; a subtype's follow those of its parent (the same objects, except for the discriminator's default). */
export const columnFields = (context: Context, registration: Registration): readonly FieldMeta[] => {
  const inherited = registration.parent === null ? implicitKey(registration) : inheritedFields(context, registration, registration.parent);
  const own = [...registration.definitions].flatMap(([name, definition]) => fieldsOf(registration, name, definition));
  return Object.freeze([...inherited, ...own.map((field, at) => Object.freeze({ ...field, position: inherited.length + at }))]);
};

const implicitKey = (registration: Registration): readonly FieldMeta[] => {
  if (keyNames(registration).length > 0) return [];
  const id = definitionOf(t.id()) as FieldDefinition;
  return fieldsOf(registration, "id", id).map((field) => Object.freeze({ ...field, position: 0 }));
};

const inheritedFields = (context: Context, registration: Registration, parent: Registration): readonly FieldMeta[] => {
  const discriminator = discriminatorOf(rootOf(registration));
  return metaIn(context, parent).fields.map((field) =>
    field.name === discriminator ? Object.freeze({ ...field, default: { value: registration.subtypeName } }) : field,
  );
};

/** The discriminator field: the one named in the options, otherwise `kind` or `type`. */
export const discriminatorOf = (root: Registration): string => {
  const definitions = allDefinitions(root);
  const asked = root.options.discriminator;
  const name = asked ?? ["kind", "type"].find((usual) => definitions.get(usual)?.kind === "field");
  const definition = name === undefined ? undefined : definitions.get(name);
  if (name === undefined || definition === undefined) {
    const hint = asked === undefined ? "" : didYouMean(asked, definitions.keys());
    return refuse(
      root,
      asked ?? "kind",
      `has subtypes but no field that tells them apart; declare kind: t.text().default("…"), or name one with { discriminator: "…" }.${hint}`,
    );
  }
  const isText =
    definition.kind === "field" &&
    (definition.type.kind === "text" || definition.type.kind === "varchar" || definition.type.kind === "enum");
  return isText && !definition.nullable ? name : refuse(root, name, "tells the subtypes apart, so it must be a text that is not nullable");
};

type ToFields<D extends Definition> = (registration: Registration, name: string, definition: D) => readonly Unplaced[];
const fieldsOf: ToFields<Definition> = (registration, name, definition) =>
  (makers[definition.kind] as ToFields<Definition>)(registration, name, definition);

const fromField = (registration: Registration, name: string, definition: FieldDefinition): Unplaced => {
  const { kind: _, column, givenDefault: __, ...traits } = definition;
  const given = definition.default !== null || definition.dbDefault !== null || definition.onInsert !== null;
  return {
    ...plainField,
    ...traits,
    name,
    column: column ?? onlyColumn(name, definition),
    // Part of a composite key must be assigned: SQLite only generates single-column keys.
    identity: definition.identity && keyNames(registration).length <= 1,
    onInsert: definition.primaryKey && definition.type.kind === "uuid" && !given ? makeUuid : definition.onInsert,
  };
};

const onlyColumn = (name: string, definition: Definition): string => columnsOf(name, definition)[0]?.[1] ?? name;

const fromReference = (registration: Registration, name: string, definition: ReferenceDefinition): Unplaced => {
  const [[property, column] = [name, name]] = columnsOf(name, definition);
  const type = keyTypeOf(targetOf(registration, name, definition.target), registration, name);
  if (definition.default !== null) {
    const problem = validateValue({ type, nullable: false }, definition.default.value);
    if (problem !== null) refuse(registration, name, `has a default of the wrong type: ${problem}`);
  }
  return {
    ...plainField,
    name: property,
    column,
    type,
    default: definition.default,
    // The constraint's action requires the default in the database.
    dbDefault:
      definition.default !== null && definition.onDelete === "setDefault" && definition.onDeleteBy === "database"
        ? param(definition.default.value, type)
        : null,
    nullable: definition.nullable,
    primaryKey: definition.primaryKey,
    unique: definition.unique,
    index: definition.index && !definition.unique,
    relation: name,
    renamedFrom: definition.renamedFrom,
    comment: definition.comment,
  };
};

const fromAnyOf = (registration: Registration, name: string, definition: AnyOfDefinition): readonly Unplaced[] => {
  const keyTypes = Object.entries(definition.targets).map(
    ([key, target]) => [key, keyTypeOf(targetOf(registration, name, target), registration, name)] as const,
  );
  const [first, ...others] = keyTypes;
  if (first === undefined) return refuse(registration, name, "leads to no model");
  for (const [key, type] of others) {
    if (!sameType(type, first[1]))
      refuse(
        registration,
        name,
        `its models have keys of different types (${first[0]}: ${first[1].kind}, ${key}: ${type.kind}), which one column cannot hold`,
      );
  }
  const columnTypes: readonly ColumnType[] = [types.enum(keyTypes.map(([key]) => key)), first[1]];
  return columnsOf(name, definition).map(([property, column], at) => ({
    ...plainField,
    name: property,
    column,
    type: columnTypes[at] ?? first[1],
    nullable: definition.nullable,
    relation: name,
  }));
};

const makers: { readonly [K in Definition["kind"]]: ToFields<DefinitionOf<K>> } = {
  field: (registration, name, definition) => [fromField(registration, name, definition)],
  reference: (registration, name, definition) => [fromReference(registration, name, definition)],
  anyOf: fromAnyOf,
  reverse: () => [],
  link: () => [],
};

const sameType = (a: ColumnType, b: ColumnType): boolean => a === b || (a.kind !== "custom" && JSON.stringify(a) === JSON.stringify(b));
