/** What a query selects, columns of instances and joined instances or plain values, and how its rows are read. */

import { FieldError } from "../../../errors.js";
import type { FieldMeta, ModelMeta, RelationMeta, ReverseOneMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { output } from "../../../sql/factories/index.js";
import type { Expr, Output } from "../../../sql/nodes.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import type { EntityShape, JoinedShape, NamedOutput, RowShape, ValueColumn } from "../../plan.js";
import { filterContext } from "../../resolve/scope/context.js";
import { segmentsOf, unknownName } from "../../resolve/scope/path.js";
import { stepsOf, type Scope } from "../../resolve/scope/scope.js";
import { keyColumn, pathColumns } from "../../resolve/values/path-columns.js";
import type { Node, QueryState } from "../../state.js";
import type { Draft } from "./draft.js";

export interface SelectedOutput extends Output {
  readonly nullable: boolean;
}
export interface Selection {
  readonly outputs: readonly SelectedOutput[];
  readonly shape: RowShape;
}

// ---------------------------------------------------------------- instances
/** Relations to join, as a tree. */
interface Branch {
  readonly children: Map<string, Branch>;
}
const treeOf = (paths: readonly string[]): Branch => {
  const root: Branch = { children: new Map() };
  for (const path of paths) {
    let branch = root;
    for (const name of segmentsOf(path)) {
      const next = branch.children.get(name) ?? { children: new Map<string, Branch>() };
      branch.children.set(name, next);
      branch = next;
    }
  }
  return root;
};

/** All columns of a model, including those of its subtypes, because its rows may belong to them. */
export const fieldsOf = (meta: ModelMeta): readonly FieldMeta[] => {
  const { subtypes } = meta;
  if (subtypes === null) return meta.fields;
  const columns = new Set(meta.fields.map((field) => field.column));
  const more: FieldMeta[] = [];
  for (const sub of subtypes.byName.values()) {
    if (!(sub.ctor.prototype instanceof meta.ctor)) continue;
    for (const field of sub.fields) {
      if (columns.has(field.column)) continue;
      columns.add(field.column);
      more.push(field);
    }
  }
  return more.length === 0 ? meta.fields : [...meta.fields, ...more];
};

const ownNames = (names: readonly string[], prefix: string): string[] =>
  names.filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes("__")).map((name) => name.slice(prefix.length));
/** `only("album__title")` also reads the reference to the album, which is needed to attach it. */
const passedThrough = (meta: ModelMeta, names: readonly string[], prefix: string): string[] =>
  names.flatMap((name) => {
    const [first, ...rest] = name.startsWith(prefix) ? segmentsOf(name.slice(prefix.length)) : [];
    return first !== undefined && rest.length > 0 && meta.relations.get(first)?.kind === "toOne" ? [first] : [];
  });

/** The fields that only() and defer() leave; keys, versions and the discriminator are always read. */
const chosenFields = (meta: ModelMeta, state: QueryState, prefix: string): readonly FieldMeta[] => {
  const all = fieldsOf(meta);
  const only = state.only === null ? [] : [...ownNames(state.only, prefix), ...passedThrough(meta, state.only, prefix)];
  const defer = ownNames(state.defer, prefix);
  if (only.length === 0 && defer.length === 0) return all;
  const named = (names: readonly string[]): Set<FieldMeta> => new Set(names.map((name) => fieldNamed(meta, name)));
  const [kept, left] = [named(only), named(defer)];
  const always = (field: FieldMeta): boolean => field.primaryKey || field.version || field === meta.subtypes?.field;
  return all.filter((field) => always(field) || ((kept.size === 0 || kept.has(field)) && !left.has(field)));
};
const fieldNamed = (meta: ModelMeta, name: string): FieldMeta => {
  const relation = meta.relations.get(name);
  const field = name === "pk" ? meta.primaryKey[0] : relation?.kind === "toOne" ? relation.field : meta.fieldsByName.get(name);
  if (field === undefined) throw unknownName(meta, name, name, null, "field");
  return field;
};

/** Names in only() and defer() must belong to the rows themselves or to rows joined by selectRelated. */
const checkReached = ({ meta, only, defer }: QueryState, prefixes: ReadonlySet<string>): void => {
  for (const name of [...(only ?? []), ...defer]) {
    const at = name.lastIndexOf("__");
    const prefix = at < 0 ? "" : name.slice(0, at + 2);
    if (!prefixes.has(prefix))
      throw new FieldError(
        `only() or defer() of ${meta.name}: '${name}' is no column that is read: name the relation in selectRelated() first`,
      );
  }
};

const joinable = (meta: ModelMeta, name: string, path: string): ToOneMeta | ReverseOneMeta => {
  const relation: RelationMeta | undefined = meta.relations.get(name);
  if (relation?.kind === "toOne" || relation?.kind === "reverseOne") return relation;
  const possible = [...meta.relations.values()].filter((one) => one.kind === "toOne" || one.kind === "reverseOne").map((one) => one.name);
  const known =
    relation !== undefined
      ? `'${name}' of ${meta.name} ${relation.kind === "anyOf" ? "leads to one of several models" : "has many rows"}: use prefetchRelated("${path}")`
      : meta.fieldsByName.has(name)
        ? `'${name}' of ${meta.name} is a column, no relation`
        : `no relation '${name}' on ${meta.name}`;
  throw new FieldError(
    `selectRelated: ${known}.${relation === undefined ? didYouMean(name, possible) : ""} ${possible.length === 0 ? "There is no reference to one row that it could join here" : `It can take ${possible.join(", ")}`}`,
  );
};

