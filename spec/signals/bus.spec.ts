/** The bus: order, awaiting, errors, subjects, and what changes while it dispatches. */

import { describe, expect, it } from "vitest";
import { SignalBus } from "../../src/signals/index.js";

interface Events {
  happened: { readonly n: number };
  other: { readonly n: number };
}
class Animal {
  legs = 4;
}
class Dog extends Animal {}
class Stone {
  weight = 1;
}
const make = (): SignalBus<Events> => new SignalBus<Events>();
const later = (): Promise<void> => new Promise((done) => setTimeout(done, 1));

describe("SignalBus", () => {
  it("awaits asynchronous listeners one after the other, in the order they came", async () => {
    const bus = make();
    const log: string[] = [];
    bus.on("happened", null, async () => {
      await later();
      log.push("slow");
    });
    bus.on("happened", null, () => log.push("quick"));
    await bus.emit("happened", null, { n: 1 });
    expect(log).toEqual(["slow", "quick"]);
  });

  it("gives the error of a listener to who fires, and asks no further listener", async () => {
    const bus = make();
    const log: string[] = [];
    bus.on("happened", null, async () => {
      await later();
      throw new Error("refused");
    });
    bus.on("happened", null, () => log.push("never"));
    await expect(bus.emit("happened", null, { n: 1 })).rejects.toThrow("refused");
    expect(log).toEqual([]);
  });

  it("settles: every listener runs, the errors are collected", async () => {
    const bus = make();
    const log: number[] = [];
    bus.on("happened", null, () => {
      throw new Error("first");
    });
    bus.on("happened", null, ({ n }) => log.push(n));
    bus.on("happened", null, () => Promise.reject(new Error("second")));
    const errors = await bus.settle("happened", null, { n: 7 });
    expect(errors.map((error) => (error as Error).message)).toEqual(["first", "second"]);
    expect(log).toEqual([7]);
  });

  it("tells a class, what extends it, and everything apart", async () => {
    const bus = make();
    const log: string[] = [];
    bus.on("happened", Animal, () => log.push("animal"));
    bus.on("happened", Dog, () => log.push("dog"));
    bus.on("happened", null, () => log.push("any"));
    await bus.emit("happened", Dog, { n: 1 });
    await bus.emit("happened", Animal, { n: 1 });
    await bus.emit("happened", Stone, { n: 1 });
    expect(log).toEqual(["animal", "dog", "any", "animal", "any", "any"]);
  });

  it("has() answers for a subject, and no for other events", () => {
    const bus = make();
    expect(bus.has("happened", Dog)).toBe(false);
    const end = bus.on("happened", Animal, () => 0);
    expect([bus.has("happened", Dog), bus.has("happened", Stone), bus.has("happened"), bus.has("other", Dog)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    end();
    expect(bus.has("happened", Dog)).toBe(false);
  });

  it("ends with the function that on() gave, or off() with the listener itself", async () => {
    const bus = make();
    const log: number[] = [];
    const listener = ({ n }: { readonly n: number }): number => log.push(n);
    const end = bus.on("happened", null, listener);
    bus.on("happened", Dog, listener);
    end();
    end();
    await bus.emit("happened", Dog, { n: 1 });
    bus.off("happened", Dog, listener);
    await bus.emit("happened", Dog, { n: 2 });
    expect(log).toEqual([1]);
  });

  it("keeps a round as it was when it began: who joins or leaves meanwhile does so for the next", async () => {
    const bus = make();
    const log: string[] = [];
    const ends: (() => void)[] = [];
    bus.on("happened", null, () => {
      bus.on("happened", null, () => log.push("joined"));
      ends[0]?.();
    });
    ends.push(bus.on("happened", null, () => log.push("leaving")));
    await bus.emit("happened", null, { n: 1 });
    expect(log).toEqual(["leaving"]);
    await bus.emit("happened", null, { n: 2 });
    expect(log).toEqual(["leaving", "joined"]);
  });

  it("calls a listener for once a single time, two dispatches at the same moment included", async () => {
    const bus = make();
    const log: number[] = [];
    bus.on("happened", null, later);
    bus.on("happened", null, ({ n }) => log.push(n), true);
    await Promise.all([bus.emit("happened", null, { n: 1 }), bus.emit("happened", null, { n: 2 })]);
    await bus.emit("happened", null, { n: 3 });
    expect(log).toEqual([1]);
  });
});
