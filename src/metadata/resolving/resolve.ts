/** Turns registrations into metadata: all models that refer to each other at once, or none of them if there is a mistake. */

import type { FieldMeta, ModelMeta, RelationMeta } from "../model-meta.js";
import { type MutableMeta, nameOf, type Registration, rootOf } from "../registrations.js";
import { keepRegular } from "../../support/hidden-classes.js";
import { columnFields } from "./columns.js";
import type { Context, Draft } from "./context.js";
import { dependantsOf } from "./dependants.js";
import { resolveLinks } from "./links.js";
import { reach } from "./reach.js";
import { resolveReferences } from "./references.js";
import { pairReferences, resolveReverses } from "./reverses.js";
import { subtypesOf } from "./subtypes.js";
import { resolveOptions } from "./table-options.js";

/** The metadata of a model; the first call resolves it and the models it leads to. */
export const finished = (registration: Registration): ModelMeta => registration.meta ?? resolve(registration);

const resolve = (start: Registration): ModelMeta => {
  const drafts = new Map<Registration, Draft>();
  const context: Context = { drafts };
  const reached = reach(start);
  for (const registration of reached) drafts.set(registration, emptyDraft(registration));

  for (const draft of drafts.values()) placeFields(context, draft);
  for (const step of [resolveReferences, resolveReverses]) {
    for (const draft of drafts.values()) {
      inheritRelations(context, draft);
      step(context, draft);
    }
  }
  for (const draft of drafts.values()) pairReferences(draft);
  resolveLinks(context, drafts.values());
  for (const draft of drafts.values()) {
    inheritRelations(context, draft);
    resolveOptions(draft);
  }
  for (const [registration, { meta }] of drafts) {
    registration.meta = meta;
    keepRegular(meta.ctor);
  }
  return finished(start);
};

const emptyDraft = (registration: Registration): Draft => {
  const relations = new Map<string, RelationMeta>();
  const root = rootOf(registration);
  const meta: MutableMeta = {
    name: nameOf(registration),
    table: registration.table,
    schema: root.options.schema ?? null,
    renamedFrom: root.options.renamedFrom ?? null,
    comment: root.options.comment ?? null,
    ctor: registration.bound ?? registration.base,
    fields: [],
    fieldsByName: new Map(),
    relations,
    primaryKey: [],
    ordering: [],
    indexes: [],
    constraints: [],
    versionField: null,
    softDeleteField: null,
    subtypes: null,
    dependants: () => [],
    anyOfDependants: () => [],
  };
  const dependants = dependantsOf(registration, finished);
  meta.dependants = () => dependants().toOne;
  meta.anyOfDependants = () => dependants().anyOf;
  Object.defineProperty(meta, "subtypes", { get: subtypesOf(registration, meta, finished), enumerable: true });
  return { registration, meta, relations };
};

const placeFields = (context: Context, { registration, meta }: Draft): void => {
  meta.fields = columnFields(context, registration);
  meta.fieldsByName = new Map(meta.fields.map((field) => [field.name, field]));
  meta.primaryKey = Object.freeze(meta.fields.filter((field) => field.primaryKey));
  meta.versionField = having(meta, (field) => field.version);
  meta.softDeleteField = having(meta, (field) => field.softDelete);
};

const having = (meta: ModelMeta, trait: (field: FieldMeta) => boolean): FieldMeta | null => meta.fields.find(trait) ?? null;

/** A subtype inherits its parent's relations, as the same objects. */
const inheritRelations = ({ drafts }: Context, { registration, relations }: Draft): void => {
  if (registration.parent === null) return;
  const parent = registration.parent.meta ?? drafts.get(registration.parent)?.meta;
  for (const [name, relation] of parent?.relations ?? []) if (!relations.has(name)) relations.set(name, relation);
};
