/** Clients of Conduit over HTTP. */

/** An answer: its status and what its body holds. */
export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a service answers is what the examples are about
  readonly body: any;
}

/** Asks the service as one user, or as nobody. */
export const client =
  (url: string, token?: string) =>
  async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Token ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
  };
export type Client = ReturnType<typeof client>;

/** Signs somebody up, and gives a client for them. */
export const signUp = async (url: string, username: string): Promise<Client> => {
  const { body } = await client(url)("POST", "/users", { user: { username, email: `${username}@example.org`, password: "a good secret" } });
  return client(url, (body as { user: { token: string } }).user.token);
};
