/** Lays out a drawing: groups of linked tables side by side, and below them tables without links. */

import type { SchemaPicture, TablePicture } from "flash-db/internal";
import { tableText } from "../operations/index.js";
import { shortType } from "./mermaid.js";
import { placeGroup, type PlacedGroup, type Rectangle, type Route } from "./place-group.js";

export interface Box extends Rectangle {
  readonly table: TablePicture;
  readonly name: string;
}
export const rowHeight = 22;
export const headHeight = 32;
const gap = 56;
const gapBetweenLonely = 28;
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
  readonly routes: readonly Route<Box>[];
  readonly width: number;
  readonly height: number;
}

export const layout = ({ tables }: SchemaPicture): Layout => {
  const boxes = tables.map(boxOf);
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const targetsOf = (box: Box): readonly Box[] =>
    box.table.foreignKeys.flatMap((key) => byName.get(tableText(key.references)) ?? []).filter((other) => other !== box);
  const groups = components(boxes, targetsOf);
  const placed = groups.filter((group) => group.length > 1).map((group) => placeGroup(group, targetsOf));
  const lonely = groups.filter((group) => group.length === 1).flat();
  const area = placed.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const lonelyArea = lonely.reduce((sum, box) => sum + (box.width + gapBetweenLonely) * (box.height + gapBetweenLonely), 0);
  // Aims at the aspect ratio of a screen.
  const across = Math.max(...placed.map(({ width }) => width), Math.sqrt((area + lonelyArea) * 1.7), 900);
  const top = placeShelves(placed, across);
  const { right, bottom } = placeLonely(lonely, top, across);
  return {
    boxes,
    routes: placed.flatMap(({ routes }) => routes),
    width: Math.max(right, 200, ...placed.flatMap((group) => group.boxes.map((box) => box.x + box.width))),
    height: Math.max(bottom, 100),
  };
};

/** Groups of tables connected by keys; the largest group first. */
const components = (boxes: readonly Box[], targetsOf: (box: Box) => readonly Box[]): readonly (readonly Box[])[] => {
  const neighbours = new Map<Box, Set<Box>>(boxes.map((box) => [box, new Set()]));
  for (const box of boxes)
    for (const other of targetsOf(box)) {
      neighbours.get(box)?.add(other);
      neighbours.get(other)?.add(box);
    }
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

/** Places groups side by side while there is room, then below; returns where the next element may begin. */
const placeShelves = (groups: readonly PlacedGroup<Box>[], across: number): number => {
  let [x, y, tallest] = [0, 0, 0];
  for (const { boxes, routes, width, height } of groups) {
    if (x > 0 && x + width > across) [x, y, tallest] = [0, y + tallest + gap, 0];
    for (const one of new Set<Rectangle>([...boxes, ...routes.flatMap(({ via }) => via)])) {
      one.x += x;
      one.y += y;
    }
    x += width + gap;
    tallest = Math.max(tallest, height);
  }
  return tallest === 0 ? y : y + tallest + gap;
};

/** Places tables in columns of equal width, each at the bottom of the shortest column. */
const placeLonely = (boxes: readonly Box[], top: number, across: number): { readonly right: number; readonly bottom: number } => {
  if (boxes.length === 0) return { right: 0, bottom: top - gap };
  const width = Math.max(...boxes.map((box) => box.width)) + gapBetweenLonely;
  const count = Math.min(boxes.length, Math.max(1, Math.floor((across + gapBetweenLonely) / width)));
  const bottoms = Array.from({ length: count }, () => top);
  for (const box of [...boxes].sort((a, b) => b.height - a.height)) {
    const column = bottoms.indexOf(Math.min(...bottoms));
    box.x = column * width;
    box.y = bottoms[column] ?? top;
    bottoms[column] = box.y + box.height + gapBetweenLonely;
  }
  return { right: Math.max(...boxes.map((box) => box.x + box.width)), bottom: Math.max(...bottoms) - gapBetweenLonely };
};
