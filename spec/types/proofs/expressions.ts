/** Annotations, groups, F, Q, Case, sub-queries: checked where they are used. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import {
  sql,
  F,
  Q,
  Value,
  Count,
  Sum,
  Avg,
  Min,
  Max,
  Upper,
  Coalesce,
  When,
  Case,
  OuterRef,
  Subquery,
  Exists,
  RowNumber,
  Window,
  type Session,
  type ConditionOn,
} from "flash-db";
import { Author, Book, Tag } from "./models.js";
import { exact } from "./exact.js";

export async function expressions(db: Session) {
  const an = await Author.objects
    .annotate({
      n: Count("books"),
      pages: Sum("books__pages"),
      worth: Sum("books__price"),
      mean: Avg("books__pages"),
      first: Min("books__title"),
      when: Max("createdAt"),
      up: Upper("name"),
    })
    .filter({ n__gt: 2, pages__isnull: false, name: "x" })
    .orderBy("-n", "up")
    .fetch(db);
  const r = an[0]!;
  exact<number>()(r.n);
  exact<number | null>()(r.pages);
  exact<string | null>()(r.worth);
  exact<number | null>()(r.mean);
  exact<string | null>()(r.first);
  exact<Date | null>()(r.when);
  r.up.length;
  r.shout;
  (r satisfies Author).greet(r);
  const Q1 = Author.objects.annotate({ n: Count("books") });
  // @ts-expect-error wrong value for an annotation
  Q1.filter({ n__gt: "2" });
  // @ts-expect-error no such lookup
  Q1.filter({ n__contains: "2" });
  // @ts-expect-error a field
  Author.objects.annotate({ name: Count("books") });
  // @ts-expect-error a relation
  Author.objects.alias({ n: Count("books"), books: Count("books") });
  // @ts-expect-error the key of a relation
  Book.objects.annotate({ authorId: Count("tags") });
  // @ts-expect-error the key
  Book.objects.annotate({ pk: Count("tags") });
  // @ts-expect-error a field, of groups
  Book.objects.values("author").annotate({ pages: Sum("pages") });
  Author.objects.annotate({ n: Count("books") }).annotate({ n: Count("books", { distinct: true }) });
  // @ts-expect-error not annotated
  Q1.orderBy("-m");
  // @ts-expect-error no such path to count
  Author.objects.annotate({ n: Count("bookz") });
  // @ts-expect-error wrong path in the aggregate's filter
  Author.objects.annotate({ n: Count("books", { filter: Q({ books__pagez__gt: 10 }) }) });
  await Author.objects
    .annotate({ n: Count("books", { filter: Q({ books__pages__gt: 10 }), distinct: true }) })
    .annotate({ m: F("n").mul(2) })
    .values("name", "n", "m")
    .fetch(db)
    .then((x) => x[0]!.n.toFixed() + x[0]!.m.toFixed());
  const g = await Book.objects
    .values("author__name")
    .annotate({ n: Count("isbn"), p: Sum("price") })
    .filter({ n__gt: 1 })
    .orderBy("-n", "author__name")
    .fetch(db);
  exact<string>()(g[0]!.author__name);
  exact<number>()(g[0]!.n);
  exact<string | null>()(g[0]!.p);
  // @ts-expect-error not grouped by it
  g[0]!.title;
  exact<{ a: string | null }>()(await Book.objects.aggregate(db, { a: Avg("price") }));
  const ag = await Book.objects.aggregate(db, { total: Sum("pages"), mean: Avg("pages"), dear: Max("price"), n: Count("*") });
  exact<{ total: number | null; mean: number | null; dear: string | null; n: number }>()(ag);
  // @ts-expect-error not an aggregate
  await Book.objects.aggregate(db, { total: F("pages") });
  // @ts-expect-error no such path
  await Book.objects.aggregate(db, { total: Sum("pagez") });
  exact<number[]>()(await Book.objects.valuesList("pages", { flat: true }).fetch(db));
  const l = await Book.objects.valuesList("title", "editor__age").fetch(db);
  exact<[string, number | null]>()(l[0]!);
  const v = await Book.objects.values("title", "editor__name", "author__createdAt", "author__createdAt__year").fetch(db);
  exact<string | null>()(v[0]!.editor__name);
  v[0]!.author__createdAt.getTime();
  v[0]!.author__createdAt__year.toFixed();
  // @ts-expect-error no such path
  Book.objects.values("author__nam");
  const o = await Author.objects.only("name").fetch(db);
  o[0]!.name.length;
  o[0]!.id.toFixed();
  o[0]!.shout;
  // @ts-expect-error not read
  o[0]!.age;
  // @ts-expect-error no such field
  Author.objects.only("nam");
  const d = await Author.objects.defer("settings").fetch(db);
  d[0]!.age;
  // @ts-expect-error deferred
  d[0]!.settings;
  const late = await new Author().load("settings");
  late.settings.box;
  // F and Q are checked against the model they are used on
  Book.objects.filter({ pages__lt: F("author__age"), title: F("author__name") });
  Book.objects.filter({ pages__gt: F("author__age").mul(2).add(F("pages")) });
  // @ts-expect-error no such path on Book
  Book.objects.filter({ pages__lt: F("author__agee") });
  // @ts-expect-error a text against a number
  Book.objects.filter({ pages__lt: F("author__name") });
  // @ts-expect-error second path wrong
  Book.objects.filter({ pages__gt: F("pages").add(F("pagess")) });
  Book.objects.filter(
    Q({ title__icontains: "orm" })
      .or({ pages__gt: 100 })
      .and(Q({ author__role: "admin" }).not()),
  );
  Book.objects.filter({ title: "x" }, Q({ pages: 1 }));
  const deep = Q({ author__rol: "admin" }).not();
  // @ts-expect-error deep inside a Q
  Book.objects.filter(Q({ title__icontains: "orm" }).or({ pages__gt: 100 }).and(deep));
  // @ts-expect-error wrong value in a Q
  Book.objects.filter(Q({ pages__gt: "many" }));
  // @ts-expect-error a Q for another model
  Tag.objects.filter(Q({ pages__gt: 1 }));
  Author.objects.filter(
    Author.c.name
      .eq("x")
      .or(Author.c.age.gt(F("id")))
      .and({ role: "admin" })
      .not(),
  );
  Book.objects.filter(Book.c.authorId.in([1]));
  // @ts-expect-error wrong type
  Author.c.name.eq(3);
  // @ts-expect-error columns of another model
  Book.objects.filter(Author.c.name.eq("x"));
  // @ts-expect-error wrong path
  Author.c.age.gt(F("idd"));
  await Book.objects.filter({ title: "x" }).update(db, { pages: F("pages").add(1), editor: null });
  // @ts-expect-error wrong path
  await Book.objects.filter({ title: "x" }).update(db, { pages: F("pagess").add(1) });
  // @ts-expect-error wrong field
  await Book.objects.filter({ title: "x" }).update(db, { pagess: 1 });
  // @ts-expect-error generated
  await Author.objects.filter({ name: "x" }).update(db, { slug: "y" });
  const cs = await Author.objects
    .annotate({
      group: Case([When({ age__gte: 18 }, "adult"), When(Q({ age: null }), "unknown")], { default: "minor" }),
      label: Coalesce("age", Value(0)),
      newest: Subquery(
        Book.objects
          .filter({ author: OuterRef("id") })
          .orderBy("-title")
          .valuesList("title", { flat: true }),
      ),
      any: Exists(Book.objects.filter({ author: OuterRef("id") })),
      rank: Window(RowNumber(), { partitionBy: "role", orderBy: "-age" }),
    })
    .fetch(db);
  exact<"adult" | "unknown" | "minor">()(cs[0]!.group);
  cs[0]!.label.toFixed();
  exact<string | null>()(cs[0]!.newest);
  cs[0]!.any satisfies boolean;
  cs[0]!.rank.toFixed();
  // @ts-expect-error wrong path in When
  Author.objects.annotate({ group: Case([When({ agee__gte: 18 }, "adult")]) });
  await Book.objects
    .filter({ author__in: Author.objects.filter({ age: 3 }), tags__label__in: Tag.objects.valuesList("label", { flat: true }) })
    .orderBy(F("title").desc({ nulls: "last" }), "?")
    .fetch(db);
  Author.objects.filter({
    settings__theme: "dark",
    settings__box__width__gt: 3,
    settings__haskey: "theme",
    labels__overlap: ["x"],
    labels__len: 3,
    createdAt__year__gte: 2020,
    createdAt__gte: new Date(),
    big__gt: 3n,
    role__in: ["admin"],
    age__range: [1, 2],
    name__regex: "x",
  });
  // @ts-expect-error not a member
  Author.objects.filter({ role__in: ["root"] });
  // @ts-expect-error JSON path
  Author.objects.filter({ settings__themee: "dark" });
  // @ts-expect-error null with an ordering lookup
  Author.objects.filter({ age__gt: null });
  // @ts-expect-error undefined in a filter
  Author.objects.filter({ name: undefined });
  const conditions: ConditionOn<Book>[] = [Q({ title: "x" }), Book.c.pages.gt(3)];
  Book.objects.filter({}, ...conditions);
  Book.objects.filter(conditions[0]!);
  // @ts-expect-error a condition on books
  Author.objects.filter(conditions[0]!);
  // @ts-expect-error checked where it is collected
  conditions.push(Q({ titel: "x" }));
  const unchecked: Record<string, unknown> = {};
  // @ts-expect-error keys that nobody has checked
  Author.objects.filter(unchecked);
  Author.objects.filter(sql`age > 3`);
  Author.adults().orderBy("name");
}
