import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { PoolTimeout } from "../../src/errors.js";
import { SessionLock } from "../../src/session/core/session-lock.js";

const turns = (timeout = 1000): SessionLock => new SessionLock(() => timeout);

/** Records when pieces of work begin and end. */
const recorder = () => {
  const log: string[] = [];
  const work =
    (name: string, ms = 1) =>
    async (): Promise<string> => {
      log.push(`${name} begins`);
      await sleep(ms);
      log.push(`${name} ends`);
      return name;
    };
  return { log, work };
};

describe("turns", () => {
  it("run one statement after the other, in order", async () => {
    const { log, work } = recorder();
    const session = turns();
    expect(await Promise.all([session.exclusive("a", work("a", 5)), session.exclusive("b", work("b"))])).toEqual(["a", "b"]);
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("let what a scope starts run at once, and everybody else wait for its end", async () => {
    const { log, work } = recorder();
    const session = turns();
    const scope = session.runInScope("atomic", "body", async () => {
      await sleep(2);
      await session.exclusive("inner", work("inner"));
      log.push("body ends");
    });
    const outside = session.exclusive("outer", work("outer"));
    await Promise.all([scope, outside]);
    expect(log).toEqual(["inner begins", "inner ends", "body ends", "outer begins", "outer ends"]);
  });

  it("nest, and take turns side by side inside a scope", async () => {
    const { log, work } = recorder();
    const session = turns();
    await session.runInScope("atomic", "body", async () => {
      const nested = (name: string): Promise<unknown> =>
        session.runInScope("atomic", name, async () => session.exclusive(name, work(name, 3)));
      await Promise.all([nested("a"), nested("b")]);
    });
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("know what they are inside of, only there", async () => {
    const session = turns();
    const other = turns();
    await session.runInScope("flush", "flush", async () => {
      expect([session.isInside("flush"), session.isInside("atomic"), other.isInside("flush")]).toEqual([true, false, false]);
      await other.runInScope("atomic", "other", async () => {
        expect([session.isInside("flush"), other.isInside("flush"), other.isInside("atomic")]).toEqual([true, false, true]);
      });
    });
    expect(session.isInside("flush")).toBe(false);
  });

  it("wait for statements that a scope started and did not await, before they let others in", async () => {
    const { log, work } = recorder();
    const session = turns();
    let leaked: Promise<unknown> = Promise.resolve();
    await session.runInScope("atomic", "body", async () => {
      leaked = session.exclusive("leaked", work("leaked", 5));
    });
    expect(log).toEqual(["leaked begins", "leaked ends"]);
    await leaked;
  });

  it("give what outlives its scope an ordinary turn", async () => {
    const { log, work } = recorder();
    const session = turns();
    let later: Promise<unknown> = Promise.resolve();
    await session.runInScope("atomic", "body", async () => {
      later = sleep(5).then(() => session.exclusive("late", work("late")));
    });
    await Promise.all([session.runInScope("atomic", "second", async () => session.exclusive("second", work("second", 10))), later]);
    expect(log).toEqual(["second begins", "second ends", "late begins", "late ends"]);
  });

  it("end a wait with an error that names who waited and who holds", async () => {
    const session = turns(5);
    const body = session.runInScope("atomic", "transfer()", () => sleep(40));
    const error = await session.exclusive("a query", async () => 1).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PoolTimeout);
    expect((error as Error).message).toMatch(/a query waited 5 ms .* transfer\(\) is using/);
    await body;
    expect(await session.exclusive("a query", async () => 2)).toBe(2);
  });

  it("pass on when work fails", async () => {
    const session = turns();
    await expect(session.runInScope("flush", "flush", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(session.exclusive("x", () => Promise.reject(new Error("neither")))).rejects.toThrow("neither");
    expect(await session.exclusive("y", async () => 1)).toBe(1);
  });
});
