/** Tokenizes SQLite's SQL, as far as needed to parse stored CREATE statements. */

export interface Token {
  /** A quoted name is a name even if the word would be a keyword. */
  readonly kind: "word" | "quoted" | "string" | "number" | "mark";
  /** Names without quotes; keywords and marks unchanged. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const PATTERN =
  /(?<space>\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<string>[xX]?'(?:[^']|'')*')|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<mark>\|\||->>|->|<=|>=|<>|!=|==|<<|>>|[^])/guy;

export const tokensOf = (sql: string): readonly Token[] => {
  const tokens: Token[] = [];
  for (const found of sql.matchAll(PATTERN)) {
    const groups = found.groups ?? {};
    if (groups["space"] !== undefined) continue;
    const kind = (["quoted", "string", "number", "word", "mark"] as const).find((name) => groups[name] !== undefined) ?? "mark";
    tokens.push({ kind, text: kind === "quoted" ? unquoted(found[0]) : found[0], start: found.index, end: found.index + found[0].length });
  }
  return tokens;
};

const unquoted = (text: string): string => {
  const inner = text.slice(1, -1);
  if (text.startsWith('"')) return inner.replaceAll('""', '"');
  return text.startsWith("`") ? inner.replaceAll("``", "`") : inner;
};

/** Reads tokens in sequence. */
export class TokenReader {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, tokens: readonly Token[] = tokensOf(sql)) {
    this.#sql = sql;
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }
  /** Whether these keywords or marks come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, ahead) => {
      const token = this.peek(ahead);
      return token !== undefined && (token.kind === "word" || token.kind === "mark") && token.text.toUpperCase() === word;
    });
  }
  /** Skips these words if they come next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#at += words.length;
    return true;
  }
  next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error(`unexpected end of ${this.#sql}`);
    this.#at += 1;
    return token;
  }
  /** The text inside the next parentheses, as written. */
  parenthesised(): string {
    const open = this.next();
    let depth = 1;
    let last = open;
    while (depth > 0) {
      last = this.next();
      if (last.kind !== "mark") continue;
      if (last.text === "(") depth += 1;
      if (last.text === ")") depth -= 1;
    }
    return this.#sql.slice(open.end, last.start).trim();
  }
  /** The parts of the next parenthesized list, each with its own reader. */
  list(): readonly TokenReader[] {
    this.next();
    const parts: Token[][] = [[]];
    for (let depth = 1; ;) {
      const token = this.next();
      if (token.kind === "mark" && token.text === "(") depth += 1;
      if (token.kind === "mark" && token.text === ")") depth -= 1;
      if (depth === 0) break;
      if (depth === 1 && token.kind === "mark" && token.text === ",") parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.filter((part) => part.length > 0).map((part) => new TokenReader(this.#sql, part));
  }
  /** The remaining text, as written. */
  rest(): string {
    const [first, last] = [this.#tokens[this.#at], this.#tokens.at(-1)];
    this.#at = this.#tokens.length;
    return first === undefined || last === undefined ? "" : this.#sql.slice(first.start, last.end);
  }
  slice(from: Token, to: Token): string {
    return this.#sql.slice(from.start, to.end);
  }
}
