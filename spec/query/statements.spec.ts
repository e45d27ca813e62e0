/** The SQL that querysets make: what is joined and what is not, what is bound, what is grouped. */

import { expect, it } from "vitest";
import { Count, Exists, F, OuterRef, Q, RowNumber, Substr, Sum, Window } from "flash-db";
import { Article, Person, Tag } from "./shelf.js";

interface Shown {
  readonly toSQL: (dialect: string) => { readonly text: string };
}
/** Without what only one database needs: quotes, casts of parameters, collations, places of NULLs. */
const plain = (text: string): string =>
  text
    .replace(/"|shelf_/g, "")
    .replace(/::[a-z]+(\[\])?/g, "")
    .replace(/ COLLATE C| NULLS (?:FIRST|LAST)/g, "")
    .replace(/CAST\((\?|\$\d+) AS \w+\)/g, "$1")
    .replace(/\$\d+/g, "?");

/** A question, the queryset, its SQL; twice where the databases differ. */
const table: readonly (readonly [question: string, set: () => Shown, sqlite: string, postgres?: string])[] = [
  ["all rows", () => Article.objects.only("title"), "SELECT articles.id, articles.title FROM articles"],
  [
    "the key of a related row, without a join",
    () => Article.objects.only("title").filter({ author__id: 1 }),
    "SELECT articles.id, articles.title FROM articles WHERE articles.author_id = ?",
  ],
  [
    "a column of a related row",
    () => Article.objects.only("title").filter({ author__name: "Ada", editor__name: "Bob" }),
    "SELECT articles.id, articles.title FROM articles INNER JOIN people ON articles.author_id = people.id INNER JOIN people AS people_2 ON articles.editor_id = people_2.id WHERE (people.name = ?) AND (people_2.name = ?)",
  ],
  [
    "either of two, one of them over a nullable relation",
    () => Article.objects.only("title").filter(Q({ title: "one" }).or({ editor__name: "Bob" })),
    "SELECT articles.id, articles.title FROM articles LEFT JOIN people ON articles.editor_id = people.id WHERE (articles.title = ?) OR (people.name = ?)",
  ],
  [
    "not equal, where NULL differs too",
    () => Article.objects.only("title").exclude({ body: "x" }),
    "SELECT articles.id, articles.title FROM articles WHERE NOT ((articles.body = ?) AND (articles.body IS NOT NULL))",
  ],
  [
    "no related row like this",
    () => Article.objects.only("title").exclude({ tags__label: "y" }),
    "SELECT articles.id, articles.title FROM articles WHERE NOT EXISTS (SELECT 1 FROM articles_tags INNER JOIN tags ON articles_tags.tag_id = tags.id WHERE (articles_tags.article_id = articles.id) AND (tags.label = ?))",
  ],
  [
    "no related row at all",
    () => Article.objects.only("title").filter({ tags: null }),
    "SELECT articles.id, articles.title FROM articles LEFT JOIN articles_tags ON articles.id = articles_tags.article_id WHERE articles_tags.tag_id IS NULL",
  ],
  [
    "two conditions on one related row",
    () => Article.objects.only("title").filter({ comments__text: "good", comments__likes__gt: 3 }),
    "SELECT articles.id, articles.title FROM articles INNER JOIN comments ON (articles.id = comments.article_id) AND (comments.deleted_at IS NULL) WHERE (comments.text = ?) AND (comments.likes > ?)",
  ],
  [
    "two conditions on any related rows",
    () => Article.objects.only("title").filter({ tags: 1 }).filter({ tags: 2 }),
    "SELECT articles.id, articles.title FROM articles INNER JOIN articles_tags ON articles.id = articles_tags.article_id INNER JOIN articles_tags AS articles_tags_2 ON articles.id = articles_tags_2.article_id WHERE (articles_tags.tag_id = ?) AND (articles_tags_2.tag_id = ?)",
  ],
  [
    "one of a list",
    () => Article.objects.only("title").filter({ views__in: [10, 20] }),
    "SELECT articles.id, articles.title FROM articles WHERE articles.views IN (SELECT value FROM json_each(?))",
    "SELECT articles.id, articles.title FROM articles WHERE articles.views = ANY(?)",
  ],
  [
    "one of a sub-select",
    () => Article.objects.only("title").filter({ author__in: Person.objects.filter({ age__gt: 30 }) }),
    "SELECT articles.id, articles.title FROM articles WHERE articles.author_id IN (SELECT people.id FROM people WHERE people.age > ?)",
  ],
  [
    "text inside",
    () => Article.objects.only("title").filter({ title__contains: "a", body__istartswith: "b" }),
    "SELECT articles.id, articles.title FROM articles WHERE (instr(articles.title, ?) > 0) AND (substr(flash_fold(articles.body), 1, length(flash_fold(?))) = flash_fold(?))",
    "SELECT articles.id, articles.title FROM articles WHERE (articles.title LIKE ? ESCAPE '\\') AND ((UPPER(articles.body COLLATE und-x-icu)) LIKE (UPPER(? COLLATE und-x-icu)) ESCAPE '\\')",
  ],
  [
    "a year, by the column itself",
    () => Article.objects.only("title").filter({ publishedAt__year: 2024 }),
    "SELECT articles.id, articles.title FROM articles WHERE (articles.published_at >= ?) AND (articles.published_at < ?)",
  ],
  [
    "a value inside JSON",
    () => Article.objects.only("title").filter({ data__kind: "a" } as never),
    "SELECT articles.id, articles.title FROM articles WHERE flash_json_canonical((articles.data -> ?)) = flash_json_canonical(?)",
    "SELECT articles.id, articles.title FROM articles WHERE (articles.data -> ?) = ?",
  ],
  [
    "column against column",
    () => Article.objects.only("title").filter({ views__gt: F("author__age").mul(2) }),
    "SELECT articles.id, articles.title FROM articles INNER JOIN people ON articles.author_id = people.id WHERE articles.views > (people.age * ?)",
  ],
  [
    "a related row by EXISTS",
    () => Person.objects.only("name").filter(Exists(Article.objects.filter({ author: OuterRef("pk"), views__gt: 10 }))),
    "SELECT people.id, people.name FROM people WHERE EXISTS (SELECT 1 FROM articles WHERE (articles.author_id = people.id) AND (articles.views > ?))",
  ],
  [
    "slices in a total order",
    () => Article.objects.only("title").orderBy("-views").slice(5, 10),
    "SELECT articles.id, articles.title FROM articles ORDER BY articles.views DESC, articles.id ASC LIMIT ? OFFSET ?",
  ],
  [
    "the ordering of a related model",
    () => Tag.objects.only("label").orderBy("-parent"),
    "SELECT tags.id, tags.label FROM tags LEFT JOIN tags AS tags_2 ON tags.parent_id = tags_2.id ORDER BY tags_2.label DESC",
  ],
  [
    "a count of related rows",
    () =>
      Person.objects
        .only("name")
        .annotate({ n: Count("articles") })
        .filter({ n__gt: 1 })
        .orderBy("-n"),
    "SELECT people.id, people.name, COUNT(articles.id) FROM people LEFT JOIN articles ON people.id = articles.author_id GROUP BY people.id HAVING COUNT(articles.id) > ? ORDER BY COUNT(articles.id) DESC",
  ],
  [
    "a count under a condition",
    () => Person.objects.only("name").annotate({ n: Count("articles", { filter: Q({ articles__views__gt: 10 }) as never }) }),
    "SELECT people.id, people.name, COUNT(articles.id) FILTER (WHERE articles.views > ?) FROM people LEFT JOIN articles ON people.id = articles.author_id GROUP BY people.id",
  ],
  [
    "groups of values",
    () =>
      Article.objects
        .values("author__name")
        .annotate({ n: Count("id"), v: Sum("views") })
        .filter({ n__gt: 1 })
        .orderBy("-n"),
    "SELECT people.name, COUNT(articles.id), SUM(articles.views) FROM articles INNER JOIN people ON articles.author_id = people.id GROUP BY people.name HAVING COUNT(articles.id) > ? ORDER BY COUNT(articles.id) DESC",
  ],
  [
    "groups by an expression",
    () =>
      Article.objects
        .values({ c: Substr("title", 1, 1) } as never)
        .annotate({ n: Count("id") })
        .orderBy("c" as never),
    "SELECT SUBSTR(articles.title, ?, ?), COUNT(articles.id) FROM articles GROUP BY 1 ORDER BY 1 ASC",
    "SELECT SUBSTR(articles.title, ?, ?), COUNT(articles.id) FROM articles GROUP BY 1 ORDER BY SUBSTR(articles.title, ?, ?) ASC",
  ],
  [
    "a window in a filter",
    () =>
      Article.objects
        .only("title")
        .annotate({ r: Window(RowNumber(), { partitionBy: "author", orderBy: "-views" }) })
        .filter({ r: 1 }),
    "SELECT rows.c1, rows.c2, rows.c3 FROM (SELECT articles.id AS c1, articles.title AS c2, ROW_NUMBER() OVER (PARTITION BY articles.author_id ORDER BY articles.views DESC) AS c3 FROM articles) AS rows WHERE rows.c3 = ?",
  ],
  [
    "joined relations",
    () =>
      Article.objects
        .only("title", "author__name" as never, "author" as never, "editor" as never, "editor__name" as never)
        .selectRelated("author", "editor"),
    "SELECT articles.id, articles.title, articles.author_id, articles.editor_id, people.id, people.name, people_2.id, people_2.name FROM articles INNER JOIN people ON articles.author_id = people.id LEFT JOIN people AS people_2 ON articles.editor_id = people_2.id",
  ],
  [
    "a union",
    () =>
      Person.objects
        .valuesList("name")
        .union(Tag.objects.valuesList("label") as never)
        .orderBy("name")
        .limit(3),
    "SELECT combined.c1 FROM (SELECT people.name AS c1 FROM people UNION SELECT tags.label AS c1 FROM tags) AS combined ORDER BY combined.c1 ASC LIMIT ?",
  ],
  [
    "distinct rows ordered by another column",
    () =>
      Person.objects
        .filter({ articles__views__gt: 1 })
        .values("name")
        .distinct()
        .orderBy("age" as never),
    "SELECT DISTINCT people.name, people.age FROM people INNER JOIN articles ON people.id = articles.author_id WHERE articles.views > ? ORDER BY people.age ASC",
  ],
  [
    "a tree",
    () =>
      Tag.objects
        .only("label")
        .with("tree", Tag.objects.only("label", "parent" as never).filter({ parent: null }), (tree) =>
          Tag.objects.only("label", "parent" as never).filter({ parent: tree.ref("id") }),
        ),
    "WITH RECURSIVE tree (id, label, parent_id) AS (SELECT tags.id, tags.label, tags.parent_id FROM tags WHERE tags.parent_id IS NULL UNION ALL SELECT tags_2.id, tags_2.label, tags_2.parent_id FROM tags AS tags_2 INNER JOIN tree ON TRUE WHERE tags_2.parent_id = tree.id) SELECT tags_3.id, tags_3.label FROM tree AS tags_3 ORDER BY tags_3.label ASC",
  ],
  [
    "locked rows",
    () => Article.objects.only("title").selectForUpdate({ noWait: true }).filter({ id: 1 }),
    "SELECT articles.id, articles.title FROM articles WHERE articles.id = ?",
    "SELECT articles.id, articles.title FROM articles WHERE articles.id = ? FOR UPDATE NOWAIT",
  ],
];

const cases = table.map(([question, set, sqlite, postgres = sqlite]) => ({ question, set, sqlite, postgres }));
it.each(cases)("$question", ({ set, sqlite, postgres }) => {
  expect(plain(set().toSQL("sqlite").text)).toBe(sqlite);
  expect(plain(set().toSQL("postgres").text)).toBe(postgres);
});
