/** What a database is told, in order. */

export interface Statement {
  readonly text: string;
  /** It may stand in a transaction with others. */
  readonly transactional: boolean;
}

export const statement = (text: string): Statement => ({ text, transactional: true });

/** Statements that no transaction may hold. */
const ALONE =
  /^\s*(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+|RE)INDEX\b[^;]*\bCONCURRENTLY\b|VACUUM\b|ALTER\s+SYSTEM\b|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)\b|REFRESH\s+MATERIALIZED\s+VIEW\s+CONCURRENTLY\b)/i;

/** A statement of the user's own. */
export const givenStatement = (text: string): Statement => ({ text, transactional: !ALONE.test(text) });
