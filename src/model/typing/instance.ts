/** Instances: the type of each property, and the members of every instance. */

import type { schema, self } from "../../metadata/typing/keys.js";
import type { AnyOf, Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { AnyModel, FieldName, ForeignKeys, MemberName, PkOfSchema, Target } from "../../metadata/typing/schema.js";
import type { InputName } from "../../metadata/typing/input.js";
import type { UpdateValue } from "../../query/typing/update.js";
import type { Session } from "../../session/typing/session.js";
import type { IncludePath, JsonObject, PlainObject } from "./plain.js";
import type { RelatedManager } from "./queryset.js";
import type { loaded, Ref } from "./relations.js";

/** The type of a field or relation in an instance. */
type Held<D> = D extends { readonly $type: infer T }
  ? T
  : D extends One<infer F, infer N, unknown>
    ? Ref<Target<F> | N>
    : D extends Many<infer F, infer V>
      ? RelatedManager<Target<F>, V>
      : D extends ReverseOne<infer F>
        ? Ref<Target<F> | null>
        : D extends AnyOf<infer M, infer N>
          ? Ref<Target<M[keyof M]> | N>
          : never;
/**
 * The own properties of an instance; `Names` are those of its keys, computed beforehand, since members are resolved again for each type of
 * row.
 */
export type Instance<S, Names> = { -readonly [K in keyof S]: Held<S[K]> } & ForeignKeys<S, Names>;

/**
 * Options of `save()`.
 * @example user.name = "Ada"; await user.save({ fields: ["name"] });   // UPDATE users SET name = $1 WHERE id = $2
 */
export interface SaveOptions {
  /** The only fields to write. */
  readonly fields?: readonly string[] | undefined;
}

/**
 * Members of every instance. No phantom keys and no `#private` here: an exported mixin class repeats these members in its .d.ts, where
 * neither can be named.
 */
export interface Model extends AnyModel {
  /** The primary key: a value, or for composite keys an object. */
  readonly pk: unknown;
  /** Whether the row is in the database, as far as this session knows. */
  readonly isPersisted: boolean;
  /**
   * Writes this object and what it depends on, immediately; uses the object's session unless one is given.
   * @example const ada = new User({ name: "Ada" }); await ada.save(db);   // INSERT INTO users (name, …) VALUES ($1, …) RETURNING id
   *          ada.name = "Ada Lovelace"; await ada.save();   // UPDATE users SET name = $1 WHERE id = $2
   * @throws SessionError for a new object without a session, and for an object of another session
   * @throws ValidationError if its checks or clean() fail
   * @throws IntegrityError if it violates a constraint
   */
  save(db?: Session | SaveOptions, options?: SaveOptions): Promise<this>;
  /**
   * Deletes the row; with softDelete(), sets `deletedAt`.
   * @example await post.delete();   // DELETE FROM posts WHERE id = $1
   * @throws ForeignKeyViolation if protected rows refer to it
   */
  delete(db?: Session): Promise<void>;
  /**
   * Really deletes the row of a softDelete() model.
   * @example await note.hardDelete();   // DELETE FROM notes WHERE id = $1
   */
  hardDelete(db?: Session): Promise<void>;
  /**
   * Undoes a soft deletion.
   * @example await note.delete(); await note.restore();   // UPDATE notes SET deleted_at = NULL WHERE id = $2
   */
  restore(db?: Session): Promise<void>;
  /**
   * A hook to override: runs before every INSERT and UPDATE; throw ValidationError to refuse. Like Django's `clean()`, but always called.
   * @example override clean() { if (this.name === this.email) throw new ValidationError({ name: "is not an address" }); }
   */
  clean(): void | Promise<void>;
  /**
   * Runs field checks, `.check` schemas and clean(), without writing.
   * @throws ValidationError with messages by field
   */
  fullClean(): Promise<void>;
  /**
   * Reads the row again and discards unsaved changes.
   * @example await user.refresh();   // SELECT … FROM users WHERE id = $1
   * @throws DoesNotExist if the row was deleted
   */
  refresh(): Promise<this>;
  /** Columns that are not hidden and annotations in JSON form, so that `JSON.stringify(user)` and `res.json(user)` work. */
  toJSON(): Record<string, unknown>;
  /** Columns and annotations, unconverted. */
  toObject(options?: { include?: readonly string[]; json?: boolean }): object;
}
/** The typed part of an instance, with its fields. */
export interface ModelOf<Self, S, Names> extends Model {
  readonly [self]: Self;
  readonly [schema]: S;
  readonly [loaded]: true;
  readonly pk: PkOfSchema<S>;
  /**
   * Reads columns deferred by only() or defer(); returns the same instance, typed with them.
   * @example const thin = await User.objects.defer("bio").get(db, { id: 1 });
   *          const full = await thin.load("bio"); full.bio;   // SELECT id, bio FROM users WHERE id = $1
   * @throws FieldError for a field the model does not have
   */
  load<const K extends FieldName<S>>(...names: K[]): Promise<this & Pick<Instance<S, Names>, K & keyof Instance<S, Names>>>;
  /**
   * Assigns several fields; the database computes expressions at the next flush.
   * @example post.set({ title: "New", views: F("views").add(1) }); await db.flush();
   *          // UPDATE posts SET title = $1, views = views + 1, … WHERE id = $4 RETURNING views
   * @throws ValidationError for unknown names, `undefined`, and fields with `.editable(false)`
   */
  // eslint-disable-next-line typescript/no-unnecessary-type-parameters -- inferred, so that unknown names are seen in spreads too
  set<V = { [K in InputName<S>]?: unknown }>(values: { [K in keyof V]: UpdateValue<this, S, K> }): this;
  /**
   * Columns, annotations and loaded relations; with `json`, in JSON form. Hidden columns are included only if named.
   * @example post.toObject({ include: ["author", "tags__label"] });   // { id, title, …, author: {…}, tags: […] }
   *          post.toObject({ json: true }).createdAt;   // "2024-02-29T12:00:00.000Z"
   * @throws NotLoaded for a relation that is not loaded
   */
  toObject<const P extends readonly string[] = [], const J extends boolean = false>(options?: {
    include?: { [K in keyof P]: IncludePath<Self, P[K]> };
    json?: J;
  }): J extends true ? JsonObject<PlainObject<S, P[number]>> : PlainObject<S, P[number]>;
  /**
   * Reads the row again and discards unsaved changes; with names, reads only those fields and relations, and other changes stay.
   * @example await user.refresh();                    // SELECT … FROM users WHERE id = $1
   *          await user.refresh(["name", "posts"]);   // SELECT id, name FROM users WHERE id = $1; SELECT … FROM posts WHERE author_id = ANY($1)
   */
  refresh(names?: readonly MemberName<S>[]): Promise<this>;
}
