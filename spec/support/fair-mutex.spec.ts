import { describe, expect, it } from "vitest";
import { FairMutex } from "../../src/support/fair-mutex.js";

const late = (holder: string): Error => new Error(`held by ${holder}`);

describe("FairMutex", () => {
  it("is free at once when nobody holds it", () => {
    expect(new FairMutex().acquire("a", 10, late)).toBeUndefined();
  });

  it("serves waiters in the order they came", async () => {
    const mutex = new FairMutex();
    const order: string[] = [];
    const use = async (name: string): Promise<void> => {
      await mutex.acquire(name, 1000, late);
      order.push(name);
      await Promise.resolve();
      mutex.release();
    };
    await Promise.all(["a", "b", "c", "d"].map(use));
    expect(order).toEqual(["a", "b", "c", "d"]);
    expect(mutex.acquire("e", 10, late)).toBeUndefined();
  });

  it("gives up after the time given, names the holder, and passes the turn over to the next", async () => {
    const mutex = new FairMutex();
    void mutex.acquire("holder", 10, late);
    const impatient = mutex.acquire("impatient", 5, late);
    const patient = mutex.acquire("patient", 1000, late);
    await expect(impatient).rejects.toThrow("held by holder");
    mutex.release();
    await patient;
    await expect(mutex.acquire("last", 5, late)).rejects.toThrow("held by patient");
  });
});
