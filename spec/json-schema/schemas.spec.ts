/** createSchema(), updateSchema() and readSchema(): which fields they have, what they refuse, what they tell. */

import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  anyOf,
  ConfigurationError,
  createSchema,
  foreignKey,
  hasMany,
  hasOne,
  model,
  NotLoaded,
  oneToOne,
  readSchema,
  softDelete,
  sql,
  t,
  timestamps,
  updateSchema,
  ValidationError,
} from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class Member extends model<Member>("schema_members")({
  name: t.varchar(20),
  email: t.text().unique().check(z.email()),
  role: t.enum(["admin", "member"]).default("member"),
  passwordHash: t.text().hidden(),
  points: t.integer().default(0).editable(false),
  token: t.text().default(() => "made"),
  bio: t.text().nullable(),
  seen: t.timestamp().dbDefault(sql`CURRENT_TIMESTAMP`),
  folded: t.text().generated(sql`lower(name)`),
  version: t.version(),
  ...timestamps(),
  ...softDelete(),
  posts: hasMany(() => Writing, "author"),
  card: hasOne(() => Card, "owner"),
}) {}
class Writing extends model<Writing>("schema_writings")({
  title: t.text(),
  author: foreignKey(() => Member),
  editor: foreignKey(() => Member).nullable(),
  about: anyOf({ member: () => Member, writing: () => Writing }).nullable(),
}) {}
class Card extends model<Card>("schema_cards")({ owner: oneToOne(() => Member), number: t.bigint() }) {}
class Slow extends model<Slow>("schema_slow")({
  code: t.text().check(z.string().refine(async (value) => Promise.resolve(value !== "taken"), "is taken")),
}) {}

const issuesOf = (answer: unknown): readonly { message: string; path: readonly PropertyKey[] }[] =>
  (answer as { issues?: readonly { message: string; path: readonly PropertyKey[] }[] }).issues ?? [];
const properties = (schema: { toJSONSchema(): Record<string, unknown> }): string[] =>
  Object.keys(schema.toJSONSchema()["properties"] as object);

describe("the fields of a schema", () => {
  it("are those that come from outside", () => {
    const usual = ["name", "email", "role", "token", "bio", "seen"];
    expect(properties(createSchema(Member))).toEqual(usual);
    expect(properties(updateSchema(Member))).toEqual(usual);
    expect(properties(createSchema(Writing))).toEqual(["title", "authorId", "editorId"]);
  });

  it("are required where a new row must be given them, and never in an update", () => {
    expect(createSchema(Member).toJSONSchema()["required"]).toEqual(["name", "email"]);
    expect(createSchema(Writing).toJSONSchema()["required"]).toEqual(["title", "authorId"]);
    expect(updateSchema(Member).toJSONSchema()).not.toHaveProperty("required");
  });

  it("can be named: only these, these too, without these", () => {
    expect(properties(createSchema(Member, { only: ["name", "passwordHash"] }))).toEqual(["name", "passwordHash"]);
    expect(properties(updateSchema(Member, { include: ["version", "points"], exclude: ["role", "token", "seen"] }))).toEqual([
      "name",
      "email",
      "points",
      "bio",
      "version",
    ]);
    expect(createSchema(Member, { include: ["id"] }).toJSONSchema()["required"]).toEqual(["name", "email"]);
  });

  it("are looked up when the schema is used, and wrong names are told", () => {
    // @ts-expect-error no such field
    const wrong = createSchema(Member, { include: ["nam"] });
    expect(() => wrong.toJSONSchema()).toThrow("createSchema(): Member has no field \"nam\". Did you mean 'name'?");
    expect(() => createSchema(Member, { only: ["folded"] }).toJSONSchema()).toThrow("Member.folded is computed by the database");
    expect(() => createSchema(Member, { only: ["name"], exclude: ["name"] })).toThrow(ConfigurationError);
    // @ts-expect-error no such option
    expect(() => createSchema(Member, { incldue: ["name"] })).toThrow("no option 'incldue'");
  });

  it("going out are the columns that are not hidden, and what is included", () => {
    const columns = [
      "id",
      "name",
      "email",
      "role",
      "points",
      "token",
      "bio",
      "seen",
      "folded",
      "version",
      "createdAt",
      "updatedAt",
      "deletedAt",
    ];
    expect(properties(readSchema(Member))).toEqual(columns);
    expect(properties(readSchema(Member, { include: ["passwordHash"], exclude: ["token", "version"] }))).toContain("passwordHash");
    expect(properties(readSchema(Writing, { include: ["author", "about"] }))).toEqual([
      "id",
      "title",
      "authorId",
      "editorId",
      "aboutType",
      "aboutId",
      "author",
      "about",
    ]);
    // @ts-expect-error no such relation
    expect(() => readSchema(Writing, { include: ["autor"] }).toJSONSchema()).toThrow(/"autor" is not a relation or field of Writing/);
  });
});

