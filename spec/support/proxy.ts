/** Stands between a client and a PostgreSQL server: falls silent, or cuts connections, when the example says so. */

import net from "node:net";
import { once } from "node:events";
import { afterwards } from "./fresh.js";

export interface Proxy {
  /** The same database, reached through the proxy. */
  readonly url: string;
  /** Nothing gets through any more, and nobody is told: as when a cable is pulled. */
  freeze(): void;
  thaw(): void;
  /** From now on the next byte of each open connection is answered by a reset, as by a firewall that has forgotten it. */
  cut(): void;
  /** Connections that were opened so far. */
  readonly opened: number;
  /** Runs for all bytes that the server sends, before they are passed on. */
  onAnswer: (bytes: Buffer) => void;
}

export const proxyTo = async (databaseUrl: string): Promise<Proxy> => {
  const target = new URL(databaseUrl);
  const port = Number(target.port);
  const sockets = new Set<net.Socket>();
  const clients = new Set<{ cut: boolean }>();
  let frozen = false;
  let opened = 0;
  const server = net.createServer((client) => {
    opened++;
    const state = { cut: false };
    clients.add(state);
    const upstream = net.connect(port, target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client.on("data", (bytes) => {
      if (state.cut) client.resetAndDestroy();
      else if (!frozen) upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (frozen || state.cut) return;
      client.write(bytes);
      proxy.onAnswer(bytes);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => void (frozen || client.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterwards(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  target.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  const proxy: Proxy = {
    url: target.href.replaceAll("+", "%20"),
    freeze: () => void (frozen = true),
    thaw: () => void (frozen = false),
    cut: () => {
      for (const state of clients) state.cut = true;
      clients.clear();
    },
    get opened() {
      return opened;
    },
    onAnswer: () => undefined,
  };
  return proxy;
};
