/** Models with every kind of relation, nullable and not, and the few rows that the examples ask about. */

import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, softDelete, t, type Session } from "flash-db";

export class Person extends model<Person>("shelf_people")({
  name: t.text(),
  nick: t.text().nullable(),
  age: t.integer().nullable(),
  boss: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  staff: hasMany(() => Person, "boss"),
  articles: hasMany(() => Article, "author"),
  edited: hasMany(() => Article, "editor"),
  profile: hasOne(() => Profile, "person"),
}) {}
export class Profile extends model<Profile>("shelf_profiles")({
  bio: t.text().nullable(),
  person: oneToOne(() => Person, { onDelete: "cascade" }),
}) {}
export class Article extends model<Article>("shelf_articles")({
  title: t.text(),
  body: t.text().nullable(),
  views: t.integer().default(0),
  price: t.decimal(10, 2).default("0"),
  publishedAt: t.timestamp().nullable(),
  data: t.json<Record<string, unknown>>().nullable(),
  words: t.array(t.text()).nullable(),
  author: foreignKey(() => Person, { onDelete: "cascade" }),
  editor: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  tags: manyToMany(() => Tag, { reverse: "articles" }),
  comments: hasMany(() => Comment, "article"),
}) {}
export class Tag extends model<Tag>("shelf_tags")(
  {
    label: t.text().unique(),
    rank: t.integer().nullable(),
    parent: foreignKey(() => Tag, { onDelete: "setNull" }).nullable(),
    children: hasMany(() => Tag, "parent"),
    articles: manyToMany(() => Article, { reverse: "tags" }),
  },
  { ordering: ["label"] },
) {}
export class Comment extends model<Comment>("shelf_comments")({
  text: t.text(),
  likes: t.integer().default(0),
  article: foreignKey(() => Article, { onDelete: "cascade" }),
  ...softDelete(),
}) {}

export const shelf = [Person, Profile, Article, Tag, Comment] as const;

/**
 * Ada (boss of Bob and Cy; profile), Bob (boss of Dee), Cy, Dee without age.
 * Articles: "one" (Ada, edited by Bob; tags x, y), "two" (Ada; tag y), "three" (Bob, edited by Ada; no tags), "four" (Cy, edited by Cy; tag z).
 * Tags: x (rank 1), y (rank 2, child of x), z (no rank, child of y), w (unused).
 */
export const fillShelf = async (db: Session): Promise<void> => {
  const [ada] = await Person.objects.bulkCreate(db, [{ name: "Ada", nick: "A", age: 36 }]);
  const [bob, cy] = await Person.objects.bulkCreate(db, [
    { name: "Bob", age: 50, boss: ada! },
    { name: "Cy", nick: "100%", age: 20, boss: ada! },
  ]);
  await Person.objects.bulkCreate(db, [{ name: "Dee", nick: "d_e", boss: bob! }]);
  await Profile.objects.create(db, { person: ada!, bio: "counts" });
  const at = (day: number): Date => new Date(Date.UTC(2024, 0, day, 10, 30));
  const [one, two, , four] = await Article.objects.bulkCreate(db, [
    {
      title: "one",
      body: "see 100%",
      views: 10,
      price: "1.50",
      publishedAt: at(1),
      data: { kind: "a", size: 3, deep: { x: [1, 2] } },
      words: ["red", "blue"],
      author: ada!,
      editor: bob!,
    },
    { title: "two", body: null, views: 20, price: "2.50", publishedAt: at(15), data: { kind: "b", size: 10 }, words: [], author: ada! },
    { title: "three", body: "three", views: 30, price: "0.10", publishedAt: null, data: null, words: null, author: bob!, editor: ada! },
    {
      title: "four",
      body: "back\\slash_",
      views: 40,
      price: "0.20",
      publishedAt: new Date(Date.UTC(2023, 11, 31, 23, 59)),
      data: { kind: null },
      words: ["blue"],
      author: cy!,
      editor: cy!,
    },
  ]);
  const x = await Tag.objects.create(db, { label: "x", rank: 1 });
  const y = await Tag.objects.create(db, { label: "y", rank: 2, parent: x });
  const z = await Tag.objects.create(db, { label: "z", parent: y });
  await Tag.objects.create(db, { label: "w", rank: 3 });
  one!.tags.add(x, y);
  two!.tags.add(y);
  four!.tags.add(z);
  await db.flush();
  await Comment.objects.bulkCreate(db, [
    { text: "good", likes: 5, article: one! },
    { text: "bad", likes: 1, article: one! },
    { text: "good", likes: 2, article: two! },
    { text: "hidden", likes: 100, article: two!, deletedAt: at(2) },
  ]);
  await db.commit();
};
