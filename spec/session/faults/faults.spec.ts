/** Every kind of statement of a transaction failing in every way: nothing leaks, memory and rows agree, and the session goes on. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { atomic, ConnectionLost, sql, TransactionAborted } from "flash-db";
import { onServer, type Kind } from "../../support/fresh.js";
import type { StatementKind } from "../../support/faulty-driver.js";
import { Shelf } from "../fuzz/models.js";
import { expectRows, expectUndone, expectUsable, failure, setUp, Undo, ways, type Fault } from "./stage.js";

/** A database in memory is its connection: there is nothing to go on with where that is lost. */
const lasting: readonly Kind[] = ["sqlite file", "postgres"];
const databases: readonly Kind[] = ["sqlite", ...lasting];
const itLasts = (kind: Kind, title: string, example: () => Promise<void>): void => {
  if (lasting.includes(kind)) it(title, example);
};
const faultsOf = (kind: Kind): readonly Fault[] => (lasting.includes(kind) ? ["killed", "error", "timeout"] : ["error", "timeout"]);
const beforeCommit: readonly StatementKind[] = ["BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO", "INSERT", "UPDATE", "DELETE"];

/** What the failure is called; one that is not sent at all is a plain DatabaseError. */
const codes: Readonly<Record<Fault, readonly string[]>> = {
  killed: ["CONNECTION_LOST"],
  error: ["UNIQUE_VIOLATION", "DATABASE"],
  timeout: ["QUERY_TIMEOUT"],
};

const each = <T>(values: readonly T[], examples: (value: T) => void): void => values.forEach(examples);

each(databases, (kind) =>
  describe(`on ${kind}`, () => {
    each(Object.entries(ways), ([name, way]) =>
      describe(name, () => {
        each(beforeCommit, (statement) =>
          each(faultsOf(kind), (fault) => {
            // BEGIN is asked for again on another connection: one that the pool had kept may have broken unnoticed.
            if (statement === "BEGIN" && fault === "killed") return;
            it(`${statement} ${fault}: everything is undone`, async () => {
              const stage = await setUp(kind);
              const { struck } = stage.arm(statement, fault);
              const error = await failure(way(stage, "commit"));
              expect(struck()).toBe(true);
              // The outer work was told of an inner rollback that failed only when it went on.
              if (statement === "ROLLBACK TO") expect(error).toBeInstanceOf(fault === "killed" ? ConnectionLost : TransactionAborted);
              else expect(codes[fault]).toContain(error.code);
              if (error instanceof ConnectionLost) expect(error.outcome).toBe("rolled back");
              await expectUndone(stage);
            });
          }),
        );

        itLasts(kind, "BEGIN killed: another connection is taken", async () => {
          const stage = await setUp(kind);
          const { struck } = stage.arm("BEGIN", "killed");
          await way(stage, "commit");
          expect(struck()).toBe(true);
          await expectRows(
            stage,
            [
              ["changed", "a"],
              ["new", "b"],
            ],
            [],
          );
        });

        each(["error", "timeout"] as const, (fault) =>
          it(`COMMIT ${fault}: everything is undone`, async () => {
            const stage = await setUp(kind);
            const { struck } = stage.arm("COMMIT", fault);
            const error = await failure(way(stage, "commit"));
            expect(struck()).toBe(true);
            expect(codes[fault]).toContain(error.code);
            await expectUndone(stage);
          }),
        );

        itLasts(kind, "COMMIT killed: nobody knows, and everything is asked for again", async () => {
          const stage = await setUp(kind);
          const { struck } = stage.arm("COMMIT", "killed");
          const error = await failure(way(stage, "commit"));
          expect(struck()).toBe(true);
          expect(error).toBeInstanceOf(ConnectionLost);
          expect((error as ConnectionLost).outcome).toBe("unknown");
          await expectRows(stage, [["before", "a"]], ["tag"]);
          expect(await stage.db.get(Shelf, stage.shelf.id)).toBe(stage.shelf);
          expect(stage.shelf.label).toBe("before");
          expect(stage.db.inTransaction).toBe(false);
          stage.shelf.label = "after";
          await stage.db.commit();
          await expectRows(stage, [["after", "a"]], ["tag"]);
        });

        each(faultsOf(kind), (fault) =>
          it(`ROLLBACK ${fault}: the work is undone all the same, and the connection thrown away`, async () => {
            const stage = await setUp(kind);
            const { struck } = stage.arm("ROLLBACK", fault);
            await way(stage, "rollback").catch((error: unknown) => expect(error).toBeInstanceOf(Undo));
            expect(struck()).toBe(true);
            if (lasting.includes(kind)) return expectUndone(stage);
            expect(stage.shelf.label).toBe("before");
            expect((await failure(Shelf.objects.fetch(stage.db))).message).toMatch(/in memory is gone/);
          }),
        );
      }),
    );
  }),
);

