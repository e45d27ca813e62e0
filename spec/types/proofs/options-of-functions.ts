/** What stands behind the arguments of a function: options by name, and nothing in their place. */

import { Case, check, Count, model, Q, signals, t, Value, When, Window, RowNumber } from "flash-db";
import { Author, Book } from "./models.js";

Author.objects.annotate({ x: Case([When({ name: "x" }, 1)], { default: Value(0) }) });
// @ts-expect-error an expression in place of options
Author.objects.annotate({ x: Case([When({ name: "x" }, 1)], Value(3)) });
// @ts-expect-error a further branch in place of options
Author.objects.annotate({ x: Case([When({ name: "x" }, 1)], [When({ name: "y" }, 2)]) });
// @ts-expect-error a condition in place of options
Author.objects.annotate({ x: Count("books", Q({ books__title: "x" })) });
// @ts-expect-error a misspelt option
Author.objects.annotate({ x: Window(RowNumber(), { partitonBy: "name" }) });

export class Note extends model<Note>("notes")(
  { text: t.text(), size: t.integer() },
  { constraints: [check("some", Q({ text__ne: "" }).or({ size__gt: 0 }))] },
) {}
export class Wrong extends model<Wrong>("wrong")(
  { text: t.text() },
  // @ts-expect-error no such field
  { constraints: [check("some", Q({ tex: "" }))] },
) {}

for (const each of [Author, Book])
  signals.on("post_save", each, ({ instance }) => {
    instance satisfies Author | Book;
    // @ts-expect-error only one of them has it
    void instance.pages;
  });
