/** A SELECT under construction: its root, the joins that paths have requested, and the annotations so far. */

import { FieldError } from "../../../errors.js";
import type { FieldMeta, ManyToManyMeta, ModelMeta, RelationMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import {
  alwaysTrue,
  and,
  column,
  equals,
  exists,
  fromCommon,
  fromTable,
  inArray,
  isNotNull,
  isNull,
  join,
  literal,
  output,
  param,
  select,
  table,
} from "../../../sql/factories/index.js";
import type { ColumnNode, Expr, Join, Source } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import type { Node } from "../../state.js";
import type { ContextOf, Resolved, ResolverOf, ConditionContext } from "./context.js";

export type PlanContext = ContextOf<Scope>;
export type Resolver = ResolverOf<Scope>;
/** Resolves one kind of expression; `expected` is the type that its context suggests. */
export type Handler<K extends Node["kind"]> = (
  scope: Scope,
  node: Extract<Node, { kind: K }>,
  conditionContext: ConditionContext,
  expected: ColumnType | null,
) => Resolved;

/** One join: the columns compared, and whether there may be no row or several. */
export interface Step {
  readonly target: ModelMeta;
  readonly parentField: FieldMeta;
  readonly targetField: FieldMeta;
  readonly nullable: boolean;
  readonly many: boolean;
  /** Whether soft-deleted rows and rows of other subtypes are excluded. */
  readonly alive: boolean;
  /** For a link table: its rows count only if this further step finds a visible row. */
  readonly linked: Step | null;
}

const along = (relation: ToOneMeta): Step => ({
  target: relation.target,
  parentField: relation.field,
  targetField: relation.targetField,
  nullable: relation.nullable,
  many: false,
  alive: false,
  linked: null,
});
const against = (via: ToOneMeta, target: ModelMeta, many: boolean): Step => ({
  target,
  parentField: via.targetField,
  targetField: via.field,
  nullable: true,
  many,
  alive: true,
  linked: null,
});

const overLinks = ({ near, through, far, target }: ManyToManyMeta): readonly Step[] => {
  const last = { ...along(far), alive: true };
  return [{ ...against(near, through, true), linked: isHideable(target) ? last : null }, last];
};

/** From the rows of a many-to-many relation back to their link rows. */
export const linkStep = ({ far, through }: ManyToManyMeta): Step => against(far, through, true);

/** The tables that a relation leads through. */
export const stepsOf = (relation: RelationMeta): readonly Step[] => {
  switch (relation.kind) {
    case "toOne":
      return [along(relation)];
    case "toMany":
      return [against(relation.via, relation.target, true)];
    case "reverseOne":
      return [against(relation.via, relation.target, false)];
    case "manyToMany":
      return overLinks(relation);
    case "anyOf":
      throw new FieldError(`${relation.owner.name}.${relation.name} leads to one of several models: no path goes on from it`);
  }
};

interface JoinEntry {
  readonly alias: string;
  readonly parent: string;
  readonly step: Step;
  readonly nullable: boolean;
  /** Steps with equal keys from the same parent may share a join. */
  readonly key: string;
  kind: "inner" | "left";
}

/** A common table joined to the root: its alias, and its columns by user-facing name. */
export interface CommonColumns {
  readonly name: string;
  readonly alias: string;
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly type: ColumnType }>;
}

export interface KnownAnnotation extends Resolved {
  readonly hidden: boolean;
}

const LONGEST_ALIAS = 48;

export class Scope {
  readonly context: PlanContext;
  readonly meta: ModelMeta;
  readonly alias: string;
  readonly source: Source;
  /** The scope of the enclosing query. */
  readonly outer: Scope | null;
  /** The scope of the query as written: itself, or the one that created this scope for an EXISTS. */
  readonly owner: Scope;
  readonly annotations = new Map<string, KnownAnnotation>();
  /** Aliases of the relations in selectRelated, by path. */
  readonly relatedSources = new Map<string, string>();
  /** Whether a to-many join multiplies the rows. */
  multiplied = false;
  /** Whether the rows are groups of values. */
  grouped = false;
  /** Whether a sub-query reads a value that is computed for a group or a window of these rows. */
  readInside = false;
  readonly #joins = new Map<string, JoinEntry>();
  /** The columns that the root has, if it is not the model's whole table. */
  readonly #columns: ReadonlySet<string> | null;
  /** Common tables joined to the root, by name. */
  readonly #tables = new Map<string, CommonColumns>();

