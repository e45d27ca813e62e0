/** Instances: what they hold for each field, and what every one can do. */

import type { schema, self } from "../../metadata/typing/keys.js";
import type { AnyOf, Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { AnyModel, FieldName, ForeignKeys, PkOfSchema, RelationName, Target } from "../../metadata/typing/schema.js";
import type { InputName, InputValue } from "../../metadata/typing/input.js";
import type { ExpressionOn } from "../../query/typing/checked.js";
import type { Session } from "../../session/typing.js";
import type { IncludePath, PlainObject } from "./plain.js";
import type { RelatedManager } from "./queryset.js";
import type { loaded, Ref } from "./relations.js";

/** What an instance holds for a field or relation. */
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
/** The own properties of an instance; `Names` are those of its keys, known beforehand, since members are resolved anew for each type of row. */
export type Instance<S, Names> = { -readonly [K in keyof S]: Held<S[K]> } & ForeignKeys<S, Names>;

export interface SaveOptions {
  /** Only these are written. */
  readonly fields?: readonly string[] | undefined;
}

/**
 * What every instance can do. No phantom keys and no `#private` here: an exported mixin class repeats these members in its .d.ts,
 * and neither can be named there.
 */
export interface Model extends AnyModel {
  /** The primary key: a value, or for several columns an object. */
  readonly pk: unknown;
  /** The row is in the database, as far as this session knows. */
  readonly isPersisted: boolean;
  /** Writes this object, and what it depends on, now. */
  save(db?: Session | SaveOptions, options?: SaveOptions): Promise<this>;
  /** Deletes the row; with softDelete() it sets `deletedAt`. */
  delete(db?: Session): Promise<void>;
  /** Deletes the row of a softDelete() model for good. */
  hardDelete(db?: Session): Promise<void>;
  /** Takes a soft delete back. */
  restore(db?: Session): Promise<void>;
  /** A hook: runs before every INSERT and UPDATE; throw ValidationError to refuse. */
  clean(): void | Promise<void>;
  /** Field checks, `.check` schemas and clean(), without writing. */
  fullClean(): Promise<void>;
  /** Reads the row again. */
  refresh(): Promise<this>;
  /** Columns and annotations, as JSON takes them. */
  toJSON(): Record<string, unknown>;
  /** Columns and annotations as they are. */
  toObject(options?: { include?: readonly string[] }): object;
}
/** The part of an instance that knows its fields. */
export interface ModelOf<Self, S, Names> extends Model {
  readonly [self]: Self;
  readonly [schema]: S;
  readonly [loaded]: true;
  readonly pk: PkOfSchema<S>;
  /** Reads columns left out by only() or defer(). */
  load<const K extends FieldName<S>>(...names: K[]): Promise<this & Pick<Instance<S, Names>, K & keyof Instance<S, Names>>>;
  /** Assigns several fields; expressions are computed by the next flush: `post.set({ views: F("views").add(1) })`. */
  set(values: { [K in InputName<S>]?: InputValue<this, S, K, ExpressionOn<this, unknown>> }): this;
  /** Columns and annotations as they are, and loaded relations: `toObject({ include: ["author", "tags__label"] })`. */
  toObject<const P extends readonly string[] = []>(options?: {
    include?: { [K in keyof P]: IncludePath<Self, P[K]> };
  }): PlainObject<S, P[number]>;
  /** Reads the row again, and the relations named. */
  refresh(relations?: readonly RelationName<S>[]): Promise<this>;
}
