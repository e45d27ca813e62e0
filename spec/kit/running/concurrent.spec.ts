/** Many runs of migrations at once, and runs that are killed: each step is done once, whoever does it. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fresh } from "../../support/fresh.js";
import { openWorkshop, type Workshop } from "../support/built.js";
import { crashFiles } from "../support/crash-project.js";
import { crash } from "../support/crashes.js";

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
}, 60_000);
afterAll(() => shop.remove());

describe.each(["sqlite", "postgres"] as const)("migrate (%s)", (kind) => {
  it("ten processes at once apply each migration once; those who wait are told who runs, and at which step", async () => {
    const url = kind === "sqlite" ? await fresh("sqlite file") : await fresh("postgres database");
    const folder = shop.project(`ten-${kind}`, crashFiles(url));
    const ended = await Promise.all(Array.from({ length: 10 }, () => shop.run(folder, "migrate")));
    expect(ended.map(({ code, out, err }) => (code === 0 ? "" : out + err))).toEqual(ended.map(() => ""));
    const lines = ended.flatMap(({ out }) => out.split("\n").filter((line) => line.includes("000")));
    expect(lines.map((line) => line.replace(/ \d+ ms$/, ""))).toEqual(
      ["0001_initial", "0002_rows", "0003_label", "0004_alone", "0005_gone", "0006_end"].map((name) => `✓ ${name}`),
    );
    const waited = ended.map(({ err }) => err).join("");
    expect(waited).toMatch(/waiting for process \d+ of \w+.*, since \d{4}-.*: \d{4}_\w+/);
    const { out } = await shop.run(folder, "history", "--json");
    const { history } = JSON.parse(out) as { readonly history: readonly { readonly action: string }[] };
    expect(history.map(({ action }) => action)).toEqual(Array.from({ length: 6 }, () => "apply"));
    expect(await shop.run(folder, "check")).toMatchObject({ code: 0 });
  }, 120_000);

  it("goes on after it was killed, wherever that was", async () => {
    const url = kind === "sqlite" ? await fresh("sqlite file") : await fresh("postgres database");
    expect(await crash(shop, `killed-${kind}`, url, 3, Date.now() % 100_000)).toMatchObject({ kills: 3, problems: [] });
  }, 120_000);
});