  constructor(
    context: PlanContext,
    meta: ModelMeta,
    outer: Scope | null,
    options: {
      readonly from?: ((alias: string) => Source) | undefined;
      readonly part?: boolean;
      readonly columns?: ReadonlySet<string>;
    } = {},
  ) {
    this.#columns = options.columns ?? null;
    this.context = context;
    this.meta = meta;
    this.outer = outer;
    this.owner = options.part === true && outer !== null ? outer.owner : this;
    this.alias = newAlias(context, meta.table);
    this.source = options.from?.(this.alias) ?? fromTable(table(meta.table, meta.schema), this.alias);
    context.models.add(meta);
  }

  /** The scope of the enclosing query, as written. */
  get around(): Scope | null {
    return this.owner.outer?.owner ?? null;
  }

  isLeft(alias: string): boolean {
    return this.#joins.get(alias)?.kind === "left";
  }

  /**
   * Whether the row of a source may be missing once the whole condition is known. A join that is INNER now may become LEFT when another
   * part of an OR is resolved, so conditions must guard against NULL by this rather than by the current kind of join.
   */
  isOptional(alias: string): boolean {
    for (let entry = this.#joins.get(alias); entry !== undefined; entry = this.#joins.get(entry.parent)) if (entry.nullable) return true;
    return false;
  }

  /** A column of a source in this scope. */
  column(alias: string, field: FieldMeta): ColumnNode {
    this.#check(alias, field);
    return column(alias, field.column, field.type, { collate: field.collate, notNull: !field.nullable && !this.isLeft(alias) });
  }

  #check(alias: string, field: FieldMeta): void {
    if (this.#columns === null || alias !== this.alias || this.#columns.has(field.column)) return;
    const names = this.meta.fields.filter((one) => this.#columns?.has(one.column)).map((one) => one.name);
    throw new FieldError(`this union of ${this.meta.name} has no column '${field.name}'. Its parts select ${names.join(", ") || "none"}`);
  }

  canBeNull(alias: string, field: FieldMeta): boolean {
    return field.nullable || this.isOptional(alias);
  }

  /** A column that a condition, an order or an output reads, so that changes to it affect the result. */
  read(alias: string, field: FieldMeta): ColumnNode {
    this.context.fields.add(field);
    return this.column(alias, field);
  }

  /** Registers a common table that is joined to the root. */
  attach(name: string, columns: CommonColumns["columns"]): void {
    this.#tables.set(name, { name, alias: newAlias(this.context, name), columns });
  }

  /** The common table of this name, in this scope or an enclosing one. */
  table(name: string): CommonColumns | null {
    return this.#tables.get(name) ?? this.outer?.table(name) ?? null;
  }

  /** Whether the source is joined over a to-many relation. */
  isMany(alias: string): boolean {
    return this.#joins.get(alias)?.step.many ?? false;
  }

  /** The model of a source in this scope. */
  modelOf(alias: string): ModelMeta | null {
    return alias === this.alias ? this.meta : (this.#joins.get(alias)?.step.target ?? null);
  }

  /** Joins one step from `parent`, or returns a join that may be shared: any for to-one, only those in `reuse` for to-many. */
  join(parent: string, step: Step, reuse: ReadonlySet<string> | null): string {
    const key = keyOfStep(step);
    return this.#shared(parent, key, step.many ? reuse : null) ?? this.#add(parent, step, key);
  }

  /** The join over this step among `reuse`, if any. */
  joined(parent: string, step: Step, reuse: ReadonlySet<string>): string | null {
    return this.#shared(parent, keyOfStep(step), reuse);
  }

  #shared(parent: string, key: string, among: ReadonlySet<string> | null): string | null {
    let found: string | null = null;
    for (const entry of this.#joins.values()) {
      if (entry.parent === parent && entry.key === key && (among === null || among.has(entry.alias))) found = entry.alias;
    }
    return found;
  }

  #add(parent: string, step: Step, key: string): string {
    const alias = newAlias(this.context, step.target.table);
    const kind = step.nullable || this.isLeft(parent) ? "left" : "inner";
    this.#check(parent, step.parentField);
    if (step.many) this.multiplied = true;
    this.context.models.add(step.target);
    this.context.fields.add(step.parentField).add(step.targetField);
    this.#joins.set(alias, { alias, parent, step, nullable: step.nullable, key, kind });
    return alias;
  }

  /** Whether an INNER join after a link table already excludes hidden rows. */
  #isFollowed(alias: string, step: Step): boolean {
    return [...this.#joins.values()].some((entry) => entry.parent === alias && entry.key === keyOfStep(step) && entry.kind === "inner");
  }

  get innerJoins(): Set<string> {
    return new Set([...this.#joins.values()].filter((entry) => entry.kind === "inner").map((entry) => entry.alias));
  }

  /** Makes joins LEFT where a row may be missing, and all joins that depend on them. */
  promote(aliases: Iterable<string>): void {
    const waiting = [...aliases];
    for (let alias = waiting.shift(); alias !== undefined; alias = waiting.shift()) {
      const entry = this.#joins.get(alias);
      if (entry === undefined || entry.kind === "left" || !(entry.nullable || this.isLeft(entry.parent))) continue;
      entry.kind = "left";
      for (const other of this.#joins.values()) if (other.parent === alias) waiting.push(other.alias);
    }
  }

  /** INNER, and everything on the way to it. */
  demote(aliases: Iterable<string>): void {
    for (const alias of this.wayTo(aliases)) {
      const entry = this.#joins.get(alias);
      if (entry !== undefined) entry.kind = "inner";
    }
  }

  /** These joins and all on the way to them. */
  wayTo(aliases: Iterable<string>): ReadonlySet<string> {
    const way = new Set<string>();
    for (const alias of aliases)
      for (let entry = this.#joins.get(alias); entry !== undefined; entry = this.#joins.get(entry.parent)) way.add(entry.alias);
    return way;
  }

  /** The joins as they have become. */
  joins(): Join[] {
    const beside = [...this.#tables.values()].map(({ name, alias }) => join("inner", fromCommon(name, alias), alwaysTrue));
    return beside.concat(
      [...this.#joins.values()].map((entry) => {
        const { step } = entry;
        const on = [
          equals(
            column(entry.parent, step.parentField.column, step.parentField.type),
            column(entry.alias, step.targetField.column, step.targetField.type),
          ),
        ];
        if (step.alive) on.push(...aliveConditions(step.target, entry.alias));
        if (step.linked !== null && !this.#isFollowed(entry.alias, step.linked)) on.push(linksTo(this.context, entry.alias, step.linked));
        return join(entry.kind, fromTable(table(step.target.table, step.target.schema), entry.alias), and(...on));
      }),
    );
  }
}

const keyOfStep = ({ target, targetField, parentField, alive, linked }: Step): string =>
  `${target.schema ?? ""}.${target.table} ${targetField.column} ${parentField.column}${(alive && isHideable(target)) || linked !== null ? " alive" : ""}`;

/** Whether a row of a link table links to a row that is not hidden. */
const linksTo = (context: PlanContext, alias: string, { target, targetField, parentField }: Step): Expr => {
  const inside = newAlias(context, target.table);
  const linked = equals(column(inside, targetField.column, targetField.type), column(alias, parentField.column, parentField.type));
  const from = fromTable(table(target.table, target.schema), inside);
  return exists(select({ outputs: [output(literal(1))], from, where: and(linked, ...aliveConditions(target, inside)) }));
};

/** The table's name where it is free, so that statements read well. */
const newAlias = (context: PlanContext, name: string): string => {
  const base = name.length > LONGEST_ALIAS ? "t" : name;
  let alias = base;
  for (let number = 2; context.aliases.has(alias); number++) alias = `${base}_${number}`;
  context.aliases.add(alias);
  return alias;
};

/** Not soft-deleted, and of the right subtype. */
export const aliveConditions = (meta: ModelMeta, alias: string, deleted: "hide" | "include" | "only" = "hide"): Expr[] => {
  const conditions: Expr[] = [];
  const soft = meta.softDeleteField;
  if (soft !== null && deleted !== "include") {
    const mark = column(alias, soft.column, soft.type);
    conditions.push(deleted === "hide" ? isNull(mark) : isNotNull(mark));
  }
  const { subtypes } = meta;
  if (subtypes !== null && subtypes.base !== meta) {
    const kind = column(alias, subtypes.field.column, subtypes.field.type);
    const names = [...subtypes.byName].filter(([, sub]) => sub === meta || sub.ctor.prototype instanceof meta.ctor).map(([name]) => name);
    const [only] = names;
    conditions.push(
      names.length === 1 && only !== undefined
        ? equals(kind, param(only, types.text))
        : inArray(kind, param(names, types.array(types.text))),
    );
  }
  return conditions;
};

/** Whether rows of the model can be hidden from a join. */
export const isHideable = (meta: ModelMeta): boolean =>
  meta.softDeleteField !== null || (meta.subtypes !== null && meta.subtypes.base !== meta);
