/** PgBouncer in transaction mode, in front of the server of the specs: one connection to the server for all its clients, as Debian ships it. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((file) => existsSync(file)) ?? null;
/** Whether it is installed here. */
export const hasPgBouncer = program !== null;

export interface Pooler {
  readonly url: string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** `connections`: how many it opens to the server. */
export const startPgBouncer = async (databaseUrl: string, connections: number): Promise<Pooler> => {
  if (program === null) throw new Error("PgBouncer is not installed");
  const target = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), "pgbouncer-"));
  const port = await freePort();
  const [user, password] = [decodeURIComponent(target.username), decodeURIComponent(target.password)];
  await writeFile(join(folder, "users.txt"), `"${user}" "${password}"\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `* = host=${target.hostname} port=${target.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = trust",
      `auth_file = ${join(folder, "users.txt")}`,
      "pool_mode = transaction",
      `default_pool_size = ${connections}`,
      `logfile = ${join(folder, "log")}`,
    ].join("\n"),
  );
  // It refuses to run as root.
  await chmod(folder, 0o777);
  for (const file of ["users.txt", "pgbouncer.ini"]) await chmod(join(folder, file), 0o644);
  const root = process.getuid?.() === 0;
  const child = spawn(program, [join(folder, "pgbouncer.ini")], { stdio: "ignore", ...(root ? { uid: 65_534, gid: 65_534 } : {}) });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries === 100 || child.exitCode !== null) throw new Error("PgBouncer did not start");
    await sleep(50);
  }
  target.port = String(port);
  target.hostname = "127.0.0.1";
  return {
    url: target.href,
    stop: async () => {
      child.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
