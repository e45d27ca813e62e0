/** The relation builders and their chains. Targets are functions, which are only called when the registry resolves the model. */

import { ConfigurationError } from "../errors.js";
import { aFunction, knownOptions, nonEmptyText, oneOf, refuseArgument } from "./argument.js";
import { type AnyOfDefinition, Declared, type LinkDefinition, type ReferenceDefinition, type ReverseDefinition } from "./definition.js";
import type { OnDelete } from "./model-meta.js";
import type {
  AnyOfFunction,
  AnyOfOptions,
  CollectionOptions,
  ForeignKeyFunction,
  HasManyFunction,
  HasOneFunction,
  ManyToManyFunction,
  ManyToManyOptions,
  ReferenceOptions,
} from "./typing/fields.js";

const withoutDefault = ["cascade", "protect", "restrict", "setNull", "nothing", "doNothing"] as const;
const onDeleteActions = [...withoutDefault, "setDefault"] as const;

/** "doNothing" is Django's name for "nothing". */
const onDeleteOf = (builder: string, given: unknown, allowed: readonly (OnDelete | "doNothing")[]): OnDelete => {
  const action = oneOf(builder, "onDelete", given ?? "protect", allowed);
  return action === "doNothing" ? "nothing" : action;
};

class ReferenceBuilder extends Declared<ReferenceDefinition> {
  nullable(): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ nullable: true }));
  }
  primaryKey(): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ primaryKey: true }));
  }
  unique(): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ unique: true }));
  }
  index(): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ index: true }));
  }
  column(name: string): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ column: nonEmptyText("column()", name, "the column's name") }));
  }
  renamedFrom(column: string): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ renamedFrom: nonEmptyText("renamedFrom()", column, "the key column's former name") }));
  }
  comment(text: string): ReferenceBuilder {
    return new ReferenceBuilder(this.changed({ comment: nonEmptyText("comment()", text, "a text for people") }));
  }
  default(value: unknown): ReferenceBuilder {
    // The default is also part of the database schema, so it cannot be a function.
    if (value === undefined || value === null || typeof value === "function")
      return refuseArgument("default()", "the key of a row, as in default(1)", value);
    return new ReferenceBuilder(this.changed({ default: { value } }));
  }
}

class AnyOfBuilder extends Declared<AnyOfDefinition> {
  nullable(): AnyOfBuilder {
    return new AnyOfBuilder(this.changed({ nullable: true }));
  }
}

const thunk = (builder: string, target: unknown): (() => unknown) => {
  // A class is a function too, but calling it without `new` would fail later with a confusing error.
  if (typeof target === "function" && /^class\b/.test(Function.prototype.toString.call(target)))
    throw new ConfigurationError(
      `${builder}: expected a function that gives the model, got the class itself; write () => ${(target as { name: string }).name}`,
    );
  return aFunction(builder, target as () => unknown, "a function that gives the model, as in () => User");
};

const reference =
  (builder: ReferenceDefinition["builder"]) =>
  (target: unknown, given?: ReferenceOptions): ReferenceBuilder => {
    const name = `${builder}()`;
    const options = knownOptions(name, given, ["onDelete", "by", "onUpdate", "deferrable", "reverse"]);
    return new ReferenceBuilder({
      kind: "reference",
      builder,
      target: thunk(name, target),
      nullable: false,
      primaryKey: false,
      unique: builder === "oneToOne",
      // Needed when a parent is deleted and when children are loaded.
      index: true,
      column: null,
      default: null,
      onDelete: onDeleteOf(name, options.onDelete, onDeleteActions),
      onDeleteBy: oneOf(name, "by", options.by ?? "database", ["database", "session"]),
      onUpdate: options.onUpdate === undefined ? null : oneOf(name, "onUpdate", options.onUpdate, ["cascade"]),
      deferrable: options.deferrable === undefined ? null : oneOf(name, "deferrable", options.deferrable, ["immediate", "deferred"]),
      renamedFrom: null,
      comment: null,
      reverse: options.reverse === undefined ? null : nonEmptyText(name, options.reverse, "a relation's name as `reverse`"),
    });
  };

const reverse =
  (builder: ReverseDefinition["builder"]) =>
  (target: unknown, via: string, given?: CollectionOptions): Declared<ReverseDefinition> => {
    const name = `${builder}()`;
    const options = knownOptions(name, given, ["orphans"]);
    return new Declared<ReverseDefinition>({
      kind: "reverse",
      builder,
      target: thunk(name, target),
      via: nonEmptyText(name, via, "the name of the target's foreign key that leads back"),
      orphans: options.orphans === undefined ? null : oneOf(name, "orphans", options.orphans, ["keep", "delete"]),
    });
  };

