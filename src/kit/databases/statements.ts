/** The statements for a database, in order. */

export interface Statement {
  readonly text: string;
  /** Whether it can run in a transaction with others. */
  readonly transactional: boolean;
}

export const statement = (text: string): Statement => ({ text, transactional: true });

/** Statements that cannot run in a transaction. */
const ALONE =
  /^\s*(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+|RE)INDEX\b[^;]*\bCONCURRENTLY\b|VACUUM\b|ALTER\s+SYSTEM\b|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)\b|REFRESH\s+MATERIALIZED\s+VIEW\s+CONCURRENTLY\b)/i;

/** A user-written statement. */
export const givenStatement = (text: string): Statement => ({ text, transactional: !ALONE.test(text) });
