/** Clients of Conduit over HTTP: each has a connection of its own. */

import { Agent, request } from "node:http";

/** An answer: its status and what its body holds. */
export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a service answers is what the examples are about
  readonly body: any;
}
/** `hangUp`: ms after which the client gives the request up, which then fails. */
export type Client = (method: string, path: string, body?: unknown, hangUp?: number) => Promise<Answer>;

/** Asks the service as one user, or as nobody; a text is sent as it is. */
export const client = (url: string, token?: string): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (method, path, body, hangUp) =>
    new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      const headers = {
        ...(token === undefined ? {} : { authorization: `Token ${token}` }),
        ...(sent === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) }),
      };
      const asked = request(`${url}${path}`, { method, headers, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.once("error", reject);
        response.once("end", () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, body: text === "" ? null : (JSON.parse(text) as unknown) });
        });
      });
      const timer = hangUp === undefined ? undefined : setTimeout(() => asked.destroy(new Error("hung up")), hangUp);
      asked.once("error", reject);
      asked.end(sent);
    });
};

/** Signs somebody up, and gives a client for them. */
export const signUp = async (url: string, username: string): Promise<Client> => {
  const { body } = await client(url)("POST", "/users", { user: { username, email: `${username}@example.org`, password: "a good secret" } });
  return client(url, (body as { user: { token: string } }).user.token);
};