describe("what breaks between statements", () => {
  each(lasting, (kind) =>
    it(`a connection that is lost before COMMIT is sent: rolled back, not unknown (${kind})`, async () => {
      const stage = await setUp(kind);
      const tx = await stage.db.begin();
      stage.shelf.label = "changed";
      await stage.db.flush();
      await stage.breakNow();
      const error = await failure(tx.commit());
      expect(error).toMatchObject({ code: "CONNECTION_LOST", outcome: "rolled back" });
      await expectUndone(stage);
    }),
  );

  each(lasting, (kind) =>
    it(`a transaction that lost its connection is tried again with memory restored first (${kind})`, async () => {
      const stage = await setUp(kind);
      const labels: string[] = [];
      await atomic(
        stage.db,
        async () => {
          labels.push(stage.shelf.label);
          stage.shelf.label = "changed";
          await stage.db.flush();
          if (labels.length === 1) await stage.breakNow();
        },
        { retries: 1 },
      );
      expect(labels).toEqual(["before", "before"]);
      await expectRows(stage, [["changed", "a"]], ["tag"]);
    }),
  );

  each(lasting, (kind) =>
    it(`a constraint that is checked at COMMIT: everything is undone (${kind})`, async () => {
      const stage = await setUp(kind);
      await stage.db.execute(sql`CREATE TABLE dues (shelf_id bigint REFERENCES shelves (id) DEFERRABLE INITIALLY DEFERRED)`);
      await stage.db.commit();
      const breakIt = (): Promise<unknown> => stage.db.execute(sql`INSERT INTO dues VALUES (999)`);
      const plain = async (): Promise<void> => {
        await breakIt();
        await stage.db.commit();
      };
      for (const way of [plain, () => atomic(stage.db, breakIt)]) {
        stage.shelf.label = "changed";
        stage.db.add(stage.added);
        expect(await failure(way())).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
        await stage.db.rollback();
        expect([stage.shelf.label, stage.added.id]).toEqual(["before", undefined]);
      }
      await expectUndone(stage);
    }),
  );

  each(lasting, (kind) =>
    it(`a query outside a transaction: a lost connection is replaced, another error is told, the pool is whole, the next one works (${kind})`, async () => {
      const stage = await setUp(kind);
      for (const fault of faultsOf(kind)) {
        const { struck } = stage.arm("SELECT", fault);
        // A read that lost its connection is asked once more, on another one.
        const code = await Shelf.objects
          .filter({ label: "before" })
          .fetch(stage.db)
          .then(
            () => "CONNECTION_LOST",
            (error: { readonly code?: string }) => String(error.code),
          );
        expect([struck(), stage.driver.out.size]).toEqual([true, 0]);
        expect(codes[fault]).toContain(code);
        expect((await Shelf.objects.filter({ label: "before" }).fetch(stage.db))[0]).toBe(stage.shelf);
      }
      await expectUndone(stage);
    }),
  );

  it("an idle connection that the server ended is replaced without a word", async () => {
    const stage = await setUp("postgres");
    const { rows } = await stage.driver.source.acquire("read", "the spec").then(async (lease) => {
      const found = await lease.connection.run({
        text: "SELECT pg_backend_pid()",
        parameters: [],
        values: [],
        outputs: null,
        writes: false,
      });
      lease.release();
      return found;
    });
    await onServer(`SELECT pg_terminate_backend(${String(rows[0]?.[0])})`);
    await sleep(50);
    expect(await Shelf.objects.count(stage.db)).toBe(1);
    await expectUsable(stage);
  });
});
