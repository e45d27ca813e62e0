/** `signals` as its users hold it: what it takes, what it refuses, how listening ends. */

import { afterEach, describe, expect, it } from "vitest";
import { ConfigurationError, model, signals, t } from "../../src/index.js";
import { bus } from "../../src/signals/index.js";

class Thing extends model<Thing>("face_things")({ name: t.text() }) {}
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));
const saved = (instance: Thing): Parameters<typeof bus.emit<"post_save">>[2] => ({
  instance,
  created: true,
  changed: new Set(),
  changes: {},
  db: {},
});

describe("signals", () => {
  it("once() hears the first time only", async () => {
    const heard: string[] = [];
    ends.push(signals.once("post_save", Thing, ({ instance }) => heard.push(instance.name)));
    await bus.emit("post_save", Thing, saved(new Thing({ name: "a" })));
    await bus.emit("post_save", Thing, saved(new Thing({ name: "b" })));
    expect(heard).toEqual(["a"]);
  });

  it("off() ends by the function, for one model or for all", async () => {
    const heard: number[] = [];
    const listener = (): number => heard.push(1);
    ends.push(signals.on("post_save", Thing, listener), signals.on("post_save", listener));
    signals.off("post_save", Thing, listener);
    await bus.emit("post_save", Thing, saved(new Thing()));
    expect(heard).toHaveLength(1);
    signals.off("post_save", listener);
    await bus.emit("post_save", Thing, saved(new Thing()));
    expect(heard).toHaveLength(1);
  });

  it("refuses signals that do not exist, what is no model, and what is no function", () => {
    const on = signals.on as unknown as (...given: unknown[]) => unknown;
    expect(() => on("post_sav", () => 0)).toThrow(/no signal "post_sav"\. Did you mean 'post_save'\?/);
    expect(() => on("post_save", "Thing", () => 0)).toThrow(ConfigurationError);
    expect(() => on("post_save", Thing, "log")).toThrow(/expected a function/);
    expect(() => on("post_commit", Thing, () => 0)).toThrow(/is about a session/);
  });
});
