/** `createSchema`, `updateSchema` and `readSchema`: one source for validation, serialization and OpenAPI, generated from the model. */

import { ConfigurationError, ValidationError } from "../errors.js";
import { stateOf } from "../loading/index.js";
import { metadataOf } from "../metadata/registry.js";
import { knownOptions } from "../metadata/argument.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { toObject } from "../model/serialize.js";
import { jsonSchemaOf } from "./describe.js";
import { type FieldChoice, inputShape, outputShape, type Shape } from "./shape.js";
import { type Checked, checkShape } from "./validate.js";
import type {
  CreateSchemaFunction,
  JSONSchemaOptions,
  ModelSchema,
  ReadSchemaFunction,
  SchemaIssue,
  UpdateSchemaFunction,
} from "./typing/schema.js";

type Values = Record<string, unknown>;

/** Resolved on first use: a schema is often declared next to its model, before the models that its relations lead to. */
const lazily = (make: () => Shape): (() => Shape) => {
  let shape: Shape | null = null;
  return () => (shape ??= make());
};

/** Messages by property name; for related objects, by the path to them. */
const refusal = (meta: ModelMeta, issues: readonly SchemaIssue[]): ValidationError => {
  const errors: Record<string, string[]> = {};
  for (const { message, path } of issues) (errors[path.length === 0 ? "__all__" : path.map(String).join(".")] ??= []).push(message);
  return new ValidationError(errors, meta.name);
};

const schemaOf = (shape: () => Shape, check: (value: unknown) => Checked | Promise<Checked>): ModelSchema<Values, Values> => {
  const convert = ({ target }: JSONSchemaOptions): Values => jsonSchemaOf(shape(), target);
  return Object.freeze({
    "~standard": Object.freeze({
      version: 1 as const,
      vendor: "flash-db" as const,
      validate: check,
      jsonSchema: Object.freeze({ input: convert, output: convert }),
    }),
    parse: async (value: unknown) => {
      const checked = await check(value);
      if ("issues" in checked) throw refusal(shape().meta, checked.issues);
      return checked.value;
    },
    toJSONSchema: () => convert({ target: "draft-2020-12" }),
  });
};

const inputSchema =
  (caller: string, update: boolean) =>
  (model: unknown, options?: FieldChoice): ModelSchema<Values, Values> => {
    const choice: FieldChoice = knownOptions(caller, options, ["only", "include", "exclude", "extra"]);
    if (choice.only !== undefined && (choice.include ?? choice.exclude) !== undefined)
      throw new ConfigurationError(`${caller}: "only" names all fields, so "include" and "exclude" cannot be combined with it`);
    const shape = lazily(() => inputShape(caller, metadataOf(model), choice, update));
    return schemaOf(shape, (value) => checkShape(shape(), value, "instance"));
  };

/**
 * A schema for the argument of `create()`: names, types, lengths, choices, ranges and `.check` schemas come from the model. Keys, versions,
 * hidden fields and fields that are not editable are omitted unless included.
 * @function
 * @example const body = createSchema(User, { exclude: ["role"] });
 *          await User.objects.create(db, await body.parse({ name: "Cid", email: "cid@example.org" }));   // INSERT INTO users (name, …) VALUES ($1, …) RETURNING id
 *          createSchema(User, { only: ["name", "email"], extra: { password: z.string().min(8) } });   // with what only the input has
 *          body.toJSONSchema();   // { type: "object", properties: { name: { type: "string" }, … }, required: ["name", …], … }
 */
export const createSchema = inputSchema("createSchema()", false) as unknown as CreateSchemaFunction;

/**
 * A schema for the argument of `set()`: the same fields, all optional.
 * @function
 * @example post.set(await updateSchema(Post, { only: ["title", "body"] }).parse({ title: "New" })); await db.flush();
 *          // UPDATE posts SET title = $1, … WHERE id = $3
 */
export const updateSchema = inputSchema("updateSchema()", true) as unknown as UpdateSchemaFunction;

/**
 * A schema of rows as JSON output, with the included relations. Hidden fields are omitted.
 * @function
 * @example const postOut = readSchema(Post, { include: ["author"] });
 *          const shown = await Post.objects.selectRelated("author").get(db, { id: 1 });   // SELECT … FROM posts JOIN users …
 *          postOut.serialize(shown);   // { id: 1, title: "Notes", …, author: { id: 1, name: "Ada", … } }
 */
export const readSchema = ((model: unknown, options?: FieldChoice): ModelSchema<Values, Values> & { serialize(object: object): Values } => {
  const choice: FieldChoice = knownOptions("readSchema()", options, ["include", "exclude"]);
  const shape = lazily(() => outputShape("readSchema()", metadataOf(model), choice));
  const serialize = (object: object): Values => {
    const { meta } = shape();
    if (!(object instanceof meta.ctor)) throw new ConfigurationError(`readSchema(${meta.name}): expected an instance of ${meta.name}`);
    const written = toObject(object, choice.include ?? [], true);
    for (const name of choice.exclude ?? []) delete written[name];
    return written;
  };
  const check = (value: unknown): Checked | Promise<Checked> =>
    typeof value === "object" && value !== null && stateOf(value) !== undefined
      ? { value: serialize(value) }
      : checkShape(shape(), value, "json");
  return Object.freeze({ ...schemaOf(shape, check), serialize });
}) as unknown as ReadSchemaFunction;
