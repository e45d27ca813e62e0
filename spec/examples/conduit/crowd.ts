/** A crowd of clients that use Conduit at once and check each answer; some of them hang up in the middle of their requests. */

import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { client, signUp, type Answer, type Client } from "./client.js";

export interface Crowd {
  readonly clients: number;
  readonly seconds: number;
}
export interface Report {
  /** Answers that were as they must be. */
  readonly right: number;
  /** What was wrong with the others. */
  readonly wrong: readonly string[];
  /** Requests that were given up before they were answered. */
  readonly hungUp: number;
  /** The slowest answer, in ms. */
  readonly slowest: number;
}

interface Article {
  readonly slug: string;
  readonly title: string;
  readonly tagList: readonly string[];
  readonly favorited: boolean;
  readonly favoritesCount: number;
  readonly author: { readonly username: string };
}
const articleOf = ({ body }: Answer): Article => (body as { article: Article }).article;

/** Every tenth client hangs up. */
const hangsUp = (number: number): boolean => number % 10 === 9;

export const playCrowd = async (url: string, { clients, seconds }: Crowd): Promise<Report> => {
  const wrong: string[] = [];
  let right = 0;
  let hungUp = 0;
  let slowest = 0;
  let end = 0;
  const check = (what: string, holds: boolean, answer: Answer): void => {
    if (holds) right++;
    else wrong.push(`${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  };
  /** Stops the client in the middle of a round, when the time is over. */
  class Over extends Error {}
  const timed =
    (ask: Client): Client =>
    async (...request) => {
      const begun = performance.now();
      if (begun > end) throw new Over();
      const answer = await ask(...request);
      slowest = Math.max(slowest, performance.now() - begun);
      return answer;
    };

  /** One round of somebody who waits for the answers. */
  const write = async (ask: Client, name: string, round: number): Promise<void> => {
    const title = `${name} ${round}`;
    const made = await ask("POST", "/articles", { article: { title, description: "d", body: "b", tagList: [name, "everybody"] } });
    check("create", made.status === 201 && articleOf(made).title === title && articleOf(made).tagList.length === 2, made);
    if (made.status !== 201) return;
    const { slug } = articleOf(made);
    const read = await ask("GET", `/articles/${slug}`);
    check("read", read.status === 200 && articleOf(read).title === title && articleOf(read).author.username === name, read);
    const liked = await ask("POST", `/articles/${slug}/favorite`);
    check("favorite", liked.status === 200 && articleOf(liked).favorited && articleOf(liked).favoritesCount === 1, liked);
    const everybodys = await ask("POST", "/articles/for-everybody/favorite");
    check(
      "favorite of all",
      everybodys.status === 200 && articleOf(everybodys).favorited && articleOf(everybodys).favoritesCount >= 1,
      everybodys,
    );
    const said = await ask("POST", `/articles/${slug}/comments`, { comment: { body: title } });
    check("comment", said.status === 200 && (said.body as { comment: { body: string } }).comment.body === title, said);
    const comments = await ask("GET", `/articles/${slug}/comments`);
    check("comments", comments.status === 200 && (comments.body as { comments: unknown[] }).comments.length === 1, comments);
    const list = await ask("GET", `/articles?author=${name}&limit=5`);
    check("list", list.status === 200 && (list.body as { articlesCount: number }).articlesCount === round + 1, list);
    const twice = await ask("POST", "/users", { user: { username: name, email: `${name}@elsewhere.org`, password: "a good secret" } });
    check("same name", round % 5 !== 0 || twice.status === 409, twice);
  };

  /** Somebody who gives up soon: nothing is known of the answers. */
  const giveUp = async (ask: Client, name: string, round: number): Promise<void> => {
    const requests = [
      ["POST", "/articles", { article: { title: `${name} ${round}`, description: "d", body: "b", tagList: [name, "everybody"] } }],
      ["POST", "/articles/for-everybody/favorite", undefined],
      ["GET", "/articles", undefined],
    ] as const;
    for (const [method, path, body] of requests) {
      await ask(method, path, body, randomInt(15)).catch(() => void hungUp++);
      await setTimeout(50);
    }
  };

  const first = await signUp(url, "first");
  await first("POST", "/articles", { article: { title: "For everybody", description: "d", body: "b", tagList: ["everybody", "first"] } });
  const arrive = async (number: number): Promise<() => Promise<void>> => {
    const name = `client${number}`;
    const made = await client(url)("POST", "/users", { user: { username: name, email: `${name}@example.org`, password: "a good secret" } });
    check("sign up", made.status === 201, made);
    if (made.status !== 201) return () => Promise.resolve();
    const { token } = (made.body as { user: { token: string } }).user;
    const own = client(url, token);
    const ask = timed(own);
    return async () => {
      try {
        for (let round = 0; performance.now() < end; round++) await (hangsUp(number) ? giveUp(own, name, round) : write(ask, name, round));
      } catch (error) {
        if (!(error instanceof Over)) wrong.push(`${name}: ${String(error)} ${String((error as Error).cause)}`);
      }
    };
  };
  // All of them sign up first, a few at a time: hashing their passwords takes every processor.
  const arrived: (() => Promise<void>)[] = [];
  while (arrived.length < clients) {
    const batch = Array.from({ length: Math.min(10, clients - arrived.length) }, (_, at) => arrive(arrived.length + at));
    arrived.push(...(await Promise.all(batch)));
  }
  end = performance.now() + seconds * 1_000;
  await Promise.all(arrived.map((live) => live()));
  return { right, wrong, hungUp, slowest: Math.round(slowest) };
};
