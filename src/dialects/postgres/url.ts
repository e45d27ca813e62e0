/** `postgres://user:password@host:port/database?parameters`: checked, and as it may be shown. */

import { shownUrl } from "../../database/shown-url.js";
import { ConfigurationError } from "../../errors.js";

const FORM = `"postgres://user:password@host:5432/database"`;

export interface PostgresTarget {
  readonly connectionString: string;
  /** Host, port and database, without the password, for messages. */
  readonly place: string;
}

export function parseUrl(url: string): PostgresTarget {
  const expected = (what: string): ConfigurationError =>
    new ConfigurationError(`Expected a URL like ${FORM}, got ${JSON.stringify(shownUrl(url))}: ${what}.`);
  if (!/^postgres(ql)?:\/\//.test(url)) throw expected("the beginning is another");
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw expected("it cannot be read; write special characters in the user and the password as %XX");
  }
  if (parsed.pathname.split("/").length > 2) throw expected("one name of a database stands behind the host, without further slashes");
  if (parsed.hash !== "") throw expected('"#" must be written as %23');
  try {
    decodeURIComponent(parsed.username + parsed.password + parsed.pathname);
  } catch {
    throw expected("a % must be written as %25");
  }
  return {
    connectionString: url,
    place: `${parsed.hostname === "" ? "localhost" : parsed.hostname}:${parsed.port === "" ? "5432" : parsed.port}${parsed.pathname}`,
  };
}