const link = (target: unknown, given?: ManyToManyOptions<unknown>): Declared<LinkDefinition> => {
  const name = "manyToMany()";
  const options = knownOptions(name, given, ["reverse", "through", "throughFields", "table", "columns", "symmetrical"]);
  if (options.through !== undefined && (options.table !== undefined || options.columns !== undefined))
    throw new ConfigurationError(
      `${name}: \`table\` and \`columns\` are for the automatic table; the model given as \`through\` says its own`,
    );
  if (options.throughFields !== undefined && options.through === undefined)
    throw new ConfigurationError(`${name}: \`throughFields\` needs \`through\``);
  if (options.symmetrical === true && options.reverse !== undefined)
    throw new ConfigurationError(`${name}: a symmetrical relation is its own reverse; leave \`reverse\` out`);
  return new Declared<LinkDefinition>({
    kind: "link",
    builder: "manyToMany",
    target: thunk(name, target),
    reverse: options.reverse === undefined ? null : nonEmptyText(name, options.reverse, "a relation's name as `reverse`"),
    through: options.through === undefined ? null : thunk(`${name} through`, options.through),
    throughFields: pair(name, "throughFields", options.throughFields),
    table: options.table === undefined ? null : nonEmptyText(name, options.table, "the link table's name as `table`"),
    columns: pair(name, "columns", options.columns),
    symmetrical:
      options.symmetrical === undefined || typeof options.symmetrical === "boolean"
        ? (options.symmetrical ?? null)
        : refuseArgument(name, "true or false as `symmetrical`", options.symmetrical),
  });
};

const pair = (builder: string, option: string, value: unknown): readonly [string, string] | null => {
  if (value === undefined) return null;
  if (!Array.isArray(value) || value.length !== 2 || value[0] === value[1])
    return refuseArgument(builder, `two different names as \`${option}\`: near, far`, value);
  return Object.freeze([
    nonEmptyText(builder, value[0], `names as \`${option}\``),
    nonEmptyText(builder, value[1], `names as \`${option}\``),
  ]);
};

const any = (targets: unknown, given?: AnyOfOptions): AnyOfBuilder => {
  const name = "anyOf()";
  const options = knownOptions(name, given, ["onDelete"]);
  if (typeof targets !== "object" || targets === null || Object.keys(targets).length === 0)
    return refuseArgument(name, "models by their stored names, as in { post: () => Post, photo: () => Photo }", targets);
  const thunks: Record<string, () => unknown> = Object.create(null) as Record<string, () => unknown>;
  for (const [key, target] of Object.entries(targets)) thunks[nonEmptyText(name, key, "names that are not empty")] = thunk(name, target);
  return new AnyOfBuilder({
    kind: "anyOf",
    builder: "anyOf",
    targets: Object.freeze(thunks),
    nullable: false,
    onDelete: onDeleteOf(name, options.onDelete, withoutDefault),
  });
};

/**
 * A reference to one row of another model; also adds the key as `authorId`.
 *
 * ```ts
 * author: foreignKey(() => User, { onDelete: "cascade" })
 * // "author_id" bigint NOT NULL, FOREIGN KEY ("author_id") REFERENCES "users" ("id") ON DELETE CASCADE
 * ```
 * `onDelete` defaults to `protect`: "cascade", "protect", "restrict", "setNull", "setDefault" (with `.default(key)`), "nothing"; `by:
 * "session"` leaves it out of the constraint. For the signals of cascaded rows see docs/signals.md.
 * @function
 */
export const foreignKey = reference("foreignKey") as unknown as ForeignKeyFunction;
/**
 * A foreign key with a unique constraint: `user: oneToOne(() => User)`.
 * @function
 */
export const oneToOne = reference("oneToOne") as unknown as ForeignKeyFunction;
/**
 * The rows whose foreign key `via` refers to this one: `posts: hasMany(() => Post, "author")`. With `orphans: "delete"`, members removed
 * from the collection are deleted.
 * @function
 */
export const hasMany = reverse("hasMany") as unknown as HasManyFunction;
/**
 * The row whose one-to-one `via` refers to this one, or null: `profile: hasOne(() => Profile, "user")`.
 * @function
 */
export const hasOne = reverse("hasOne") as unknown as HasOneFunction;
/**
 * Many rows on both sides, through a generated link table (`posts_tags(post_id, tag_id)`) or a custom link model: `tags: manyToMany(() =>
 * Tag, { reverse: "posts" })`, `manyToMany(() => Tag, { through: () => PostTag })`.
 * @function
 */
export const manyToMany = link as unknown as ManyToManyFunction;
/**
 * A row of one of several models, stored as `aboutType` and `aboutId`: `about: anyOf({ post: () => Post, photo: () => Photo })`.
 * @function
 */
export const anyOf = any as unknown as AnyOfFunction;
