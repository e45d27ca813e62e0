/** URLs of PostgreSQL and the options beside them: what is understood, what is refused, and what messages show of them. */

import { inject, describe, expect, it } from "vitest";
import { connect } from "../../src/connect.js";
import { redactUrl } from "../../src/database/redact-url.js";
import { parseUrl } from "../../src/dialects/postgres/url.js";
import { ConfigurationError, type FlashDbError } from "../../src/errors.js";
import { types } from "../../src/sql/types.js";
import { openCore, run } from "../support/drivers.js";
import { afterwards, fresh } from "../support/fresh.js";
import { rejectionOf } from "../support/rejection.js";

const base = "postgres://ada:s3cret@host:5433/app";
const refusal = (url: string): FlashDbError => {
  try {
    parseUrl(url);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as FlashDbError;
  }
  throw new Error(`${url} was not refused`);
};

describe("the URL of a PostgreSQL database", () => {
  it.each([
    [base, { host: "host", port: 5433, user: "ada", password: "s3cret", database: "app" }],
    [base.replace("postgres", "POSTGRESQL"), { host: "host", port: 5433, user: "ada", password: "s3cret", database: "app" }],
    ["postgres://a%40b:p%3A%2F@h/my%20db", { host: "h", user: "a@b", password: "p:/", database: "my db" }],
    ["postgres://", {}],
    ["postgres:///app", { database: "app" }],
    ["postgres://[::1]:5/app", { host: "::1", port: 5, database: "app" }],
    ["postgres://%2Fvar%2Frun/app", { host: "/var/run", database: "app" }],
    ["postgres://u:p@/app?host=/var/run&port=7", { host: "/var/run", port: 7, user: "u", password: "p", database: "app" }],
    ["postgres://h?user=u&password=p&dbname=app", { host: "h", user: "u", password: "p", database: "app" }],
    ["postgres://h/?application_name=a%20b&options=-c%20x%3Dy", { host: "h", application_name: "a b", options: "-c x=y" }],
    [
      "postgres://h?lock_timeout=5&idle_in_transaction_session_timeout=6",
      { host: "h", lock_timeout: 5, idle_in_transaction_session_timeout: 6 },
    ],
    ["postgres://h?keepalives=0&keepalives_idle=9", { host: "h", keepAlive: false, keepAliveInitialDelayMillis: 9000 }],
    ["postgres://h?client_encoding=utf-8", { host: "h" }],
    ["postgres://h?sslmode=disable", { host: "h", ssl: false }],
    ["postgres://h?sslmode=verify-full", { host: "h", ssl: {} }],
    ["postgres://h?sslmode=no-verify", { host: "h", ssl: { rejectUnauthorized: false } }],
    ["postgres://h?sslmode=require&uselibpqcompat=true", { host: "h", ssl: { rejectUnauthorized: false } }],
    ["postgres://h?ssl=true", { host: "h", ssl: true }],
    ["postgres://h?sslnegotiation=direct", { host: "h", ssl: true, sslnegotiation: "direct" }],
  ])("%s is understood", (url, client) => {
    expect(parseUrl(url).client).toEqual(client);
  });

  it("gives timeouts that the library keeps itself", () => {
    expect(parseUrl("postgres://h?connect_timeout=3&statement_timeout=500")).toMatchObject({ connectTimeout: 3000, statementTimeout: 500 });
    expect(parseUrl("postgres://h")).toMatchObject({ connectTimeout: null, statementTimeout: null });
  });

  it.each([
    ["?query_timeout=200", /query_timeout.*statementTimeout/],
    ["?search_path=x", /search_path/],
    ["?schema=x", /schema/],
    ["?connection_limit=1", /pool\.max/],
    ["?aplication_name=x", /Did you mean 'application_name'/],
    ["?__proto__=x", /no parameter "__proto__"/],
    ["?toString=x", /no parameter "toString"/],
    ["?sslmode=yes", /sslmode.*disable, prefer/],
    ["?ssl=maybe", /ssl.*true, false/],
    ["?lock_timeout=5s", /lock_timeout.*whole number/],
    ["?client_encoding=LATIN1", /client_encoding.*UTF8/],
    ["?sslrootcert=/no/such/file.crt", /sslrootcert.*ENOENT/],
    ["?sslcert=/no/such/file.crt", /sslcert.*ENOENT/],
    ["?sslmode=verify-ca&uselibpqcompat=true", /sslrootcert/],
    ["?sslmode=disable&sslnegotiation=direct", /TLS/],
    ["/more", /one database name/],
    ["#x", /%23/],
  ])("%s is refused", (end, message) => {
    const error = refusal(base + end);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("s3cret");
  });

  it("with several hosts is refused", () => {
    expect(refusal("postgres://u:s3cret@h1,h2:5/app").message).not.toContain("s3cret");
    expect(refusal("postgres://u:s3cret@h1:1,h2:2/app").message).toMatch(/one host/);
  });
});

