/** Lookups by type: dates, JSON, arrays, keys, references to several models. */

import { anyOf, F, foreignKey, model, t, timestamps, type JsonNull, type Session } from "flash-db";
import { Author, Book } from "./models.js";
import { exact } from "./exact.js";

class Event extends model<Event>("events")({
  key: t.uuid().primaryKey(),
  day: t.date(),
  end: t.date().nullable(),
  data: t.json<{ tags: string[]; deep: { n: number; gone?: string } }>(),
  anything: t.json(),
  free: t.json<Record<string, number>>().nullable(),
  gone: t.json<{ a: 1 } | JsonNull>(),
  ...timestamps(),
  about: anyOf({ author: () => Author, book: () => Book }),
}) {}
class Entry extends model<Entry>("entries")({ event: foreignKey(() => Event) }) {}

export async function dates(db: Session) {
  Event.objects.filter({
    day: "2024-01-01",
    day__year: 2024,
    day__month__gte: 3,
    end__quarter: 2,
    createdAt__quarter: 1,
    createdAt__isoWeekday__in: [1, 2],
    createdAt__date: "2024-01-01",
    day__range: ["2024-01-01", "2025-01-01"],
  });
  Entry.objects.filter({ event__day__year: 2024, event__pk: "x", event__pk__in: ["x"], pk__gt: 3 });
  const [row] = await Event.objects.values("day__year", "end__month", "createdAt__hour", "createdAt__date").fetch(db);
  exact<{ day__year: number; end__month: number | null; createdAt__hour: number; createdAt__date: string }>()(row!);
  // @ts-expect-error a date has no hour
  Event.objects.filter({ day__hour: 3 });
  // @ts-expect-error a text has no year
  Author.objects.filter({ name__year: 2024 });
  // @ts-expect-error a year is a number
  Event.objects.filter({ day__year: "2024" });
  // @ts-expect-error no such path
  Event.objects.values("day__hour");
}

export async function json(db: Session) {
  Event.objects.filter({
    data__deep__n__gt: 3,
    data__tags__0: "x",
    data__deep__gone: null,
    data__haskey: "deep",
    data__contains: { tags: ["x"] },
    anything__a__b: 3,
    free__x__gt: 3,
    free__isnull: true,
    gone: { a: 1 },
  });
  const [row] = await Event.objects.values("data__deep__n", "data__tags__0", "free__x").fetch(db);
  exact<{ data__deep__n: number | null; data__tags__0: string | null; free__x: number | null }>()(row!);
  // @ts-expect-error no such key
  Event.objects.filter({ data__depe__n: 3 });
  // @ts-expect-error a number
  Event.objects.filter({ data__deep__n: "3" });
  // @ts-expect-error methods of an array are no keys
  Event.objects.filter({ data__tags__length: 3 });
  // @ts-expect-error undefined is no value
  Event.objects.filter({ data__deep__gone: undefined });
}

export async function references(db: Session, book: Book, author: Author) {
  Event.objects.filter({ about: book, aboutType: "book", aboutId: 3 });
  Event.objects.filter({ aboutType__in: ["book", "author"], about__in: [book, author] });
  // @ts-expect-error not one of the models
  Event.objects.filter({ aboutType: "tag" });
  // @ts-expect-error neither has such a key
  Event.objects.filter({ aboutId: true });
  await Event.objects.create(db, { day: "2024-01-01", data: { tags: [], deep: { n: 1 } }, anything: 1, gone: { a: 1 }, about: book });
}

export async function texts() {
  Author.objects.filter({
    name__regex: "x",
    name__iregex: "x",
    name__search: "x",
    name__iexact: F("slug"),
    name__range: ["a", "b"],
    labels__contains: ["x"],
    labels__overlap: ["x"],
    labels__len__gt: 3,
  });
  // @ts-expect-error numbers have no text lookups
  Author.objects.filter({ age__icontains: "3" });
  // @ts-expect-error booleans have no order
  Book.objects.filter({ author__deletedAt__gt: true });
}
