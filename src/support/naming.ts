/** Converts names between conventions, and shortens them for databases. */

/** `createdAt` → `created_at`; consecutive capitals form one word: `HTTPServer` → `http_server`, `userID` → `user_id`. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();

/** `created_at` → `createdAt`. */
export const camelCase = (name: string): string =>
  name.toLowerCase().replace(/(?<=[^_])_+([\p{L}\d])/gu, (_, letter: string) => letter.toUpperCase());

/** `blog_posts` → `BlogPosts`. */
export const pascalCase = (name: string): string => camelCase(name).replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

const irregular: Readonly<Record<string, string>> = {
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
  mice: "mouse",
  geese: "goose",
  feet: "foot",
  teeth: "tooth",
  indices: "index",
  vertices: "vertex",
  matrices: "matrix",
  criteria: "criterion",
  movies: "movie",
  cookies: "cookie",
  series: "series",
  news: "news",
};

/** The singular of the last word of a table name: `blog_posts` → `blog_post`, `categories` → `category`. */
export const singular = (name: string): string => name.replace(/[a-z]+$/i, (word) => irregular[word.toLowerCase()] ?? singularWord(word));

const singularWord = (word: string): string => {
  if (/[^aeiou]ies$/i.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|sh|ch|x|zz)es$/i.test(word)) return word.slice(0, -2);
  if (/(ss|us|is)$/i.test(word)) return word;
  return /.s$/i.test(word) ? word.slice(0, -1) : word;
};

/** PostgreSQL silently truncates longer names, so that two of them could collide. */
export const maximumNameBytes = 63;

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The name itself, or its beginning and a hash of it if it is too long. Deterministic. */
export const shortName = (name: string): string => {
  if (byteLength(name) <= maximumNameBytes) return name;
  const suffix = `_${hash(name)}`;
  let start = "";
  for (const character of name) {
    if (byteLength(start + character) + suffix.length > maximumNameBytes) break;
    start += character;
  }
  return start + suffix;
};

/** Eight hexadecimal digits (FNV-1a over UTF-8). */
const hash = (text: string): string => {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
};
