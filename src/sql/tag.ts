/** The `sql` template as users have it. */

import { sql as template } from "./template.js";
import type { SqlTag } from "./typing.js";

/**
 * SQL of one's own. Values are bound as parameters; other SQL, columns and expressions are spliced in.
 *
 * ```ts
 * await db.execute(sql`SELECT name FROM users WHERE age > ${18} AND city = ${city}`);
 * // SELECT name FROM users WHERE age > ? AND city = ?        (SQLite)
 * // SELECT name FROM users WHERE age > $1 AND city = $2      (PostgreSQL)
 * User.objects.filter(sql`${F("age")} % ${2} = 0`);
 * ```
 * Throws FieldError for undefined, and for objects that no database type holds.
 */
export const sql = template as unknown as SqlTag;
