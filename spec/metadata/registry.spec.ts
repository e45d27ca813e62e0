/** The registry: lazy, once, all or nothing; classes bound when they are seen; who depends on whom. */

import { describe, expect, it } from "vitest";
import type { FieldMeta, RelationMeta } from "../../src/metadata/model-meta.js";
import { softDelete, t, timestamps } from "../../src/metadata/fields.js";
import { check, index, unique } from "../../src/metadata/options.js";
import { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "../../src/metadata/relations.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { sql } from "../../src/sql/template.js";
import { define, messageOf } from "./models.js";

const fieldOf = (model: unknown, name: string): FieldMeta => metadataOf(model).fieldsByName.get(name) ?? expect.fail(`no field ${name}`);
const relationOf = (model: unknown, name: string): RelationMeta =>
  metadataOf(model).relations.get(name) ?? expect.fail(`no relation ${name}`);

class User extends define(
  "users",
  {
    name: t.text(),
    email: t.text().unique(),
    bestPost: foreignKey(() => Post, { onDelete: "setNull" }).nullable(),
    posts: hasMany(() => Post, "author"),
    edited: hasMany(() => Post, "editor", { orphans: "keep" }),
    profile: hasOne(() => Profile, "user"),
  },
  { ordering: ["name", "-bestPost__title"] },
) {}
class Profile extends define("profiles", { user: oneToOne(() => User, { onDelete: "cascade" }).primaryKey(), bio: t.text() }) {}
class Post extends define(
  "posts",
  {
    code: t.uuid().primaryKey(),
    title: t.text().column("headline"),
    version: t.version(),
    ...timestamps(),
    ...softDelete(),
    author: foreignKey(() => User, { onDelete: "cascade", reverse: "posts" }),
    editor: foreignKey(() => User, { by: "session", onDelete: "setNull" })
      .nullable()
      .column("edited_by")
      .unique(),
  },
  {
    indexes: [index("author", "-title"), index("title", { name: "titles", unique: true, where: sql`version > 1` })],
    constraints: [unique("author", "title"), check("titled", { title__ne: "" })],
  },
) {}
class Note extends define("notes", { about: anyOf({ user: () => User, profile: () => Profile }).nullable() }) {}

describe("fields", () => {
  it("stand in declaration order, keys of relations at the relation's place, an added id first", () => {
    expect(metadataOf(User).fields.map((field) => [field.name, field.column, field.position])).toEqual([
      ["id", "id", 0],
      ["name", "name", 1],
      ["email", "email", 2],
      ["bestPostId", "best_post_id", 3],
    ]);
    expect(metadataOf(Post).fields.map((field) => field.column)).toEqual([
      "code",
      "headline",
      "version",
      "created_at",
      "updated_at",
      "deleted_at",
      "author_id",
      "edited_by",
    ]);
    expect(metadataOf(Post)).toMatchObject({
      versionField: { name: "version" },
      softDeleteField: { name: "deletedAt" },
      table: "posts",
      schema: null,
      name: "Post",
      ctor: Post,
    });
  });
  it("take the type of the key they refer to, also through a key that is a reference", () => {
    expect(fieldOf(Post, "authorId").type).toEqual({ kind: "integer", wide: true });
    expect(fieldOf(User, "bestPostId").type).toEqual({ kind: "uuid" });
    class Badge extends define("badges", { profile: foreignKey(() => Profile) }) {}
    expect(fieldOf(Badge, "profileId").type).toEqual({ kind: "integer", wide: true });
  });
  it("count up an id, but nothing that refers to one, nor a part of a composite key", () => {
    expect(fieldOf(User, "id")).toMatchObject({ identity: true, primaryKey: true });
    expect(fieldOf(Profile, "userId")).toMatchObject({ identity: false, primaryKey: true, relation: "user" });
    class Item extends define("items", { orderId: t.bigid(), productId: t.integer().primaryKey() }) {}
    expect(metadataOf(Item).primaryKey.map((field) => [field.name, field.identity])).toEqual([
      ["orderId", false],
      ["productId", false],
    ]);
  });
  it("make a uuid key that is not given, in rising order, and no other uuid", () => {
    const make = fieldOf(Post, "code").onInsert;
    const [first, second] = [make?.(), make?.()];
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(String(second) > String(first)).toBe(true);
    class Token extends define("tokens", {
      id: t
        .uuid()
        .primaryKey()
        .dbDefault(sql`gen_random_uuid()`),
      other: t.uuid(),
    }) {}
    expect(metadataOf(Token).fields.map((field) => field.onInsert)).toEqual([null, null]);
  });
});

describe("relations", () => {
  it("know their target, key and what they do on delete", () => {
    expect(relationOf(Post, "author")).toMatchObject({
      kind: "toOne",
      nullable: false,
      unique: false,
      onDelete: "cascade",
      onDeleteBy: "database",
      onUpdate: null,
      deferrable: null,
    });
    expect(relationOf(Post, "editor")).toMatchObject({
      kind: "toOne",
      nullable: true,
      unique: true,
      onDelete: "setNull",
      onDeleteBy: "session",
    });
    const author = relationOf(Post, "author");
    expect(author.target).toBe(metadataOf(User));
    expect(author.owner).toBe(metadataOf(Post));
    expect(author.kind === "toOne" && [author.field, author.targetField]).toEqual([fieldOf(Post, "authorId"), fieldOf(User, "id")]);
  });
  it("know whether their constraint can wait until COMMIT", () => {
    class Page extends define("pages", { next: foreignKey(() => Page, { deferrable: "deferred" }) }) {}
    expect(relationOf(Page, "next")).toMatchObject({ deferrable: "deferred" });
    expect(messageOf(() => foreignKey(() => Page, { deferrable: "never" as "deferred" }))).toMatch(/deferrable.*"immediate".*"deferred"/);
  });
  it("know the way back, when somebody declared one", () => {
    expect(relationOf(Post, "author").inverse).toBe(relationOf(User, "posts"));
    expect(relationOf(User, "posts").inverse).toBe(relationOf(Post, "author"));
    expect(relationOf(User, "profile")).toMatchObject({ kind: "reverseOne", orphans: "keep" });
    expect(relationOf(Profile, "user")).toMatchObject({ unique: true });
    expect(relationOf(Profile, "user").inverse).toBe(relationOf(User, "profile"));
    expect(relationOf(User, "bestPost").inverse).toBeNull();
  });
  it("store one of several models as a type and a key", () => {
    const about = relationOf(Note, "about");
    expect(about.kind === "anyOf" && [...about.targets].map(([name, target]) => [name, target.name])).toEqual([
      ["user", "User"],
      ["profile", "Profile"],
    ]);
    expect(fieldOf(Note, "aboutType")).toMatchObject({
      column: "about_type",
      type: { kind: "enum", values: ["user", "profile"] },
      nullable: true,
      relation: "about",
    });
    expect(fieldOf(Note, "aboutId")).toMatchObject({ column: "about_id", type: { kind: "integer" }, nullable: true });
    expect(metadataOf(Note).indexes.map((one) => one.name)).toEqual(["notes_about_type_about_id_idx"]);
  });
});

describe("options", () => {
  it("become columns: of fields, and the keys of relations", () => {
    const { indexes, constraints, ordering } = metadataOf(Post);
    expect(indexes.map((one) => [one.name, one.unique, one.fields.map(({ field, descending }) => [field.column, descending])])).toEqual([
      [
        "posts_author_id_headline_idx",
        false,
        [
          ["author_id", false],
          ["headline", true],
        ],
      ],
      ["titles", true, [["headline", false]]],
    ]);
    expect(indexes[1]?.where).toMatchObject({ kind: "fragment" });
    expect(constraints.map((one) => [one.kind, one.name])).toEqual([
      ["unique", "posts_author_id_headline_key"],
      ["check", "titled"],
    ]);
    expect(ordering).toEqual([]);
    expect(metadataOf(User).ordering).toEqual(["name", "-bestPost__title"]);
  });
  it.each<[string, object, string]>([
    ["ordering", { ordering: ["-titel"] }, "Text, ordering: no field or relation 'titel'. Did you mean 'title'?"],
    ["index", { indexes: [index("titel")] }, "Text, index(): no field or relation 'titel'. Did you mean 'title'?"],
    ["unique", { constraints: [unique("titel")] }, "Text, unique(): no field or relation 'titel'."],
    ["a collection in an index", { indexes: [index("parts")] }, "Text, index(): 'parts' has no column of its own"],
    ["something else as an index", { indexes: ["title"] }, `Text, indexes: expected index("field", …)`],
    [
      "something else as a constraint",
      { constraints: [index("title")] },
      `Text, constraints: expected unique("field", …) or check("name", { … })`,
    ],
    [
      "one name twice",
      { indexes: [index("title"), index("title")] },
      `Text, options: two indexes or constraints are called "texts_title_idx"`,
    ],
    ["a long name", { constraints: [check("x".repeat(64), { title: "" })] }, `Text: '${"x".repeat(64)}' is too long for a constraint`],
  ])("with a wrong name in %s are refused when the model is used", (_, options, message) => {
    class Text extends define("texts", { title: t.text(), parts: hasMany(() => Part, "text") }, options) {}
    class Part extends define("parts", { text: foreignKey(() => Text) }) {}
    expect(messageOf(() => metadataOf(Text))).toContain(`ConfigurationError: ${message}`);
  });
});

describe("metadataOf", () => {
  it("resolves once", () => expect(metadataOf(Post)).toBe(metadataOf(Post)));
  it("refuses what is no model", () => {
    expect(messageOf(() => metadataOf(Date))).toContain("expected a model class, one that extends model(…)({…}), got the function Date");
    expect(messageOf(() => metadataOf(undefined))).toContain("got undefined");
  });
  it("leaves nothing half done when a model it leads to is wrong, and says the same again", () => {
    class Good extends define("goods", { bad: foreignKey(() => Bad) }) {}
    class Bad extends define("bads", { goods: hasMany(() => Good, "bat") }) {}
    const first = messageOf(() => metadataOf(Good));
    expect(first).toBe("ConfigurationError: Bad.goods: Good has no foreign key 'bat'. Did you mean 'bad'?");
    expect(messageOf(() => metadataOf(Bad))).toBe(first);
  });
  it("says which relation leads to a model that is not there yet", () => {
    const loaded: { late?: unknown } = {};
    class Early extends define("earlies", { late: foreignKey(() => loaded.late) }) {}
    expect(messageOf(() => metadataOf(Early))).toContain(
      "ConfigurationError: Early.late: expected the relation's function to give a model class, got undefined (do the two files import each other",
    );
    class Tdz extends define("tdzs", { later: foreignKey(() => Later) }) {}
    expect(messageOf(() => metadataOf(Tdz))).toContain(
      "ConfigurationError: Tdz.later: the model it leads to cannot be reached: Cannot access 'Later' before initialization",
    );
    class Later extends define("laters", {}) {}
    loaded.late = Later;
    expect(metadataOf(Early).relations.get("late")?.target.name).toBe("Later");
    expect(metadataOf(Tdz).relations.get("later")?.target.ctor).toBe(Later);
  });
});

describe("classes", () => {
  it("are bound when first seen; until then the base stands for them", () => {
    const base = define("blog_categories", {});
    const meta = metadataOf(base);
    expect([meta.name, meta.ctor]).toEqual(["BlogCategory", base]);
    class Category extends base {}
    expect(metadataOf(Category)).toBe(meta);
    expect(metadataOf(base)).toBe(meta);
    expect([meta.name, meta.ctor]).toEqual(["Category", Category]);
  });
  it("may have mixins between", () => {
    class Audit extends define("docs", { title: t.text() }) {}
    class Doc extends Audit {}
    expect(metadataOf(Doc)).toMatchObject({ name: "Doc", ctor: Doc });
    expect(metadataOf(Audit)).toBe(metadataOf(Doc));
    expect(metadataOf(Doc).ctor).toBe(Doc);
  });
  it("are bound by relations that lead to them", () => {
    const base = define("targets", {});
    class Target extends base {}
    class Source extends define("sources", { target: foreignKey(() => Target) }) {}
    metadataOf(Source);
    expect(metadataOf(base).ctor).toBe(Target);
  });
  it("cannot share a model", () => {
    const base = define("shared", {});
    class One extends base {}
    class Two extends base {}
    class Three extends One {}
    metadataOf(One);
    expect(messageOf(() => metadataOf(Two))).toContain(
      `class Two extends the model of table "shared", which class One is already; for rows with a class of their own use One.subtype(…)`,
    );
    expect(messageOf(() => metadataOf(Three))).toContain("class Three extends the model");
  });
});

describe("dependants", () => {
  it("are the keys of all known models that lead here, links and later ones included", () => {
    class Owner extends define("owners", { label: t.text() }) {}
    const columns = () =>
      metadataOf(Owner)
        .dependants()
        .map((key) => `${key.owner.table}.${key.field.column}`);
    expect(columns()).toEqual([]);
    class Thing extends define("things", {
      owner: foreignKey(() => Owner),
      former: foreignKey(() => Owner).nullable(),
      fans: manyToMany(() => Owner),
    }) {}
    expect(columns()).toEqual(["things.owner_id", "things.former_id", "owners_things.owner_id"]);
    expect(
      metadataOf(Thing)
        .dependants()
        .map((key) => `${key.owner.table}.${key.field.column}`),
    ).toEqual(["owners_things.thing_id"]);
  });
  it("include references that may lead to several models, apart", () => {
    expect(metadataOf(User).anyOfDependants()).toEqual([relationOf(Note, "about")]);
    expect(metadataOf(Post).anyOfDependants()).toEqual([]);
  });
  it("take the later of two models of one table", () => {
    class Root extends define("roots", {}) {}
    class Old extends define("leaves", { root: foreignKey(() => Root) }) {}
    class New extends define("leaves", { root: foreignKey(() => Root) }) {}
    const dependants = metadataOf(Root).dependants();
    expect(dependants.map((key) => key.owner)).toEqual([metadataOf(New)]);
    expect(metadataOf(Old)).not.toBe(metadataOf(New));
  });
});

describe("keys", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a foreign key to a composite key",
      () => {
        class Line extends define("lines", { order: t.integer().primaryKey(), product: t.integer().primaryKey() }) {}
        class Remark extends define("remarks", { line: foreignKey(() => Line) }) {}
        return metadataOf(Remark);
      },
      "Remark.line: Line has a key of several columns (order, product), which a foreign key cannot refer to",
    ],
    [
      "keys that refer to each other",
      () => {
        class Egg extends define("eggs", { hen: oneToOne(() => Hen).primaryKey() }) {}
        class Hen extends define("hens", { egg: oneToOne(() => Egg).primaryKey() }) {}
        return metadataOf(Egg);
      },
      "the keys of Hen → Egg → Hen refer to each other in a cycle",
    ],
    [
      "a key that is a reference to itself",
      () => {
        class Self extends define("selves", { self: oneToOne(() => Self).primaryKey() }) {}
        return metadataOf(Self);
      },
      "refer to each other in a cycle",
    ],
    [
      "anyOf over keys of two types",
      () => {
        class Mixed extends define("mixed", { about: anyOf({ user: () => User, post: () => Post }) }) {}
        return metadataOf(Mixed);
      },
      "Mixed.about: its models have keys of different types (user: integer, post: uuid)",
    ],
  ])("%s is refused", (_, act, message) => expect(messageOf(act)).toContain(message));
});

