/** The drawing of a schema: nothing covers anything, and a reader of either theme sees it. */

import { addTable, foreignKey, type MigrationItem, primaryKey, t } from "flash-db/migrations";
import { describe, expect, it } from "vitest";
import { mermaid, svg } from "../../src/kit/diagram/index.js";
import { layout } from "../../src/kit/diagram/layout.js";
import { picture } from "./migrations.js";
import { randomOf } from "./support/random-schemas.js";

const shop = picture(
  addTable("users", { id: t.id(), name: t.varchar(80), boss_id: t.key().nullable() }, foreignKey("boss_id", "users.id")),
  addTable("orders", { id: t.id(), user_id: t.key() }, foreignKey("user_id", "users.id")),
  addTable(
    "lines",
    { order_id: t.key(), user_id: t.key(), place: t.integer() },
    primaryKey(["order_id", "place"]),
    foreignKey("order_id", "orders.id"),
    foreignKey("user_id", "users.id"),
  ),
  addTable("a<b", { id: t.id() }),
);

const many = (count: number) => {
  const random = randomOf(count);
  return picture(
    ...Array.from({ length: count }, (_, at): MigrationItem => {
      const to = at > 4 && random.chance(0.7) ? [random.below(at), random.below(at)] : [];
      const keys = Object.fromEntries(to.map((_, number) => [`key_${number}`, t.key().nullable()]));
      const columns = Object.fromEntries(Array.from({ length: 1 + random.below(12) }, (__, number) => [`column_${number}`, t.text()]));
      return addTable(
        `table_${at}`,
        { id: t.id(), ...columns, ...keys },
        ...to.map((other, number) => foreignKey(`key_${number}`, `table_${other}.id`)),
      );
    }),
  );
};

describe("the layout", () => {
  it.each([1, 5, 30, 100])("of %i tables covers no table with another one, nor with a line", (count) => {
    const { boxes, routes, width, height } = layout(many(count));
    const lanes = new Set(routes.flatMap(({ via }) => via));
    const all = [...boxes, ...lanes];
    expect(boxes).toHaveLength(count);
    const covered = boxes.flatMap((box, at) =>
      all
        .slice(at + 1)
        .filter(
          (other) =>
            box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height,
        )
        .map((other) => [box.name, other]),
    );
    expect(covered).toEqual([]);
    for (const box of boxes)
      expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true, true, true]);
  });

  it("keeps a place for a line that passes another table", () => {
    const { boxes, routes } = layout(shop);
    const [users, orders, lines] = ["users", "orders", "lines"].map((name) => boxes.find((box) => box.name === name));
    expect([users?.x ?? 0, orders?.x ?? 0, lines?.x ?? 0]).toEqual([users?.x ?? 0, orders?.x ?? 0, lines?.x ?? 0].sort((a, b) => a - b));
    expect(routes.find(({ from, to }) => from === lines && to === users)?.via).toMatchObject([{ x: orders?.x }]);
  });
});

describe("the text", () => {
  it("names every table and key, and escapes what has a meaning in SVG", () => {
    const text = svg(shop);
    for (const part of ["users", "orders", "lines", "a&lt;b", "<title>lines.user_id → users.id</title>", "varchar(80)"])
      expect(text).toContain(part);
    expect(text.match(/class="link"/g)).toHaveLength(4);
    expect(text).toContain("prefers-color-scheme:dark");
    expect(svg(shop, "dark")).not.toContain("prefers-color-scheme");
  });

  it("as Mermaid says how many rows stand on each side", () => {
    expect(mermaid(shop)).toContain("users |o--o{ users : boss_id");
    expect(mermaid(shop)).toContain("users ||--o{ orders : user_id");
  });
});
