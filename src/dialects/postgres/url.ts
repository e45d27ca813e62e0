/** `postgres://user:password@host:port/database?parameters`: checked, read into the driver's settings, and as it may be shown. */

import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { redactUrl } from "../../database/redact-url.js";
import { ConfigurationError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";

const FORM = `"postgres://user:password@host:5432/database"`;

/** Settings of `pg.Client` from the URL; missing ones come from the environment (`PGHOST`, …), as with libpq. */
export interface ClientSettings {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl?: boolean | ConnectionOptions;
  sslnegotiation?: "postgres" | "direct";
  application_name?: string;
  fallback_application_name?: string;
  options?: string;
  lock_timeout?: number;
  idle_in_transaction_session_timeout?: number;
  keepAlive?: boolean;
  keepAliveInitialDelayMillis?: number;
}
export interface PostgresTarget {
  readonly client: Readonly<ClientSettings>;
  /** In milliseconds, if given in the URL. */
  readonly connectTimeout: number | null;
  readonly statementTimeout: number | null;
  /** Host, port and database, without the password, for messages. */
  readonly place: string;
}

/** TLS parameters are collected first, since several of them make up one setting. */
interface Draft {
  readonly client: ClientSettings;
  connectTimeout: number | null;
  statementTimeout: number | null;
  readonly tls: Map<TlsParameter, string>;
}
type TlsParameter = "ssl" | "sslmode" | "sslrootcert" | "sslcert" | "sslkey" | "uselibpqcompat";
type Refuse = (what: string) => ConfigurationError;

const wholeNumber = (name: string, value: string, refuse: Refuse): number => {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw refuse(`the parameter "${name}" must be a whole number`);
};
const oneOf = <const T extends string>(name: string, value: string, allowed: readonly T[], refuse: Refuse): T => {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw refuse(`the parameter "${name}" must be one of ${allowed.join(", ")}`);
};

type Parameter = (draft: Draft, value: string, name: string, refuse: Refuse) => void;
const tlsParameter: Parameter = ({ tls }, value, name) => void tls.set(name as TlsParameter, value);
const parameters: Readonly<Record<string, Parameter>> = {
  host: ({ client }, value) => void (client.host = value),
  port: ({ client }, value, name, refuse) => void (client.port = wholeNumber(name, value, refuse)),
  user: ({ client }, value) => void (client.user = value),
  password: ({ client }, value) => void (client.password = value),
  dbname: ({ client }, value) => void (client.database = value),
  application_name: ({ client }, value) => void (client.application_name = value),
  fallback_application_name: ({ client }, value) => void (client.fallback_application_name = value),
  options: ({ client }, value) => void (client.options = value),
  connect_timeout: (draft, value, name, refuse) => void (draft.connectTimeout = wholeNumber(name, value, refuse) * 1000),
  statement_timeout: (draft, value, name, refuse) => void (draft.statementTimeout = wholeNumber(name, value, refuse)),
  lock_timeout: ({ client }, value, name, refuse) => void (client.lock_timeout = wholeNumber(name, value, refuse)),
  idle_in_transaction_session_timeout: ({ client }, value, name, refuse) =>
    void (client.idle_in_transaction_session_timeout = wholeNumber(name, value, refuse)),
  keepalives: ({ client }, value, name, refuse) => void (client.keepAlive = oneOf(name, value, ["0", "1"], refuse) === "1"),
  keepalives_idle: ({ client }, value, name, refuse) => void (client.keepAliveInitialDelayMillis = wholeNumber(name, value, refuse) * 1000),
  client_encoding: (_draft, value, name, refuse) => void oneOf(name, value.toUpperCase().replace("-", ""), ["UTF8"], refuse),
  sslnegotiation: ({ client }, value, name, refuse) => void (client.sslnegotiation = oneOf(name, value, ["postgres", "direct"], refuse)),
  ssl: tlsParameter,
  sslmode: tlsParameter,
  sslrootcert: tlsParameter,
  sslcert: tlsParameter,
  sslkey: tlsParameter,
  uselibpqcompat: tlsParameter,
};
/** Parameters known from other libraries, and their replacements. */
const elsewhere: Readonly<Record<string, string>> = {
  query_timeout: "use the option statementTimeout",
  schema: "give the schema with the model, or set the search path with options=-c%20search_path=…",
  search_path: "write options=-c%20search_path=…",
  connection_limit: "use the option pool.max",
  pool_timeout: "use the option pool.acquireTimeout",
  pgbouncer: "use the option prepare: false",
  replication: "replication connections cannot run statements",
  binary: "results are read as text",
};

export function parseUrl(url: string): PostgresTarget {
  const refuse: Refuse = (what) => new ConfigurationError(`Expected a URL like ${FORM}, got ${JSON.stringify(redactUrl(url))}: ${what}.`);
  const parsed = readUrl(url, refuse);
  const draft: Draft = { client: placeOf(parsed, refuse), connectTimeout: null, statementTimeout: null, tls: new Map() };
  for (const [name, value] of parsed.searchParams) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) throw refuse(unknownParameter(name));
    parameter(draft, value, name, refuse);
  }
  const { client, connectTimeout, statementTimeout } = draft;
  const ssl = tlsOf(draft.tls, refuse) ?? (client.sslnegotiation === "direct" ? true : undefined);
  if (ssl !== undefined) client.ssl = ssl;
  if (ssl === false && client.sslnegotiation === "direct") throw refuse("sslnegotiation=direct needs TLS");
  const { host = "localhost", port = 5432, database } = client;
  return { client, connectTimeout, statementTimeout, place: `${host}:${port}${database === undefined ? "" : `/${database}`}` };
}

