/** The models that the examples of the Python package speak of: articles with comments, tags and reviews; products with prices and stock. */

import { foreignKey, hasMany, manyToMany, model, t, timestamps, type Session } from "flash-db";

export class Article extends model<Article>("py_articles")({
  title: t.text().unique(),
  content: t.text().nullable(),
  status: t.text().default("draft"),
  ...timestamps(),
  comments: hasMany(() => Comment, "article"),
  reviews: hasMany(() => Review, "article"),
  tags: manyToMany(() => Tag, { reverse: "articles" }),
}) {}
export class Comment extends model<Comment>("py_comments")({ text: t.text(), article: foreignKey(() => Article) }) {}
export class Review extends model<Review>("py_reviews")({
  rating: t.integer(),
  article: foreignKey(() => Article, { onDelete: "cascade" }),
}) {}
export class Tag extends model<Tag>("py_tags")({ label: t.text(), articles: manyToMany(() => Article, { reverse: "tags" }) }) {}
export class Product extends model<Product>("py_products")({
  name: t.text().nullable(),
  price: t.decimal(10, 2).default("0"),
  stock: t.integer().default(0),
}) {}
/** Its key is made by the default of `t.uuid()`. */
export class Document extends model<Document>("py_documents")({ id: t.uuid().primaryKey(), title: t.text() }) {}

export const models = [Article, Comment, Review, Tag, Product, Document] as const;

/** Nothing: each example makes its own few rows. */
export const empty = (): Promise<void> => Promise.resolve();
export const articles = (db: Session, ...titles: readonly string[]): Promise<Article[]> =>
  Article.objects.bulkCreate(
    db,
    titles.map((title) => ({ title })),
  );
/** `[name, price, stock]` each. */
export const products = (
  db: Session,
  ...rows: readonly (readonly [name: string | null, price: string, stock: number])[]
): Promise<Product[]> =>
  Product.objects.bulkCreate(
    db,
    rows.map(([name, price, stock]) => ({ name, price, stock })),
  );