describe("JSON Schema", () => {
  it("says lengths, choices, null, defaults, formats, and what the checks of a field say", () => {
    const { $schema, properties: said, ...rest } = createSchema(Member, { include: ["points"] }).toJSONSchema();
    expect($schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(rest).toEqual({ type: "object", required: ["name", "email"], additionalProperties: false });
    expect(said).toMatchObject({
      name: { type: "string", maxLength: 20 },
      email: { type: "string", format: "email" },
      role: { type: "string", enum: ["admin", "member"], default: "member" },
      points: { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647, default: 0 },
      bio: { type: ["string", "null"] },
      seen: { type: "string", format: "date-time" },
    });
  });

  it("is given in the dialects that share these words, and refused for others", () => {
    const { jsonSchema } = createSchema(Member)["~standard"];
    expect(jsonSchema.input({ target: "draft-07" })["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
    expect(jsonSchema.output({ target: "draft-2020-12" })).toEqual(createSchema(Member).toJSONSchema());
    expect(() => jsonSchema.input({ target: "openapi-3.0" })).toThrow(ConfigurationError);
    expect(() => jsonSchema.input({ target: "toString" })).toThrow(ConfigurationError);
  });
});

describe("validation", () => {
  it("takes what JSON has and what instances have, and gives what instances have", async () => {
    const schema = createSchema(Member, { only: ["name", "seen"] });
    const date = new Date("2024-02-29T12:00:00Z");
    expect(await schema.parse({ name: "Ada", seen: "2024-02-29T13:00:00+01:00" })).toEqual({ name: "Ada", seen: date });
    expect(await schema.parse({ name: "Ada", seen: date })).toEqual({ name: "Ada", seen: date });
    expect(await createSchema(Card).parse({ ownerId: 1, number: "9007199254740993" })).toEqual({
      ownerId: 1,
      number: 9_007_199_254_740_993n,
    });
  });

  it("tells everything that is wrong at once, by property name", async () => {
    const answer = createSchema(Member)["~standard"].validate({ name: "x".repeat(21), email: "nobody", role: "root", bio: 3, id: 1 });
    expect(issuesOf(answer).map(({ path }) => path)).toEqual([["id"], ["name"], ["email"], ["role"], ["bio"]]);
    const error = await createSchema(Member)
      .parse({ name: null, passwordhash: "x" })
      .then(String, (thrown: unknown) => thrown as ValidationError);
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).errors).toEqual({
      passwordhash: [expect.stringMatching(/^is not a field that can be given/)],
      name: ["cannot be null"],
      email: ["is required"],
    });
    expect((error as ValidationError).model).toBe("Member");
  });

  it("has the same messages as fullClean()", async () => {
    const given = { name: "x".repeat(21), email: "nobody", role: "root" as never, passwordHash: "h" };
    const asked = await updateSchema(Member)
      .parse({ name: given.name, email: given.email, role: given.role })
      .catch((thrown: unknown) => thrown);
    const cleaned = await new Member(given).fullClean().catch((thrown: unknown) => thrown);
    expect((asked as ValidationError).errors).toEqual((cleaned as ValidationError).errors);
  });

  it("refuses what is no object, whatever it is", () => {
    for (const value of [undefined, null, 3, "text", [], [{}], () => undefined])
      expect(issuesOf(createSchema(Member)["~standard"].validate(value))).toEqual([
        { message: expect.stringMatching(/^expected an object/), path: [] },
      ]);
  });

  it("takes what belongs to the input and not to the model, by schemas of its own", async () => {
    const extra = { password: z.string().min(8), tags: z.array(z.string()).default([]), note: z.string().optional() };
    const schema = createSchema(Member, { only: ["name"], extra });
    const parsed = await schema.parse({ name: "Ada", password: "long enough" });
    parsed satisfies { name: string; password: string; tags: string[]; note?: string | undefined };
    expect(parsed).toEqual({ name: "Ada", password: "long enough", tags: [] });
    expect(issuesOf(schema["~standard"].validate({ name: "Ada", tags: "x" })).map(({ path }) => path)).toEqual([["password"], ["tags"]]);
    expect(schema.toJSONSchema()).toMatchObject({
      properties: { password: { type: "string", minLength: 8 } },
      required: ["name", "password"],
    });
    expect(await updateSchema(Member, { only: ["name"], extra }).parse({})).toEqual({});
    await expect(updateSchema(Member, { only: ["name"], extra }).parse({ password: "x" })).rejects.toThrow("password");
    expect(() => createSchema(Member, { extra: { name: z.string() } }).toJSONSchema()).toThrow('"name" is a field of Member');
    // @ts-expect-error not a schema
    expect(() => createSchema(Member, { extra: { word: "string" } }).toJSONSchema()).toThrow("expected a Standard Schema");
  });

  it("sees own properties only, and takes no prototype from outside", () => {
    const hostile: unknown = JSON.parse('{"name":"Ada","email":"a@b.co","__proto__":{"role":"admin"},"constructor":{}}');
    expect(issuesOf(createSchema(Member)["~standard"].validate(hostile)).map(({ path }) => path)).toEqual([["__proto__"], ["constructor"]]);
    const inherited = Object.create({ name: "Ada" }) as object;
    expect(issuesOf(createSchema(Member)["~standard"].validate(inherited)).map(({ path }) => path)).toEqual([["name"], ["email"]]);
  });

  it("takes undefined for what was not given", async () => {
    expect(await updateSchema(Member).parse({ name: undefined, bio: null })).toEqual({ bio: null });
  });

  it("waits only for schemas that are asynchronous", async () => {
    expect(createSchema(Member)["~standard"].validate({})).not.toBeInstanceOf(Promise);
    const schema = createSchema(Slow);
    await expect(schema.parse({ code: "free" })).resolves.toEqual({ code: "free" });
    await expect(schema.parse({ code: "taken" })).rejects.toThrow("Slow: code is taken");
  });
});

eachDatabase("rows that go out", [Member, Writing, Card], (open) => {
  it("have the relations that are included, as JSON that their JSON Schema accepts", async () => {
    const database = await open();
    await using db = database.session();
    const ada = await Member.objects.create(db, { name: "Ada", email: "ada@example.org", passwordHash: "secret" });
    await Card.objects.create(db, { owner: ada, number: 7n });
    await Writing.objects.create(db, { title: "Notes", author: ada, about: ada });
    await db.commit();
    db.clear();
    const schema = readSchema(Member, { include: ["posts__about", "card"], exclude: ["seen"] });
    const one = await Member.objects.prefetchRelated("posts__about", "card").get(db, { name: "Ada" });
    const out = schema.serialize(one);
    expect(JSON.stringify(out)).not.toContain("secret");
    expect(out).toMatchObject({ name: "Ada", card: { number: "7" }, posts: [{ title: "Notes", about: { name: "Ada" } }] });
    expect(out).not.toHaveProperty("seen");
    out.posts[0]?.title satisfies string | undefined;
    const ajv = new Ajv2020();
    formats.default(ajv);
    const accepts = ajv.compile(schema.toJSONSchema());
    expect([accepts(out), accepts.errors]).toEqual([true, null]);
    expect(accepts({ ...out, card: 3 })).toBe(false);
    expect(
      issuesOf(schema["~standard"].validate({ ...out, card: 3, posts: [{ ...out.posts[0], title: 4 }] })).map(({ path }) => path),
    ).toEqual([["posts", 0, "title"], ["card"]]);
    expect(await schema.parse(one)).toEqual(out);
  });

  it("must be loaded, and of the model", async () => {
    const database = await open();
    await using db = database.session();
    const ada = await Member.objects.create(db, { name: "Ada", email: "ada@example.org", passwordHash: "secret" });
    const writing = await Writing.objects.create(db, { title: "Notes", authorId: ada.id });
    await db.commit();
    db.clear();
    const thin = await Writing.objects.get(db, { id: writing.id });
    expect(() => readSchema(Writing, { include: ["author"] }).serialize(thin)).toThrow(NotLoaded);
    expect(() => readSchema(Member).serialize(thin as never)).toThrow(ConfigurationError);
  });
});
