/** Makes URLs safe for messages. */

/** Removes the password, wherever it is in the URL and however malformed the URL is. */
export const redactUrl = (url: string): string => {
  const query = url.indexOf("?");
  const [place, parameters] = query < 0 ? [url, ""] : [url.slice(0, query), url.slice(query)];
  // A password may contain an unescaped "?" or "@"; the last "@" ends it, wherever it is.
  const at = url.lastIndexOf("@");
  if (at > place.length) return withoutPassword(url);
  return (
    withoutPassword(place) +
    parameters.replace(/([?&])([^&=]*)=[^&]*/g, (whole, mark: string, name: string) => (isSecret(name) ? `${mark}${name}=***` : whole))
  );
};

const BEGINNING = /^(?:[a-z][a-z0-9+.-]*:)?[/\\]*/i;
/** Matches `user:password@`, or `user:password` if the host is missing; a port consists of digits. */
const withoutPassword = (text: string): string => {
  const beginning = BEGINNING.exec(text)?.[0] ?? "";
  const rest = text.slice(beginning.length);
  const at = rest.lastIndexOf("@");
  if (at < 0) return beginning + (beginning.includes("//") ? rest.replace(/^([^:/[]*):(?!\d*(?:\/|$))[^/]*/, "$1:***") : rest);
  const colon = rest.slice(0, at).indexOf(":");
  // Without slashes, the word before the colon may be a user instead of a scheme.
  if (colon < 0) return beginning.endsWith(":") ? `${beginning}***${rest.slice(at)}` : text;
  return `${beginning}${rest.slice(0, colon)}:***${rest.slice(at)}`;
};

/** Parameter names may be percent-encoded. */
const isSecret = (name: string): boolean => {
  try {
    return /pass/i.test(decodeURIComponent(name));
  } catch {
    return true;
  }
};