describe("a URL in a message", () => {
  it.each([
    base,
    "postgres:/u:s3cret@h/db",
    "postgres:u:s3cret@h/db",
    "postgres:s3cret@h/db",
    "//u:s3cret@h/db",
    "u:s3cret@h/db",
    "mysql://u:s3cret@h/db",
    "postgres://:s3cret@h/db",
    "postgres://u:s3cret",
    "postgres://u:s3cret/db",
    "postgres://u:s3?cret@h/db",
    "postgres://u:s3/cret@h/db",
    "postgres://u:p@s3cret@h/db",
    "postgres://h/db?user=u&password=s3cret",
    "postgres://h/db?user=u&p%61ssword=s3cret&x=1",
    "postgres://h/db?%zz=s3cret",
    "postgres://h/db?sslpassword=s3cret",
    "sqlite://u:s3cret@h",
    "sqlite:app.db?password=s3cret",
  ])("%s does not show its password", async (url) => {
    expect(redactUrl(url)).not.toMatch(/s3|cret/);
    const error = await connect(url, { pool: { acquireTimeout: 1 } }).catch((reason: unknown) => reason as FlashDbError);
    if (!(error instanceof Error)) throw new Error("expected an error");
    expect(error.message).not.toMatch(/s3cret/);
    expect(JSON.stringify(error)).not.toMatch(/s3cret/);
  });

  it.each(["postgres://h:5432/db", "postgres://[::1]:5432/db", "postgres://u@h/db?x=1", "sqlite:/tmp/app.db", "sqlite::memory:"])(
    "%s without a password is shown as it is",
    (url) => {
      expect(redactUrl(url)).toBe(url);
    },
  );
});

describe("options of the connection", () => {
  const withoutPassword = async (): Promise<string> => {
    const url = new URL(await fresh("postgres"));
    url.password = "";
    return url.href.replaceAll("+", "%20");
  };

  it("take a function that gives a password for each new connection", async () => {
    let asked = 0;
    const password = (): Promise<string> => {
      asked++;
      return Promise.resolve(decodeURIComponent(new URL(inject("postgresUrl")).password));
    };
    const core = await openCore(await withoutPassword(), { password, pool: { max: 2 } });
    await Promise.all([run(core, "SELECT pg_sleep(0.05)"), run(core, "SELECT pg_sleep(0.05)")]);
    expect((await run(core, "SELECT 1", [], [types.integer])).rows).toEqual([[1]]);
    // A server that trusts local connections does not ask.
    expect([0, 2]).toContain(asked);
  });

  it("may not say what the URL says too", async () => {
    expect((await rejectionOf(connect(base, { password: "x" }))).message).toMatch(/"password"/);
    expect((await rejectionOf(connect(`${base}?sslmode=disable`, { tls: true }))).message).toMatch(/"tls"/);
  });

  it("that SQLite cannot have are refused there", async () => {
    for (const options of [{ password: "x" }, { tls: {} }])
      expect(await rejectionOf(connect("sqlite::memory:", options))).toBeInstanceOf(ConfigurationError);
  });

  it("are reached with TLS as an object: a server without it refuses", async () => {
    const error = await rejectionOf(openCore(await fresh("postgres"), { tls: { rejectUnauthorized: false } }));
    expect(error.message).toMatch(/SSL/);
  });

  it("a database says which one it is", async () => {
    for (const [url, name] of [
      ["sqlite::memory:", "sqlite"],
      [await fresh("postgres"), "postgres"],
    ] as const) {
      const database = await connect(url);
      afterwards(() => database.close());
      expect(database.dialect).toBe(name);
    }
  });

  it("statement_timeout of the URL is a limit like the option", async () => {
    const url = new URL(await fresh("postgres"));
    url.searchParams.set("statement_timeout", "50");
    const core = await openCore(url.href.replaceAll("+", "%20"));
    expect(await rejectionOf(run(core, "SELECT pg_sleep(3)"))).toMatchObject({ code: "QUERY_TIMEOUT" });
  });
});
