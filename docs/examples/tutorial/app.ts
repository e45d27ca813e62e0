/** The routes, on a database that is open: `server.ts` and the tests open it. */

import Fastify, { type FastifyInstance } from "fastify";
import { Count, getDb, httpError } from "flash-db";
import { Book, Shelf } from "./models.js";

interface NewBook {
  title: string;
  pages: number;
  shelf: string;
}

const newBook = {
  type: "object",
  required: ["title", "pages", "shelf"],
  additionalProperties: false,
  properties: {
    title: { type: "string", minLength: 1 },
    pages: { type: "integer", minimum: 1 },
    shelf: { type: "string", minLength: 1 },
  },
} as const;

export const buildApp = (): FastifyInstance => {
  const app = Fastify();

  app.post<{ Body: NewBook }>("/books", { schema: { body: newBook } }, (request, reply) =>
    getDb(async (db) => {
      const { title, pages, shelf: name } = request.body;
      const [shelf] = await Shelf.objects.getOrCreate(db, { name });
      const book = await Book.objects.create(db, { title, pages, shelf });
      await db.commit();
      return reply.code(201).send(book);
    }),
  );

  app.get<{ Querystring: { after?: string } }>("/books", (request) =>
    getDb(async (db) => {
      const { items, endCursor, hasNext } = await Book.objects
        .selectRelated("shelf")
        .orderBy("-createdAt")
        .paginate(db, { first: 20, after: request.query.after ?? null });
      const books = items.map((book) => ({ ...book.toJSON(), shelf: book.shelf.name }));
      return { books, next: hasNext ? endCursor : null };
    }),
  );

  app.get<{ Params: { id: string } }>("/books/:id", (request) =>
    getDb((db) => Book.objects.get(db, { id: Number(request.params.id) })),
  );

  app.get("/shelves", () =>
    getDb((db) =>
      Shelf.objects
        .annotate({ books_count: Count("books") })
        .orderBy("name")
        .fetch(db),
    ),
  );

  app.setErrorHandler((error, _request, reply) => {
    const answer = httpError(error); // null: the program is wrong, and Fastify answers 500
    return answer === null
      ? reply.send(error)
      : reply.code(answer.status).send({ errors: answer.errors });
  });

  return app;
};
