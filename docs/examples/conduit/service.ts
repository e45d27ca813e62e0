/** The service: a session for each request, one unit of work that is committed when its handler is done, and errors as answers. */

import { setImmediate } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Database, type HttpError, httpError, type Session } from "flash-db";
import { articleRoutes } from "./articles.js";
import type { User } from "./models.js";
import { profileRoutes } from "./profiles.js";
import { createTokens, type Tokens } from "./tokens.js";
import { userRoutes, viewerOf } from "./users.js";

/** A refusal that no error of the database stands for. */
export class Refusal extends Error implements HttpError {
  readonly status: number;
  readonly retry = false;
  readonly errors: Readonly<Record<string, readonly string[]>>;
  constructor(status: number, errors: Readonly<Record<string, readonly string[]>>) {
    super(`${status}`);
    this.status = status;
    this.errors = errors;
  }
}

/** What a handler works with. */
export interface Call {
  readonly db: Session;
  readonly tokens: Tokens;
  readonly viewer: User | null;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** What the body holds under its one name: `{ article: { … } }`. */
  readonly given: (name: string) => unknown;
  readonly reply: FastifyReply;
}
type Method = "GET" | "POST" | "PUT" | "DELETE";
type Handler<C> = (call: C) => Promise<object | undefined>;

export interface Routes {
  readonly add: (method: Method, url: string, handler: Handler<Call>) => void;
  /** The same for those who are signed in. */
  readonly signedIn: (method: Method, url: string, handler: Handler<Call & { readonly viewer: User }>) => void;
}

const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const known = error instanceof Refusal ? error : httpError(error);
  if (known !== null)
    return reply
      .code(known.status)
      .headers(known.retry ? { "retry-after": "1" } : {})
      .send({ errors: known.errors });
  const status = (error as { statusCode?: unknown }).statusCode;
  // Fastify's own: a body that is not JSON, too large, of another type.
  if (typeof status === "number" && status < 500) return reply.code(status).send({ errors: { body: [(error as Error).message] } });
  request.log.error(error);
  return reply.code(500).send({ errors: { __all__: ["something went wrong"] } });
};

export const createService = (database: Database, secret: Uint8Array): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true });
  const tokens = createTokens(secret);

  const run = async (handler: Handler<Call>, request: FastifyRequest, reply: FastifyReply): Promise<object | undefined> => {
    // Whoever has hung up meanwhile gets nothing done: under load that is work for those who wait.
    await setImmediate();
    if (reply.raw.destroyed) {
      reply.hijack();
      return undefined;
    }
    const db = database.session();
    try {
      const answer = await handler({
        db,
        tokens,
        viewer: await viewerOf(db, tokens, request.headers.authorization),
        params: request.params as Readonly<Record<string, string>>,
        query: request.query as Readonly<Record<string, unknown>>,
        given: (name) => (request.body as Readonly<Record<string, unknown>> | null)?.[name],
        reply,
      });
      await db.commit();
      return answer;
    } catch (error) {
      await db.rollback();
      throw error;
    } finally {
      await db.close();
    }
  };

  const routes: Routes = {
    add: (method, url, handler) => void app.route({ method, url: `/api${url}`, handler: (request, reply) => run(handler, request, reply) }),
    signedIn: (method, url, handler) =>
      routes.add(method, url, ({ viewer, ...call }) => {
        if (viewer === null) throw new Refusal(401, { token: ["is missing or not valid"] });
        return handler({ ...call, viewer });
      }),
  };
  for (const add of [userRoutes, profileRoutes, articleRoutes]) add(routes);

  // Clients say that they send JSON where they send nothing: to like an article, to follow somebody.
  const json = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, null);
    else void json(request, body, done);
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ errors: { __all__: ["not found"] } }));
  return app;
};
