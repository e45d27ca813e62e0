/**
 * Whether a statement is what a comment claims. Comments show SQL as one would say it: without quotes, with values in the place of
 * parameters, `…` for what is left out, and perhaps without the table before a column, `AS name`, `ASC`, `INNER`, casts and collations,
 * and without the number that tells a table from itself.
 */

type Token =
  | { readonly kind: "gap" }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "value"; readonly value: unknown }
  /** A parameter: of a claim it stands for any value. */
  | { readonly kind: "parameter"; readonly value?: unknown };

const TOKEN = /…|'(?:[^']|'')*'|\$\d+|\?|(?:"[^"]+"|[A-Za-z_]\w*)(?:\.(?:"[^"]+"|[A-Za-z_]\w*|\*|…))*|\d+(?:\.\d+)?|<=|>=|<>|\|\||[^\s\w]/g;
const UNSAID =
  /::\s*(?:[a-z][a-z ]*?\b|"[^"]+")(?:\(\d+(?:, ?\d+)?\))?(?:\[\])*(?=[\s,)]|$)|\s+COLLATE\s+"[^"]+"|\b(?:INNER\s+)(?=JOIN\b)|\s+ASC\b/g;

const CAST = /CAST\(((?:[^()]|\([^()]*\))*?) AS [a-z][a-z ]*\)/gi;
const withoutCasts = (text: string): string => {
  const less = text.replace(CAST, "$1");
  return less === text ? text : withoutCasts(less);
};

const tokens = (text: string, values: readonly unknown[] | null): Token[] => {
  let asked = 0;
  // All columns of a table: one of them, and more.
  const said = text.replace(UNSAID, "").replaceAll(".…", ".… …");
  const found = [...said.matchAll(TOKEN)].map(([found]): Token => {
    if (found === "…") return { kind: "gap" };
    if (found.startsWith("'")) return { kind: "value", value: found.slice(1, -1).replaceAll("''", "'") };
    if (/^\d/.test(found)) return { kind: "value", value: Number(found) };
    if (found.startsWith("$") || found === "?")
      return values === null
        ? { kind: "parameter" }
        : { kind: "parameter", value: values[found === "?" ? asked++ : Number(found.slice(1)) - 1] };
    return {
      kind: "word",
      text: found
        .replaceAll('"', "")
        .replace(/_\d+(?=\.)/, "")
        .toLowerCase(),
    };
  });
  return withoutParentheses(found);
};

const textOf = (token: Token | undefined): string => (token?.kind === "word" ? token.text : "");
const BEFORE_CONDITION = /^(?:where|and|or|on|having|like|[(=<>]|<=|>=|<>)$/;
const PARTS = /^(?:and|or|select|,)$/;

/** One comparison needs none. */
const withoutParentheses = (all: readonly Token[]): Token[] => {
  const left = [...all];
  for (let at = 0; at < left.length; at++) {
    if (textOf(left[at]) !== "(" || !BEFORE_CONDITION.test(textOf(left[at - 1]))) continue;
    let depth = 0;
    let parts = false;
    let end = at;
    do {
      const text = textOf(left[end]);
      depth += text === "(" ? 1 : text === ")" ? -1 : 0;
      parts ||= depth === 1 && PARTS.test(text);
      end++;
    } while (depth > 0 && end < left.length);
    if (parts) continue;
    left.splice(end - 1, 1);
    left.splice(at, 1);
    at--;
  }
  return left;
};

const sameValue = (said: unknown, sent: unknown): boolean => String(said) === String(sent);

const same = (claimed: Token, sent: Token): boolean => {
  if (claimed.kind === "word") {
    if (sent.kind !== "word") return /^(?:true|false|null)$/.test(claimed.text) && "value" in sent && sameValue(claimed.text, sent.value);
    if (claimed.text.endsWith(".…")) return sent.text.startsWith(claimed.text.slice(0, -1));
    return sent.text === claimed.text || sent.text.endsWith(`.${claimed.text}`);
  }
  if (claimed.kind === "parameter") return sent.kind === "parameter";
  return claimed.kind === "value" && "value" in sent && sameValue(claimed.value, sent.value);
};

const isAs = (token: Token | undefined): boolean => token?.kind === "word" && token.text === "as";

/** `from` stands for what is left of the claim, `at` for what is left of the statement. */
const matches = (claim: readonly Token[], from: number, sent: readonly Token[], at: number, toEnd: boolean): boolean => {
  const wanted = claim[from];
  if (wanted === undefined) return !toEnd || at === sent.length || (isAs(sent[at]) && matches(claim, from, sent, at + 2, toEnd));
  if (wanted.kind === "gap") {
    for (let next = at; next <= sent.length; next++) if (matches(claim, from + 1, sent, next, toEnd)) return true;
    return false;
  }
  const next = sent[at];
  if (next === undefined) return false;
  if (same(wanted, next) && matches(claim, from + 1, sent, at + 1, toEnd)) return true;
  return isAs(next) && matches(claim, from, sent, at + 2, toEnd);
};

const WHOLE = /^(?:select|insert|update|delete|with|begin|commit|savepoint|release|rollback|explain)$/;

/** A claim that begins like a statement, or with `…`, goes to the statement's end; any other is a part of one. */
export const isClaimed = (claim: string, text: string, values: readonly unknown[]): boolean => {
  const [said, sent] = [tokens(claim, null), tokens(/CAST\(/.test(claim) ? text : withoutCasts(text), values)];
  const [first] = said;
  const whole = first?.kind === "word" && WHOLE.test(first.text);
  if (whole) return matches(said, 0, sent, 0, true);
  return sent.some((_, at) => matches(said, 0, sent, at, first?.kind === "gap"));
};