const unknownParameter = (name: string): string => {
  const instead = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  return instead === undefined
    ? `there is no parameter "${name}".${didYouMean(name, Object.keys(parameters))}`
    : `the parameter "${name}" has no effect here: ${instead}`;
};

/** Placeholder for URLs that give the host in a parameter, as libpq allows. */
const NO_HOST = "host-in-parameters.invalid";

function readUrl(url: string, refuse: Refuse): URL {
  if (!/^postgres(ql)?:\/\//i.test(url)) throw refuse("it must start with postgres://");
  const withHost = url.replace(/^([^:]+:\/\/(?:[^/?#]*@)?)(?=[/?#]|$)/, `$1${NO_HOST}`);
  let parsed: URL;
  try {
    parsed = new URL(withHost);
  } catch {
    throw refuse("it cannot be read; write special characters in the user and the password as %XX, and one host only");
  }
  if (parsed.pathname.split("/").length > 2) throw refuse("the host must be followed by one database name without further slashes");
  if (parsed.hostname.includes(",")) throw refuse("it may name one host only");
  if (parsed.hash !== "") throw refuse('"#" must be written as %23');
  return parsed;
}

function placeOf({ hostname, port, username, password, pathname }: URL, refuse: Refuse): ClientSettings {
  const read = (text: string): string | undefined => {
    try {
      return text === "" ? undefined : decodeURIComponent(text);
    } catch {
      throw refuse("a % must be written as %25");
    }
  };
  const given = {
    host: hostname === NO_HOST ? undefined : read(hostname.replace(/^\[(.+)\]$/, "$1")),
    port: port === "" ? undefined : Number(port),
    user: read(username),
    password: read(password),
    database: read(pathname.slice(1)),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const FLAGS = ["true", "false", "1", "0"] as const;
const isOn = (flag: (typeof FLAGS)[number]): boolean => flag === "true" || flag === "1";

/** Undefined if the URL does not mention TLS. */
function tlsOf(given: ReadonlyMap<TlsParameter, string>, refuse: Refuse): boolean | ConnectionOptions | undefined {
  if (given.size === 0) return undefined;
  const text = (name: TlsParameter): string | undefined => given.get(name);
  const flag = (name: TlsParameter): boolean | undefined => {
    const value = text(name);
    return value === undefined ? undefined : isOn(oneOf(name, value, FLAGS, refuse));
  };
  const file = (name: TlsParameter): string | undefined => {
    const path = text(name);
    return path === undefined ? undefined : readFile(name, path, refuse);
  };
  const modes = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"] as const;
  const mode = given.has("sslmode") ? oneOf("sslmode", text("sslmode") ?? "", modes, refuse) : undefined;
  const [ca, cert, key] = [file("sslrootcert"), file("sslcert"), file("sslkey")];
  const settings: ConnectionOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const lenient = flag("uselibpqcompat") === true;
  if (mode === undefined) return Object.keys(settings).length > 0 ? settings : flag("ssl");
  switch (mode) {
    case "disable":
      return false;
    case "no-verify":
      return { ...settings, rejectUnauthorized: false };
    case "prefer":
    case "require":
      if (!lenient) return settings;
      return ca === undefined ? { ...settings, rejectUnauthorized: false } : { ...settings, checkServerIdentity: anyName };
    case "verify-ca":
      if (!lenient) return settings;
      if (ca === undefined) throw refuse("sslmode=verify-ca needs sslrootcert, else any certificate of a public authority would do");
      return { ...settings, checkServerIdentity: anyName };
    case "verify-full":
      return settings;
  }
}
const anyName = (): undefined => undefined;

function readFile(name: string, path: string, refuse: Refuse): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refuse(`the file of the parameter "${name}" cannot be read: ${(error as Error).message}`);
  }
}