describe("the way back", () => {
  class Writer extends define("writers", { name: t.text() }) {}
  it.each<[string, () => unknown, string]>([
    [
      "a name that is no field",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "autor") }) {}
        class Book extends define("bs", { author: foreignKey(() => W) }) {}
        return metadataOf(W);
      },
      "W.books: Book has no foreign key 'autor'. Did you mean 'author'?",
    ],
    [
      "a field that is no foreign key",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "title") }) {}
        class Book extends define("bs", { title: t.text() }) {}
        return metadataOf(W);
      },
      "W.books: 'title' of Book is no foreign key; name the one that leads back to W",
    ],
    [
      "a foreign key to another model",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "author") }) {}
        class Book extends define("bs", { author: foreignKey(() => Writer) }) {}
        return metadataOf(W);
      },
      "W.books: Book.author leads to Writer, not to W",
    ],
    [
      "hasOne where several rows may be",
      () => {
        class W extends define("ws", { book: hasOne(() => Book, "author") }) {}
        class Book extends define("bs", { author: foreignKey(() => W) }) {}
        return metadataOf(W);
      },
      "W.book: hasOne() needs a key that is unique, and Book.author may stand in many rows",
    ],
    [
      "orphans kept without null",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "author", { orphans: "keep" }) }) {}
        class Book extends define("bs", { author: foreignKey(() => W) }) {}
        return metadataOf(W);
      },
      `W.books: orphans: "keep" is not possible: Book.author cannot be null`,
    ],
    [
      "a reverse that does not exist",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "author") }) {}
        class Book extends define("bs", { author: foreignKey(() => W, { reverse: "boks" }) }) {}
        return metadataOf(Book);
      },
      "Book.author: W has no relation 'boks'. Did you mean 'books'?",
    ],
    [
      "a reverse that leads elsewhere",
      () => {
        class W extends define("ws", { books: hasMany(() => Book, "author"), edited: hasMany(() => Book, "editor") }) {}
        class Book extends define("bs", { author: foreignKey(() => W, { reverse: "edited" }), editor: foreignKey(() => W) }) {}
        return metadataOf(Book);
      },
      `Book.author: W.edited does not lead back through 'author'; declare it as hasMany(() => Book, "author")`,
    ],
  ])("%s is refused", (_, act, message) => expect(messageOf(act)).toContain(`ConfigurationError: ${message}`));
});
