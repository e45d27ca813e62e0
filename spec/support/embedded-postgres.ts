/** A PostgreSQL for specs, examples and benchmarks, in a process of its own: the package that brings it ends a process that loads it with status 0. */

import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface PostgresServer {
  /** As the superuser, to the database `postgres`. */
  readonly url: string;
  /** Where its data and its `postmaster.pid` are. */
  readonly folder: string;
  stop(): Promise<void>;
}
type Answer = Pick<PostgresServer, "url" | "folder"> | { readonly problem: string };

export async function startPostgres(): Promise<PostgresServer> {
  // Detached, so that Ctrl+C in a terminal reaches this process alone; the server follows.
  const child = fork(path.join(import.meta.dirname, "postgres-process.mjs"), { detached: true, execArgv: [], stdio: "ignore" });
  const ended = once(child, "exit");
  const answer = await Promise.race([
    once(child, "message").then(([message]) => message as Answer),
    ended.then(([status]): Answer => ({ problem: `its process ended with status ${String(status)}` })),
  ]);
  const stop = async (): Promise<void> => {
    child.ref();
    if (child.connected) child.disconnect();
    await ended;
  };
  if ("problem" in answer) {
    await stop();
    throw new Error(`PostgreSQL could not be started:\n${answer.problem}`);
  }
  // A program that forgets to stop it may end all the same.
  child.unref();
  child.channel?.unref();
  return { ...answer, stop };
}
