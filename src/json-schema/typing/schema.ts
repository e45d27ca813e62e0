/** Schemas of models as the compiler sees them: what may be given, what comes out. */

import type { JsonNull, One } from "../../metadata/typing/fields.js";
import type { RequiredName } from "../../metadata/typing/input.js";
import type { StandardSchema } from "../../metadata/typing/standard-schema.js";
import type { AnyField, AnyReference, FieldName, PkOf, SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { AddedTo } from "../../query/typing/keys.js";
import type { IncludePath, JsonObject, PlainObject } from "../../model/typing/plain.js";

/** A JSON Schema: an object with its keywords. */
export type JSONSchema = { readonly [keyword: string]: unknown };

/** What the Standard JSON Schema interface is asked: the dialect, `"draft-2020-12"` or `"draft-07"`. */
export interface JSONSchemaOptions {
  /** The dialect that is wanted. */
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0" | (string & {});
  /** Options of the library that makes the schema; there are none here. */
  readonly libraryOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** What is wrong with a value: a sentence, and the names that lead to the place. */
export interface SchemaIssue {
  /** A sentence for people. */
  readonly message: string;
  /** The names that lead to the place; empty for the value as a whole. */
  readonly path: readonly PropertyKey[];
}
/** What checking gives: the value, or what is wrong with it. */
export type SchemaResult<T> = SchemaSuccess<T> | SchemaFailure;
interface SchemaSuccess<T> {
  readonly value: T;
  readonly issues?: undefined;
}
interface SchemaFailure {
  readonly issues: readonly SchemaIssue[];
}

/**
 * A schema made from a model. It is a Standard Schema with the Standard JSON Schema extension, so frameworks, form libraries and OpenAPI
 * generators take it as it is.
 */
export interface ModelSchema<out Input, out Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "flash-db";
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly jsonSchema: {
      readonly input: (options: JSONSchemaOptions) => Record<string, unknown>;
      readonly output: (options: JSONSchemaOptions) => Record<string, unknown>;
    };
  };
  /**
   * The checked values, ready for `create()` or `set()`.
   * @example const data = await createSchema(User).parse({ name: "Cid", email: "cid@example.org" }); await User.objects.create(db, data);
   * @throws ValidationError with messages by property name
   */
  parse(value: unknown): Promise<Output>;
  /**
   * What the schema says, in JSON Schema 2020-12.
   * @example createSchema(User).toJSONSchema();   // { type: "object", properties: { name: { type: "string" }, … }, required: ["name"], … }
   */
  toJSONSchema(): Record<string, unknown>;
}
/** A schema of rows as they go out: it also writes them. */
export interface ReadSchema<in out I, out Output> extends ModelSchema<I | Output, Output> {
  /**
   * The instance as JSON has it, with its annotations.
   * @example readSchema(Post, { include: ["author"] }).serialize(post);   // { id: 1, title: "Notes", …, author: { … } }
   * @throws NotLoaded for a relation that is not loaded
   */
  serialize<R extends I>(object: R): Output & JsonObject<AddedTo<R>>;
}

/** Which fields a schema of input has. */
export interface InputSchemaOptions<S> {
  /** These and no others. */
  readonly only?: readonly FieldName<S>[] | undefined;
  /** These too: keys, versions, hidden fields and those that are not editable are left out otherwise. */
  readonly include?: readonly FieldName<S>[] | undefined;
  /** Without these. */
  readonly exclude?: readonly FieldName<S>[] | undefined;
  /**
   * What belongs to the input and not to the model, each by a Standard Schema (zod, valibot, arktype).
   * @example createSchema(User, { extra: { password: z.string().min(8) } })
   */
  readonly extra?: Readonly<Record<string, StandardSchema>> | undefined;
}
type ExtraOutput<O> = O extends { readonly extra: infer E }
  ? { [K in keyof E]: E[K] extends StandardSchema<infer T> ? T : never }
  : unknown;
type ExtraInput<O> = O extends { readonly extra: infer E }
  ? { [K in keyof E]: E[K] extends { readonly "~standard": { readonly types?: { readonly input: infer T } | undefined } } ? T : never }
  : unknown;
