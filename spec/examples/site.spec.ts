/** The documentation's site as readers see it: clicked through and searched in a headless Chromium, at the width of a phone and of a desk. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const repository = path.resolve(import.meta.dirname, "../..");
const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((file) => existsSync(file));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

const serve = (folder: string): Promise<Server> => {
  const server = createServer((request, response) => {
    const file = path.join(folder, decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
};

describe.skipIf(program === undefined)("the documentation's site", { timeout: 240_000 }, () => {
  let folder = "";
  let server: Server;
  let browser: Browser;
  let root = "";
  let files: readonly string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "flash-db-site-"));
    await promisify(execFile)(process.execPath, [path.join(repository, "node_modules/typedoc/bin/typedoc"), "--out", folder], {
      cwd: repository,
    });
    files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".html"));
    server = await serve(folder);
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: program as string, args: ["--no-sandbox"] });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (width: number, work: (page: Page) => Promise<void>): Promise<void> => {
    const context = await browser.newContext({ viewport: { width, height: 844 } });
    try {
      await work(await context.newPage());
    } finally {
      await context.close();
    }
  };
  const guides = (): string[] => ["index.html", ...files.filter((file) => /^documents\/[A-Z]/.test(file))];
  /** Guides, and a few pages of each kind of the API. */
  const sample = (): string[] => [
    ...guides(),
    ...["interfaces/flash-db.QuerySet.html", "interfaces/flash-db.Session.html", "interfaces/flash-db.DatabaseOptions.html"],
    ...["functions/flash-db.model.html", "functions/flash-db.t.decimal.html", "classes/flash-db.UniqueViolation.html"],
    ...["modules/flash-db.html", "modules/flash-db_migrations.html", "modules/flash-db_testing.html"],
  ];

  it("has no page wider than the screen of a phone or a desk", async () => {
    await open(390, async (page) => {
      const wide: string[] = [];
      for (const file of sample()) {
        await page.goto(`${root}/${file}`, { waitUntil: "domcontentloaded" });
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 844 });
          const widest = (await page.evaluate("document.documentElement.scrollWidth")) as number;
          if (widest > width) wide.push(`${file}: ${widest} of ${width}`);
        }
      }
      expect(wide).toEqual([]);
    });
  });

  it("has links that all lead somewhere, also to their places within a page", () => {
    const anchors = new Map(
      files.map((file) => [
        file,
        new Set([...readFileSync(path.join(folder, file), "utf8").matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id)),
      ]),
    );
    const broken: string[] = [];
    for (const file of files) {
      const text = readFileSync(path.join(folder, file), "utf8");
      for (const [, href = ""] of text.matchAll(/<a href="([^"]+)"/g)) {
        if (/^(?:https?|mailto):/.test(href)) continue;
        const [target = "", hash] = decodeURIComponent(href.replaceAll("&amp;", "&")).split("#");
        const at = target === "" ? file : path.join(path.dirname(file), target);
        if (!existsSync(path.join(folder, at))) broken.push(`${file} -> ${href}`);
        else if (hash !== undefined && hash !== "" && anchors.get(at)?.has(hash) === false) broken.push(`${file} -> ${href}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("leads from the first page through the navigation to a guide and to a field type", async () => {
    await open(1280, async (page) => {
      await page.goto(`${root}/index.html`);
      const navigation = page.locator("#tsd-nav-container");
      await navigation.getByRole("link", { name: "Getting started" }).click();
      await page.getByRole("heading", { level: 1, name: "Getting started" }).waitFor();
      await navigation.locator("a[href$='documents/Queries.html']").click();
      await page.getByRole("heading", { level: 1, name: "Queries" }).waitFor();
      await page.goto(`${root}/functions/flash-db.t.decimal.html`);
      expect(await page.locator(".col-content").innerText()).toMatch(/exact/i);
    });
  });

  it("is found by words of guides, of comments, and of names", async () => {
    const searches: Readonly<Record<string, RegExp>> = {
      upsert: /Recipes/,
      cascade: /Relations|Signals|foreignKey/,
      decimal: /decimal/,
      "N+1": /Relations/,
      rollback: /rollback|Sessions/,
      migrations: /Migrations/,
      prisma: /Coming from Prisma/,
      skipLocked: /LockOptions|selectForUpdate|Django/,
      "soft delete": /softDelete|Recipes|Models/,
      toSQL: /toSQL/,
    };
    await open(1280, async (page) => {
      await page.goto(`${root}/index.html`);
      await page.locator("#tsd-search-trigger").click();
      const results = page.locator("#tsd-search-results");
      for (const [words, expected] of Object.entries(searches)) {
        await page.locator("#tsd-search-input").fill(words);
        await results.filter({ hasText: expected }).waitFor({ timeout: 20_000 });
      }
    });
  });

  it("shows text, not only a type's name, on every page of the API", () => {
    const bare = files.filter((file) => {
      if (!/^(?:functions|variables|types|interfaces|classes)\//.test(file)) return false;
      const text = readFileSync(path.join(folder, file), "utf8");
      return !/class="tsd-comment|class="tsd-hierarchy/.test(text);
    });
    expect(bare).toEqual([]);
  });
});
