/** Every wait for PostgreSQL ends: the server may fall silent, cut connections, or close them while rows are being read. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { ConnectionLost, DatabaseError, type FlashDbError, QueryTimeout } from "../../src/errors.js";
import { types } from "../../src/sql/types.js";
import { openCore, query, run, who } from "../support/drivers.js";
import { afterwards, fresh } from "../support/fresh.js";
import { type Proxy, proxyTo } from "../support/proxy.js";
import { rejectionOf } from "../support/rejection.js";

const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const limits = { pool: { max: 1, acquireTimeout: 1_000 }, statementTimeout: 100 };
type Core = Awaited<ReturnType<typeof openCore>>;
const count = async (core: Core): Promise<unknown> =>
  (await core.run(query(core, "SELECT 1 AS a", [], [types.integer]), who())).rows[0]?.[0];

describe("a server that falls silent", () => {
  it("after the log-in is an error of connect()", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    proxy.onAnswer = (bytes) => {
      if (bytes.includes(READY_FOR_QUERY)) proxy.freeze();
    };
    expect(await rejectionOf(openCore(`${proxy.url}&connect_timeout=1`, limits))).toBeInstanceOf(ConnectionLost);
  });

  it("before the log-in is an error of connect()", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    proxy.freeze();
    expect(await rejectionOf(openCore(`${proxy.url}&connect_timeout=1`, limits))).toBeInstanceOf(ConnectionLost);
  });

  const frozen = async (work: (core: Core, proxy: Proxy) => Promise<unknown>): Promise<FlashDbError> => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, limits);
    await run(core, "CREATE TABLE t (a integer)");
    // The connection is back when what that may have left on it is taken back.
    await count(core);
    const error = await rejectionOf(work(core, proxy));
    proxy.thaw();
    expect(await count(core)).toBe(1);
    expect(proxy.opened).toBe(2);
    return error;
  };

  // They wait side by side.
  it("ends a statement, a transaction, COMMIT and a cursor, and the slot of each comes back", async () => {
    const [statement, savepoint, commit, cursor] = await Promise.all([
      frozen((core, proxy) => {
        proxy.freeze();
        return count(core);
      }),
      frozen(async (core, proxy) => {
        const transaction = await core.begin({}, who());
        await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
        proxy.freeze();
        await transaction.savepoint().catch(async (error: unknown) => {
          expect(transaction.lost).toBe(true);
          await transaction.rollback();
          throw error;
        });
      }),
      frozen(async (core, proxy) => {
        const transaction = await core.begin({}, who());
        await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
        proxy.freeze();
        await transaction.commit();
      }),
      frozen(async (core, proxy) => {
        for await (const rows of core.stream(query(core, "SELECT generate_series(1, 1000)"), 10, who())) {
          expect(rows.length).toBe(10);
          proxy.freeze();
        }
      }),
    ]);
    expect(statement).toBeInstanceOf(QueryTimeout);
    expect(statement.message).toMatch(/has not answered for \d+ ms/);
    expect(savepoint).toBeInstanceOf(ConnectionLost);
    expect(commit).toMatchObject({ code: "CONNECTION_LOST", outcome: "unknown" });
    expect(cursor).toBeInstanceOf(QueryTimeout);
  });

  it("when the database closes does not keep it open", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, limits);
    proxy.freeze();
    await core.close();
  });

  it("is waited for as long as statementTimeout says, and longer where there is none", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, { pool: { max: 1 } });
    proxy.freeze();
    const answer = count(core);
    expect(await Promise.race([answer, sleep(1_600, "waiting")])).toBe("waiting");
    await core.close(0);
    await rejectionOf(answer);
  });
});

describe("connections that something in between has cut", () => {
  it("are all replaced after the first one was noticed", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, { pool: { max: 4 } });
    await Promise.all(Array.from({ length: 4 }, () => run(core, "SELECT pg_sleep(0.05)")));
    proxy.cut();
    // A statement of unknown meaning is not repeated, a SELECT made here is.
    expect(await rejectionOf(run(core, "SELECT 1"))).toBeInstanceOf(ConnectionLost);
    for (let again = 0; again < 4; again++) expect(await count(core)).toBe(1);
  });

  it("are not noticed by a read, which is asked once more", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, { pool: { max: 4 } });
    await Promise.all(Array.from({ length: 4 }, () => run(core, "SELECT pg_sleep(0.05)")));
    proxy.cut();
    expect(await count(core)).toBe(1);
  });

  it("end a write with ConnectionLost: it is never repeated", async () => {
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, { pool: { max: 1 } });
    await run(core, "CREATE TABLE t (a integer)");
    await count(core);
    proxy.cut();
    expect(await rejectionOf(core.run(query(core, "INSERT INTO t VALUES (1) RETURNING a", [], [types.integer]), who()))).toBeInstanceOf(
      ConnectionLost,
    );
    expect((await run(core, "SELECT a FROM t", [], [types.integer])).rows).toEqual([]);
  });
});

describe("without a statementTimeout", () => {
  it("COMMIT and other control statements end after a minute, and the slot comes back; a statement may take as long as it likes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    afterwards(() => Promise.resolve(vi.useRealTimers()));
    const proxy = await proxyTo(await fresh("postgres"));
    const core = await openCore(proxy.url, { pool: { max: 1, acquireTimeout: 1_000 } });
    await run(core, "CREATE TABLE t (a integer)");
    await count(core);
    const slow = core.run(query(core, "SELECT 1 AS a FROM pg_sleep(0.3)", [], [types.integer]), who());
    vi.advanceTimersByTime(600_000);
    expect((await slow).rows).toEqual([[1]]);
    const transaction = await core.begin({}, who());
    await transaction.run(query(core, "INSERT INTO t VALUES (1) RETURNING a", [], [types.integer]));
    proxy.freeze();
    const commit = rejectionOf(transaction.commit());
    await sleep(20);
    vi.advanceTimersByTime(59_000);
    expect(await Promise.race([commit, sleep(50, "waiting")])).toBe("waiting");
    vi.advanceTimersByTime(2_000);
    expect(await commit).toMatchObject({ code: "CONNECTION_LOST", outcome: "unknown" });
    proxy.thaw();
    expect(await count(core)).toBe(1);
  });
});

describe("rows read in chunks", () => {
  it("are not cut by statementTimeout while the consumer works", async () => {
    const core = await openCore(await fresh("postgres"), { ...limits, statementTimeout: 150 });
    let rows = 0;
    for await (const chunk of core.stream(query(core, "SELECT generate_series(1, 40)"), 10, who())) {
      rows += chunk.length;
      await sleep(100);
    }
    expect(rows).toBe(40);
  });

  it("are cut by statementTimeout where one chunk takes too long", async () => {
    const core = await openCore(await fresh("postgres"), limits);
    const reading = async (): Promise<void> => {
      for await (const chunk of core.stream(query(core, "SELECT pg_sleep(0.01 * n) FROM generate_series(1, 40) AS n"), 5, who()))
        expect(chunk.length).toBe(5);
    };
    expect(await rejectionOf(reading())).toBeInstanceOf(QueryTimeout);
    expect(await count(core)).toBe(1);
  });

  it("are not cut by the server's limit on idle transactions", async () => {
    const url = new URL(await fresh("postgres"));
    url.searchParams.set("idle_in_transaction_session_timeout", "100");
    const core = await openCore(url.href.replaceAll("+", "%20"), limits);
    let rows = 0;
    for await (const chunk of core.stream(query(core, "SELECT generate_series(1, 20)"), 10, who())) {
      rows += chunk.length;
      await sleep(200);
    }
    expect(rows).toBe(20);
  });

  it("leave no transaction behind: at the end, after a break, and after an error", async () => {
    const url = await fresh("postgres");
    const [core, other] = [await openCore(url, limits), await openCore(url)];
    const states =
      "SELECT state FROM pg_stat_activity WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()";
    const idle = async (): Promise<void> => expect((await run(other, states, [], [types.text])).rows).toEqual([["idle"]]);
    const text = "SELECT 10 / (30 - n) FROM generate_series(1, 100) AS n";
    for await (const chunk of core.stream(query(core, "SELECT generate_series(1, 20)"), 10, who())) expect(chunk.length).toBe(10);
    await idle();
    for await (const chunk of core.stream(query(core, text), 10, who())) {
      expect(chunk.length).toBe(10);
      break;
    }
    await idle();
    const all = async (): Promise<void> => {
      for await (const chunk of core.stream(query(core, text), 10, who())) expect(chunk.length).toBe(10);
    };
    expect(await rejectionOf(all())).toBeInstanceOf(DatabaseError);
    await idle();
  });
});

describe("COPY", () => {
  it.each([true, false])("FROM STDIN is refused at once, and the connection goes on (prepare: %s)", async (prepare) => {
    const core = await openCore(await fresh("postgres"), { ...limits, prepare });
    await run(core, "CREATE TABLE t (a integer)");
    for (let again = 0; again < 2; again++) {
      const error = await rejectionOf(run(core, "COPY t FROM STDIN"));
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toContain("COPY … FROM STDIN");
      expect(await count(core)).toBe(1);
    }
    const transaction = await core.begin({ travels: true }, who());
    expect(await rejectionOf(transaction.run(query(core, "COPY t FROM STDIN")))).toBeInstanceOf(DatabaseError);
    await transaction.rollback();
    expect(await count(core)).toBe(1);
  });

  it("TO STDOUT gives no rows, and the connection goes on", async () => {
    const core = await openCore(await fresh("postgres"), limits);
    await run(core, "COPY (SELECT 1) TO STDOUT");
    expect(await count(core)).toBe(1);
  });
});
