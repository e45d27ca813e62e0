/** Types of schemas generated from models: input and output. */

import type { JsonNull, One } from "../../metadata/typing/fields.js";
import type { RequiredName } from "../../metadata/typing/input.js";
import type { StandardSchema } from "../../metadata/typing/standard-schema.js";
import type { AnyField, AnyReference, FieldName, PkOf, SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { AddedTo } from "../../query/typing/keys.js";
import type { IncludePath, JsonObject, PlainObject } from "../../model/typing/plain.js";

/** A JSON Schema: an object with its keywords. */
export type JSONSchema = { readonly [keyword: string]: unknown };

/** Options of the Standard JSON Schema interface. */
export interface JSONSchemaOptions {
  /** The requested dialect. */
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0" | (string & {});
  /** Library-specific options; there are none. */
  readonly libraryOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** A validation issue: a message, and the path to its location. */
export interface SchemaIssue {
  /** A message for people. */
  readonly message: string;
  /** The path to the location; empty for the value as a whole. */
  readonly path: readonly PropertyKey[];
}
/** The result of validation: the value, or the issues. */
export type SchemaResult<T> = SchemaSuccess<T> | SchemaFailure;
interface SchemaSuccess<T> {
  readonly value: T;
  readonly issues?: undefined;
}
interface SchemaFailure {
  readonly issues: readonly SchemaIssue[];
}

/**
 * A schema generated from a model. It implements Standard Schema with the Standard JSON Schema extension, so frameworks, form libraries and
 * OpenAPI generators accept it directly.
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
   * Validates a value and returns data for `create()` or `set()`.
   * @example const data = await createSchema(User).parse({ name: "Cid", email: "cid@example.org" }); await User.objects.create(db, data);
   * @throws ValidationError with messages by property name
   */
  parse(value: unknown): Promise<Output>;
  /**
   * The schema as JSON Schema 2020-12.
   * @example createSchema(User).toJSONSchema();   // { type: "object", properties: { name: { type: "string" }, … }, required: ["name"], … }
   */
  toJSONSchema(): Record<string, unknown>;
}
/** A schema of output rows, which can also serialize them. */
export interface ReadSchema<in out I, out Output> extends ModelSchema<I | Output, Output> {
  /**
   * The instance in JSON form, with its annotations.
   * @example readSchema(Post, { include: ["author"] }).serialize(post);   // { id: 1, title: "Notes", …, author: { … } }
   * @throws NotLoaded for a relation that is not loaded
   */
  serialize<R extends I>(object: R): Output & JsonObject<AddedTo<R>>;
}

/** Selects the fields of an input schema. */
export interface InputSchemaOptions<S> {
  /** Includes only these fields. */
  readonly only?: readonly FieldName<S>[] | undefined;
  /** Also includes these fields: keys, versions, hidden fields and fields that are not editable are omitted by default. */
  readonly include?: readonly FieldName<S>[] | undefined;
  /** Excludes these fields. */
  readonly exclude?: readonly FieldName<S>[] | undefined;
  /**
   * Additional input fields that the model lacks, each with a Standard Schema (zod, valibot, arktype).
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
/** No options given. */
interface Usual {
  readonly only?: undefined;
}
interface LeftOutField {
  readonly $pk: true | "hidden" | "readonly";
}
interface NeverGiven {
  readonly $input: never;
}
/** The fields of input by default. */
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
/** Accepts the JSON form or the instance value. */
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

/** A class represented by its instances, so that nothing else of it is evaluated. */
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
    /** Excludes these columns. */
    readonly exclude?: readonly E[] | undefined;
  },
) => ReadSchema<I, Omit<JsonObject<PlainObject<SchemaOf<I>, P[number]>>, E>>;
