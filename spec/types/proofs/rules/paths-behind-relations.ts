/** A path is checked behind nullable references and collections by every builder. */

import { foreignKey, hasMany, model, t } from "flash-db";

class Author extends model<Author>("authors")({ name: t.text(), books: hasMany(() => Book, "author") }) {}
class Book extends model<Book>("books")({
  title: t.text(),
  author: foreignKey(() => Author).nullable(),
  editor: foreignKey(() => Author),
}) {}

Book.objects.values("title", "author__name", "editor__name");
Author.objects.orderBy("-books__title").distinct("books__title");
// @ts-expect-error behind a relation that may be null
Book.objects.values("author__nope");
// @ts-expect-error refused
Book.objects.valuesList("author__nope");
// @ts-expect-error refused
Book.objects.orderBy("-author__nope");
// @ts-expect-error refused
Book.objects.distinct("author__nope");
// @ts-expect-error behind a collection
Author.objects.values("books__nope");
// @ts-expect-error refused
Author.objects.valuesList("books__nope");
// @ts-expect-error refused
Author.objects.orderBy("books__nope");
// @ts-expect-error refused
Author.objects.distinct("books__nope");
