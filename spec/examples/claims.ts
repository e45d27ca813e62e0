/** Examples cut into statements, each with the SQL that the comments beside and below it claim. */

import ts from "typescript";
import { type Example, programOf } from "./documented.js";

export interface Claim {
  readonly sql: string;
  /** Where it is claimed of; the texts of PostgreSQL are shown where nothing is said. */
  readonly on: "sqlite" | "postgres";
}
export interface Step {
  readonly code: string;
  /** What shows what it gives: an expression that stands by itself, or the name that it is given. */
  readonly shown: string | null;
  readonly claims: readonly Claim[];
  readonly comments: readonly string[];
}

const STARTS =
  /^(?:…\s*|\()*(?:(?:SELECT|INSERT|UPDATE|DELETE|WITH|WHERE|SET|GROUP BY|HAVING|ORDER BY|FOR UPDATE|NOT|CASE|WHEN|BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|EXPLAIN|UNION|JOIN|FROM|LIMIT|INTERSECT|EXCEPT)\b|[A-Z][A-Z_0-9]+\()/;
const ELSEWHERE = /\s*(?:on (SQLite|PostgreSQL)|\((SQLite|PostgreSQL)\))$/;

const claimOf = (text: string): Claim | null => {
  const place = ELSEWHERE.exec(text);
  const sql = text.replace(ELSEWHERE, "").replace(/\.$/, "").trim();
  return STARTS.test(sql) ? { sql, on: (place?.[1] ?? place?.[2]) === "SQLite" ? "sqlite" : "postgres" } : null;
};

/** `;` parts statements, also within one comment. */
const claimsIn = (comments: readonly string[]): Claim[] =>
  comments.flatMap((comment) =>
    comment
      .split(/;\s+/)
      .map((part) => claimOf(part.trim()))
      .filter((claim) => claim !== null),
  );

/** The texts of `//` comments; one that is indented goes on with the one before. */
const commentsIn = (text: string): string[] => {
  const found: string[] = [];
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind !== ts.SyntaxKind.SingleLineCommentTrivia) continue;
    const comment = scanner.getTokenText().slice(2);
    if (/^ {2,}[^ ^]/.test(comment) && found.length > 0) found.push(`${found.pop()} ${comment.trim()}`);
    else found.push(comment.trim());
  }
  return found;
};

const shownBy = (statement: ts.Statement, code: string): string | null => {
  if (ts.isExpressionStatement(statement)) return code.replace(/;$/, "");
  const name = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]?.name : undefined;
  return name !== undefined && ts.isIdentifier(name) ? name.text : null;
};

/** What stands between a statement's end and the next one's beginning belongs to it, and so does what stands inside of it. */
export const stepsOf = (example: Example): readonly Step[] => {
  const text = programOf(example);
  const file = ts.createSourceFile("example.ts", text, ts.ScriptTarget.Latest, true);
  return file.statements.map((statement, at) => {
    const end = file.statements[at + 1]?.getStart(file) ?? text.length;
    const code = text.slice(statement.getStart(file), statement.end);
    const comments = [...commentsIn(code), ...commentsIn(text.slice(statement.end, end))];
    return { code, shown: shownBy(statement, code), claims: claimsIn(comments), comments };
  });
};
