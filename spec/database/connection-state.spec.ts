/** What SQL of the user's leaves on a connection never reaches the session that uses the connection next. */

import { expect, it } from "vitest";
import { mayLeaveState } from "../../src/dialects/postgres/session-state.js";
import { model, SessionError, sql, t } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";
import { onServer } from "../support/fresh.js";

class Note extends model<Note>("stated_notes")({ text: t.text() }) {}

eachDatabase(
  "a connection",
  [Note],
  (open) => {
    const single = () => open({ pool: { max: 1, acquireTimeout: 2_000 } });
    const shown = sql`SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory, current_user AS "user"`;

    it("comes back as it was opened: settings, roles, temporary tables, advisory locks, cursors, listeners", async () => {
      const database = await single();
      await using db = database.session();
      const before = await db.execute(shown, { readOnly: true });
      const role = `role_${Date.now()}`;
      await onServer(`CREATE ROLE ${role}`);
      try {
        const leaving = [
          sql`SELECT set_config('search_path', 'pg_catalog', false)`,
          sql`SELECT set_config('work_mem', '1234kB', false)`,
          sql`SELECT set_config('role', ${role}, false)`,
          sql`CREATE TEMPORARY TABLE stated_notes (text text)`,
          sql`SELECT pg_advisory_lock(4711)`,
          sql`DO $$ BEGIN PERFORM set_config('work_mem', '1MB', false); END $$`,
          sql`PREPARE mine AS SELECT 1`,
        ];
        for (const query of leaving) {
          await db.execute(query);
          await db.commit();
        }
        await db.execute(sql`DECLARE held CURSOR WITH HOLD FOR SELECT 1`);
        await db.commit();
        await using next = database.session();
        expect(await next.execute(shown, { readOnly: true })).toEqual(before);
        expect(await next.execute(sql`SELECT name FROM pg_cursors WHERE name <> ''`, { readOnly: true })).toEqual([]);
        expect(await next.execute(sql`SELECT name FROM pg_prepared_statements WHERE name = 'mine'`, { readOnly: true })).toEqual([]);
        expect(
          await next.execute(sql`SELECT 1 AS a FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711`, { readOnly: true }),
        ).toEqual([]);
        await Note.objects.create(next, { text: "in the table of the schema" });
        await next.commit();
        expect(await Note.objects.count(next)).toBe(1);
      } finally {
        await onServer(`DROP ROLE ${role}`);
      }
    });

    it("is not changed by SET and LISTEN, which are refused; SET LOCAL works", async () => {
      const database = await single();
      await using db = database.session();
      for (const query of [
        sql`SET work_mem TO '1MB'`,
        sql`set  search_path to pg_catalog`,
        sql`/* a */ -- b
            SET ROLE nobody`,
        sql`SET SESSION AUTHORIZATION DEFAULT`,
        sql`LISTEN news`,
      ])
        await expect(db.execute(query)).rejects.toThrow(SessionError);
      await db.execute(sql`SET LOCAL work_mem TO '1MB'`);
      expect(await db.execute(sql`SELECT current_setting('work_mem') AS memory`)).toEqual([{ memory: "1MB" }]);
      await db.execute(sql`SET TRANSACTION READ ONLY`);
      await db.rollback();
      await using next = database.session();
      expect(await next.execute(sql`SELECT current_setting('work_mem') AS memory`, { readOnly: true })).not.toEqual([{ memory: "1MB" }]);
    });
  },
  ["postgres"],
);

it("is suspected of a change by any function that is not known to be harmless", () => {
  for (const text of [
    "SELECT count(*) FROM notes WHERE lower(text) IN ('a', 'b')",
    'INSERT INTO "my notes" (text) VALUES ($1) RETURNING id',
    "INSERT INTO app.notes (text) SELECT text FROM others WHERE EXISTS (SELECT 1)",
    "UPDATE notes SET text = 'x' WHERE id = 1",
    "WITH a AS (SELECT now()) SELECT * FROM a",
  ])
    expect(mayLeaveState(text), text).toBe(false);
  for (const text of [
    "SELECT set_config('a.b', 'c', false)",
    "SELECT my_function()",
    'SELECT "Count"(1), other."thing"(2)',
    "SELECT 1 INTO TEMP x",
    "CREATE TEMP TABLE x (a integer)",
    "DO $$ BEGIN END $$",
    "CALL work()",
    "RESET ALL",
  ])
    expect(mayLeaveState(text), text).toBe(true);
});
