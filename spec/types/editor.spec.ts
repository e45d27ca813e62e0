/** What editors offer and show while a query is written. */

import { afterAll, describe, expect, it, vi } from "vitest";
import { Editor } from "./support/editor.js";

// The first question loads the whole program.
vi.setConfig({ testTimeout: 120_000 });

const editor = new Editor(`import { Count, F, Q, type Session } from "flash-db";
import { Author, Book } from "./models.js";
declare const db: Session;`);
afterAll(() => editor.dispose());

describe("completions", () => {
  it("in a filter are fields, their lookups, keys, relations and one hop", () => {
    const names = editor.completions("Book.objects.filter({ /*|*/ })");
    expect(names).toEqual(
      expect.arrayContaining([
        "title",
        "title__icontains",
        "pages__gte",
        "author",
        "authorId",
        "tags",
        "author__name",
        "tags__label",
        "editor__isnull",
      ]),
    );
    expect(names).not.toContain("constructor");
  });
  it("in a filter are annotations too", () => {
    expect(editor.completions(`Author.objects.annotate({ shouted: F("name") }).filter({ /*|*/ })`)).toContain("shouted");
  });
  it("of a value are an enum's words", () => {
    expect(editor.completions(`Author.objects.filter({ role: "/*|*/" })`)).toEqual(["admin", "user"]);
  });
  it("in orderBy are columns, both ways", () => {
    expect(editor.completions(`Book.objects.orderBy("/*|*/")`)).toEqual(expect.arrayContaining(["title", "-title", "authorId"]));
  });
  it("in values are columns", () => {
    const names = editor.completions(`Book.objects.values("/*|*/")`);
    expect(names).toEqual(expect.arrayContaining(["title", "pages", "authorId"]));
    expect(names).not.toContain("tags");
  });
  it("in selectRelated are relations to one row", () => {
    const names = editor.completions(`Book.objects.selectRelated("/*|*/")`);
    expect([...names].sort()).toEqual(["author", "editor", "parent"]);
  });
  it("after a relation are the columns of its model", () => {
    expect(editor.completions(`Book.objects.orderBy("author__/*|*/")`)).toEqual(expect.arrayContaining(["author__name", "author__age"]));
    expect(editor.completions(`Book.objects.prefetchRelated("author__/*|*/")`)).toEqual(
      expect.arrayContaining(["author__books", "author__card"]),
    );
  });
  it("beyond the first hop are columns and relations in paths, one hop in filters", () => {
    expect(editor.completions(`Book.objects.orderBy("author__books__/*|*/")`)).toContain("author__books__title");
    expect(editor.completions(`Book.objects.prefetchRelated("author__books__/*|*/")`)).toContain("author__books__tags");
    expect(editor.completions(`Book.objects.filter({ author__books__/*|*/: 1 })`)).not.toContain("author__books__title");
  });
  it("in functions are none, since these do not know their model; columns of the class are", () => {
    for (const code of [`F("/*|*/")`, `Count("/*|*/")`])
      expect(editor.completions(`Book.objects.annotate({ x: ${code} })`)).not.toContain("title");
    expect(editor.completions("Book.objects.filter(Q({ /*|*/ }))")).not.toContain("author__name");
    expect(editor.completions("Book.c./*|*/")).toEqual(expect.arrayContaining(["title", "pages", "authorId"]));
  });
  it("in create and update are what may be given", () => {
    const names = editor.completions("Author.objects.create(db, { /*|*/ })");
    expect(names).toEqual(expect.arrayContaining(["name", "age", "role"]));
    for (const never of ["slug", "version", "books"]) expect(names).not.toContain(never);
    expect(editor.completions("Book.objects.update(db, { /*|*/ })")).toEqual(expect.arrayContaining(["title", "author", "authorId"]));
    expect(editor.completions("new Book({ /*|*/ })")).toEqual(expect.arrayContaining(["title", "author", "authorId"]));
  });
  it("of options are the model's columns", () => {
    const names = editor.completions(
      `import { model, t } from "flash-db"; class Note extends model<Note>("notes")({ text: t.text() }, { ordering: ["/*|*/"] }) {}`,
    );
    expect(names).toEqual(expect.arrayContaining(["text", "-text", "id"]));
  });
  it("never show what only the compiler uses", () => {
    for (const code of ["declare const book: Book; book./*|*/", `F("pages")./*|*/`, "Book.objects./*|*/"]) {
      const names = editor.completions(code);
      expect(names.length).toBeGreaterThan(5);
      expect(
        names.filter((name) =>
          /^(schema|self|loaded|added|item|hint|row|valid|result|reads|problem|where|of|outcome)$|^\[(?!Symbol)/.test(name),
        ),
      ).toEqual([]);
    }
  });
});

describe("hovers", () => {
  it("name the model and what is loaded", () => {
    const rows = `const [row] = await Book.objects.selectRelated("author").fetch(db);`;
    expect(editor.hover(`${rows} /*|*/row!;`)).toBe(`const row: Loaded<Book, "author"> | undefined`);
    expect(editor.hover(`${rows} row!./*|*/author;`)).toBe("(property) author: Author");
  });
  it("of querysets are short", () => {
    expect(editor.hover(`const /*|*/books = Book.objects.filter({ pages: 1 });`)).toBe("const books: QuerySet<Book>");
    expect(editor.hover("declare const author: Author; author./*|*/books;")).toBe('(property) books: RelatedManager<Book, "author">');
  });
});
