/** Where the tables of a drawing stand: columns by how far a table is from those that refer to nothing, neighbours near each other. */

import type { SchemaPicture, TablePicture } from "flash-db/internal";
import { tableText } from "../operations/index.js";
import { shortType } from "./mermaid.js";

export interface Box {
  readonly table: TablePicture;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}
export const rowHeight = 22;
export const headHeight = 32;
const gapX = 90;
const gapY = 28;
const letter = 7.3;

const boxOf = (table: TablePicture): Box => {
  const name = tableText(table.name);
  const widest = Math.max(name.length + 4, ...table.columns.map((column) => column.name.length + shortType(column.type).length + 8));
  return {
    table,
    name,
    width: Math.round(Math.max(160, widest * letter)),
    height: headHeight + table.columns.length * rowHeight + 8,
    x: 0,
    y: 0,
  };
};

export interface Layout {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
}

export const layout = ({ tables }: SchemaPicture): Layout => {
  const boxes = tables.map(boxOf);
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const targets = (box: Box): readonly Box[] =>
    box.table.foreignKeys.flatMap((key) => byName.get(tableText(key.references)) ?? []).filter((other) => other !== box);
  const neighbours = new Map<Box, Set<Box>>(boxes.map((box) => [box, new Set()]));
  for (const box of boxes)
    for (const other of targets(box)) {
      neighbours.get(box)?.add(other);
      neighbours.get(other)?.add(box);
    }
  let top = 0;
  let width = 0;
  const lonely = boxes.filter((box) => neighbours.get(box)?.size === 0);
  for (const group of components(
    boxes.filter((box) => !lonely.includes(box)),
    neighbours,
  )) {
    const size = placeGroup(group, targets, neighbours, top);
    top = size.bottom + gapY * 2;
    width = Math.max(width, size.right);
  }
  const rows = placeLonely(lonely, top, Math.max(width, 1200));
  return { boxes, width: Math.max(width, rows.right, 200), height: Math.max(rows.bottom, top - gapY * 2, 100) };
};

const components = (boxes: readonly Box[], neighbours: ReadonlyMap<Box, ReadonlySet<Box>>): readonly (readonly Box[])[] => {
  const seen = new Set<Box>();
  const groups: Box[][] = [];
  for (const first of boxes) {
    if (seen.has(first)) continue;
    const group: Box[] = [];
    const open = [first];
    for (let box = open.pop(); box !== undefined; box = open.pop()) {
      if (seen.has(box)) continue;
      seen.add(box);
      group.push(box);
      open.push(...(neighbours.get(box) ?? []));
    }
    groups.push(group);
  }
  return groups.sort((a, b) => b.length - a.length);
};

/** Ranks from left to right: a table stands to the right of those it refers to, as far as circles allow; long columns are broken. */
const placeGroup = (
  group: readonly Box[],
  targets: (box: Box) => readonly Box[],
  neighbours: ReadonlyMap<Box, ReadonlySet<Box>>,
  top: number,
): { readonly right: number; readonly bottom: number } => {
  const ranks = new Map<Box, number>();
  const rank = (box: Box, trail: ReadonlySet<Box>): number => {
    const known = ranks.get(box);
    if (known !== undefined) return known;
    const inside = new Set(trail).add(box);
    const found =
      Math.max(
        -1,
        ...targets(box)
          .filter((other) => !inside.has(other))
          .map((other) => rank(other, inside)),
      ) + 1;
    ranks.set(box, found);
    return found;
  };
  for (const box of group) rank(box, new Set());
  const area = group.reduce((sum, box) => sum + box.height + gapY, 0);
  const tallest = Math.max(900, Math.sqrt(area * 420));
  const columns: Box[][] = [];
  for (const level of [...new Set(ranks.values())].sort((a, b) => a - b)) {
    const boxes = group.filter((box) => ranks.get(box) === level);
    const pieces = Math.max(1, Math.ceil(boxes.reduce((sum, box) => sum + box.height + gapY, 0) / tallest));
    const size = Math.ceil(boxes.length / pieces);
    for (let at = 0; at < boxes.length; at += size) columns.push(boxes.slice(at, at + size));
  }
  const stack = (): void => {
    const heights = columns.map((boxes) => boxes.reduce((sum, box) => sum + box.height + gapY, -gapY));
    const highest = Math.max(...heights);
    columns.forEach((boxes, at) => {
      let y = top + (highest - (heights[at] ?? 0)) / 2;
      for (const box of boxes) {
        box.y = y;
        y += box.height + gapY;
      }
    });
  };
  stack();
  // Each table moves towards the middle of its neighbours; a few rounds settle it.
  for (let round = 0; round < 12; round++) {
    for (const boxes of columns) {
      const middle = (box: Box): number => {
        const others = [...(neighbours.get(box) ?? [])];
        return others.length === 0 ? box.y : others.reduce((sum, other) => sum + other.y + other.height / 2, 0) / others.length;
      };
      const wanted = new Map(boxes.map((box) => [box, middle(box)]));
      boxes.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    }
    stack();
  }
  let x = 0;
  for (const boxes of columns) {
    for (const box of boxes) box.x = x;
    x += Math.max(...boxes.map((box) => box.width)) + gapX;
  }
  return { right: x - gapX, bottom: Math.max(...group.map((box) => box.y + box.height)) };
};

const placeLonely = (boxes: readonly Box[], top: number, width: number): { readonly right: number; readonly bottom: number } => {
  let [x, y, line, right] = [0, top, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > width) {
      x = 0;
      y += line + gapY;
      line = 0;
    }
    box.x = x;
    box.y = y;
    x += box.width + gapY;
    line = Math.max(line, box.height);
    right = Math.max(right, x - gapY);
  }
  return { right, bottom: y + line };
};
