/** The first line of the compiler's message says what is wrong, in words and with the model's name. */

import { describe, expect, it, vi } from "vitest";
import { errorsOf } from "./support/compiler.js";

// The first question loads the whole program.
vi.setConfig({ testTimeout: 120_000 });

const head = `import { Count, F, Q, Sum, model, t, index, unique, check, type Session } from "flash-db";
import { Author, Book } from "./models.js";
export async function asked(db: Session, book: Book, base: { isbn: string; title: string; pages: number }, author: Author, text: string) {
`;
/** What is written, and what the compiler says of it. */
const cases: readonly (readonly [code: string, message: string])[] = [
  [
    `Book.objects.filter({ author__nam: 1 })`,
    `Type 'number' is not assignable to type 'Problem<"no field, relation or lookup 'nam' on", Author>'.`,
  ],
  [
    `Author.objects.exclude({ nam: "x" })`,
    `Type 'string' is not assignable to type 'Problem<"no field, relation or lookup 'nam' on", Author>'.`,
  ],
  [
    `Book.objects.filter({ title__containz: "x" })`,
    `Type 'string' is not assignable to type 'Problem<"no lookup 'containz' for 'title' of", Book>'.`,
  ],
  [`Book.objects.filter({ pages__gt: "2" })`, `Type 'string' is not assignable to type 'number | ExpressionOn<Book, number>'.`],
  [`Author.objects.filter({ role__in: ["root"] })`, `Type '"root"' is not assignable to type '"admin" | "user"'.`],
  [
    `await Book.objects.get(db, { titel: "x" })`,
    `Type 'string' is not assignable to type 'Problem<"no field, relation or lookup 'titel' on", Book>'.`,
  ],
  [
    `Author.objects.orderBy("-m")`,
    `Argument of type 'string' is not assignable to parameter of type 'Problem<"no field, relation or lookup 'm' on", Author>'.`,
  ],
  [
    `Author.objects.values("m")`,
    `Argument of type 'string' is not assignable to parameter of type 'Problem<"no field, relation or lookup 'm' on", Author>'.`,
  ],
  [
    `Author.objects.annotate({ name: F("name") })`,
    `Type 'Expression<At<"name">, "name", never>' is not assignable to type 'Expression<At<"name">, "name", never> & "the model has 'name' already: choose another name"'.`,
  ],
  [`Author.objects.orderBy(text)`, `Argument of type 'string' is not assignable to parameter of type 'OrderPath<Author>'.`],
  [`Author.objects.values(text)`, `Argument of type 'string' is not assignable to parameter of type 'FieldPath<Author>'.`],
  [
    `await Book.objects.aggregate(db, { n: F("pages") })`,
    `Type 'Expression<At<"pages">, "pages", never>' is not assignable to type 'Expression<At<"pages">, "pages", never> & Problem<"an aggregate is expected, such as Count(…) or Sum(…). This is", Expression<At<"pages">, "pages", never>>'.`,
  ],
  [
    `await Book.objects.aggregate(db, { n: Sum("title") })`,
    `Type 'Aggregate<SumOf<At<"title">>, "title", never>' is not assignable to type 'Aggregate<SumOf<At<"title">>, "title", never> & Problem<"a sum or an average takes numbers, and this is none, on", Book>'.`,
  ],
  [
    `Book.objects.annotate({ n: Count("tagz") })`,
    `Type 'Aggregate<number, "tagz", never>' is not assignable to type 'Aggregate<number, "tagz", never> & Problem<"no field, relation or lookup 'tagz' on", Book>'.`,
  ],
  [
    `Book.objects.annotate({ n: 3 })`,
    `Type 'number' is not assignable to type 'number & Problem<"an expression is expected: Value(…) makes one of a value. This is", number>'.`,
  ],
  [`Author.objects.only("m")`, `Argument of type 'string' is not assignable to parameter of type 'Problem<"no field 'm' on", Author>'.`],
  [
    `Book.objects.selectRelated("title")`,
    `Argument of type 'string' is not assignable to parameter of type 'Problem<"'title' is not a relation of", Book>'.`,
  ],
  [
    `Book.objects.prefetchRelated("tags__bookz")`,
    `Argument of type 'string' is not assignable to parameter of type 'Problem<"no relation 'bookz' on", Tag>'.`,
  ],
  [
    `await Book.objects.create(db, { ...base })`,
    `Argument of type '{ isbn: string; title: string; pages: number; }' is not assignable to parameter of type 'Problem<"missing 'author' or 'authorId' of", Book>'.`,
  ],
  [
    `await Book.objects.create(db, { ...base, author, authorId: 1 })`,
    `Argument of type '{ author: Author; authorId: number; isbn: string; title: string; pages: number; }' is not assignable to parameter of type 'Problem<"'author' is given twice, as object and as id, to", Book>'.`,
  ],
  [
    `await Book.objects.create(db, { ...base, author, colour: "red" })`,
    `Type 'string' is not assignable to type 'Problem<"no field 'colour' on", Book>'.`,
  ],
  [
    `await Author.objects.create(db, { name: "x", slug: "x" })`,
    `Type 'string' is not assignable to type 'Problem<"the database fills 'slug', it cannot be given to", Author>'.`,
  ],
  [
    `await Author.objects.filter({ name: "x" }).update(db, { nam: "x" })`,
    `Type 'string' is not assignable to type 'Problem<"no field 'nam' on", Author>'.`,
  ],
  [`book.author.name`, `Property 'name' does not exist on type 'Ref<Author>'.`],
  [`book.editor?.name`, `Property 'name' does not exist on type 'Author | NotLoaded<Author | null>'.`],
  [
    `Book.objects.filter({ pages__lt: F("author__agee") })`,
    `Type 'Expression<At<"author__agee">, "author__agee", never>' is not assignable to type 'number | ExpressionOn<Book, number>'.`,
  ],
  [
    `model<Author>("x")({ name: t.text() }, { ordering: ["nam"] })`,
    `Type 'string' is not assignable to type 'Problem<"no field 'nam' on", Author>'.`,
  ],
];

const asked = errorsOf(`${head}${cases.map(([code]) => `  ${code};\n`).join("")}}\n`);
const first = head.split("\n").length - 1;

describe("the first line of", () => {
  it.each(cases.map(([code, message], i) => ({ code, message, line: first + i })))("$code", ({ message, line }) => {
    expect(asked.filter((error) => error.line === line).map((error) => error.message)).toEqual([message]);
  });

  it("options after the fields names the wrong field", () => {
    const [error] = errorsOf(
      `${head}  model<Author>("x")({ name: t.text() }, { indexes: [index("nam")], constraints: [unique("name"), check("x", { name__ne: "" })] });\n}\n`,
    );
    expect(error?.message).toContain(`Problem<"no field 'nam' on", Author>`);
  });

  it("a condition names the model it was meant for", () => {
    const [error] = errorsOf(`${head}  Book.objects.filter(Q({ author__rol: "admin" }));\n}\n`);
    expect(error?.message).toContain("author__rol");
    expect(error?.message).toContain("Where<Book");
  });
});