const instances = (draft: Draft): Selection => {
  const { scope, state } = draft;
  const outputs: SelectedOutput[] = [];
  const prefixes = new Set<string>();
  const entity = (meta: ModelMeta, alias: string, branch: Branch, prefix: string): EntityShape => {
    prefixes.add(prefix);
    const fields = chosenFields(meta, state, prefix);
    const offset = outputs.length;
    for (const field of fields) outputs.push({ ...output(scope.column(alias, field)), nullable: scope.canBeNull(alias, field) });
    const joined = [...branch.children].map(([name, child]): JoinedShape => {
      const relation = joinable(meta, name, prefix + name);
      if (relation.kind === "toOne" && !fields.includes(relation.field))
        throw new FieldError(`${meta.name}.${name} cannot be both deferred and read by selectRelated`);
      const [step] = stepsOf(relation);
      if (step === undefined) throw new FieldError(`${meta.name}.${name} leads nowhere`);
      const source = scope.join(alias, step, null);
      scope.relatedSources.set(prefix + name, source);
      return { relation, entity: entity(relation.target, source, child, `${prefix}${name}__`) };
    });
    return { meta, offset, fields, joined };
  };
  const shape = entity(state.meta, scope.alias, treeOf(state.related), "");
  checkReached(state, prefixes);
  return { outputs, shape: { kind: "instances", entity: shape, annotations: annotated(draft, outputs) } };
};

const annotated = ({ scope }: Draft, outputs: SelectedOutput[]): NamedOutput[] => {
  const named: NamedOutput[] = [];
  for (const [name, { expr, nullable, hidden }] of scope.annotations) {
    if (hidden) continue;
    named.push({ name, type: expr.type, offset: outputs.length });
    outputs.push({ ...output(expr), nullable });
  }
  return named;
};

// ---------------------------------------------------------------- plain values
/** The names given to values(); all columns and annotations if none were given. */
export const valueNames = (state: QueryState, scope: Scope): readonly string[] => {
  const items = state.values?.items ?? [];
  if (items.length > 0) return items;
  return [
    ...state.meta.fields.map((field) => field.name),
    ...[...scope.annotations].filter(([, { hidden }]) => !hidden).map(([name]) => name),
  ];
};

interface ValueOutput {
  readonly key: string | null;
  readonly output: SelectedOutput;
}
/** The output of a name, or one for each column of a composite key. */
export const valuesAt = (scope: Scope, name: string): readonly ValueOutput[] => {
  if (scope.annotations.get(name)?.hidden === true)
    throw new FieldError(`'${name}' is an alias of this query and cannot be selected: use annotate() instead of alias()`);
  return pathColumns(scope, name, filterContext).map(({ key, value: { expr, nullable } }) => ({
    key,
    output: { ...output(expr), nullable },
  }));
};

/** An expression as an additional output. */
export const computedOutput = (scope: Scope, node: Node): SelectedOutput => {
  const { expr, nullable } = scope.context.resolver.value(scope, node, filterContext, null);
  return { ...output(expr), nullable };
};

const plain = ({ state, scope }: Draft, mode: "object" | "list" | "flat"): Selection => {
  const names = valueNames(state, scope);
  if (mode === "flat" && names.length !== 1) throw new FieldError(`valuesList with { flat: true } takes one name, not ${names.length}`);
  const outputs: SelectedOutput[] = [];
  const cells: NamedOutput[] = [];
  const columns: ValueColumn[] = [];
  for (const name of names) {
    const parts = valuesAt(scope, name);
    const composite = parts.length > 1;
    columns.push({ name, from: outputs.length, key: composite ? parts.map(({ key }) => key ?? "") : null });
    for (const { key, output: one } of parts) {
      cells.push({ name: key === null ? name : keyColumn(name, key), type: one.expr.type, offset: outputs.length });
      outputs.push(one);
    }
  }
  return { outputs, shape: { kind: "values", mode, outputs: cells, columns: columns.some(({ key }) => key !== null) ? columns : null } };
};

/** The outputs of the query's rows. */
export const selectionOf = (draft: Draft): Selection =>
  draft.state.values === null ? instances(draft) : plain(draft, draft.state.values.mode);

/** The outputs of a query that is used as a value: the requested values, or the key. */
export const valueSelection = (draft: Draft): readonly SelectedOutput[] => {
  const { state, scope } = draft;
  if (state.values !== null) return plain(draft, "list").outputs;
  return state.meta.primaryKey.map((field) => ({ ...output(scope.read(scope.alias, field)), nullable: false }));
};

export const exprsOf = (outputs: readonly Output[]): Expr[] => outputs.map(({ expr }) => expr);