type Optional<E> = unknown extends E ? unknown : Partial<E>;
/** No choice made. */
interface Usual {
  readonly only?: undefined;
}
interface LeftOutField {
  readonly $pk: true | "hidden" | "readonly";
}
interface NeverGiven {
  readonly $input: never;
}
/** The fields that come from outside. */
type UsualName<S> = {
  [K in keyof S]: S[K] extends LeftOutField | NeverGiven
    ? never
    : S[K] extends AnyField
      ? K
      : S[K] extends AnyReference
        ? `${K & string}Id`
        : never;
}[keyof S];
type InputNames<S, O> = O extends { readonly only: readonly (infer N)[] }
  ? N
  : Exclude<UsualName<S> | Listed<O, "include">, Listed<O, "exclude">>;
type Listed<O, L> = L extends keyof O ? (O[L] extends readonly (infer N)[] ? N : never) : never;

type FieldValue<S, K> = K extends keyof S
  ? S[K] extends { readonly $type: infer T }
    ? T
    : never
  : K extends `${infer H}Id`
    ? H extends keyof S
      ? S[H] extends One<infer F, infer N, unknown>
        ? PkOf<Target<F>> | N
        : never
      : never
    : never;
/** The form of JSON, or that of an instance. */
type Given<T> = T extends Date | bigint | Uint8Array
  ? T | string
  : T extends JsonNull
    ? never
    : T extends readonly (infer E)[]
      ? readonly Given<E>[]
      : T;

type Flat<O> = { [K in keyof O]: O[K] };
type CreateOutput<S, N, R = RequiredName<S>> = Flat<
  { [K in N & R & PropertyKey]: FieldValue<S, K> } & { [K in Exclude<N, R> & PropertyKey]?: FieldValue<S, K> }
>;
type CreateGiven<S, N, R = RequiredName<S>> = Flat<
  { [K in N & R & PropertyKey]: Given<FieldValue<S, K>> } & { [K in Exclude<N, R> & PropertyKey]?: Given<FieldValue<S, K>> }
>;
type UpdateOutput<S, N> = { [K in N & PropertyKey]?: FieldValue<S, K> };
type UpdateGiven<S, N> = { [K in N & PropertyKey]?: Given<FieldValue<S, K>> };

/** A class by its instances, so that nothing else of it is looked at. */
interface ClassOf<out I> {
  readonly prototype: I;
}
/** The type of `createSchema()`. */
export type CreateSchemaFunction = <I, const O extends InputSchemaOptions<SchemaOf<I>> = Usual>(
  model: ClassOf<I>,
  options?: O,
) => ModelSchema<
  CreateGiven<SchemaOf<I>, InputNames<SchemaOf<I>, O>> & ExtraInput<O>,
  CreateOutput<SchemaOf<I>, InputNames<SchemaOf<I>, O>> & ExtraOutput<O>
>;
/** The type of `updateSchema()`. */
export type UpdateSchemaFunction = <I, const O extends InputSchemaOptions<SchemaOf<I>> = Usual>(
  model: ClassOf<I>,
  options?: O,
) => ModelSchema<
  UpdateGiven<SchemaOf<I>, InputNames<SchemaOf<I>, O>> & Optional<ExtraInput<O>>,
  UpdateOutput<SchemaOf<I>, InputNames<SchemaOf<I>, O>> & Optional<ExtraOutput<O>>
>;

/** The type of `readSchema()`. */
export type ReadSchemaFunction = <I, const P extends readonly string[] = [], const E extends FieldName<SchemaOf<I>> = never>(
  model: ClassOf<I>,
  options?: {
    /** Relations, columns of relations, and hidden columns, as in `toObject({ include })`. */
    readonly include?: { [K in keyof P]: IncludePath<I, P[K]> } | undefined;
    /** Without these columns. */
    readonly exclude?: readonly E[] | undefined;
  },
) => ReadSchema<I, Omit<JsonObject<PlainObject<SchemaOf<I>, P[number]>>, E>>;
