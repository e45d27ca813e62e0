/** Lays out a group of linked tables: columns by distance from the tables that refer to nothing, with lines as straight as possible. */

/** A rectangle to be placed. */
export interface Rectangle {
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}
/** A line between two tables in non-adjacent columns, with the places kept free for it in the columns between. */
export interface Route<B> {
  readonly from: B;
  readonly to: B;
  readonly via: readonly Rectangle[];
}
export interface PlacedGroup<B> {
  readonly boxes: readonly B[];
  readonly routes: readonly Route<B>[];
  readonly width: number;
  readonly height: number;
}

const gapX = 90;
const gapY = 28;
const laneHeight = 10;
const laneGap = 10;

/** `targetsOf`: the tables that a table's keys refer to. */
export const placeGroup = <B extends Rectangle>(boxes: readonly B[], targetsOf: (box: B) => readonly B[]): PlacedGroup<B> => {
  const columns: Rectangle[][] = columnsOf(boxes, targetsOf).map((column) => [...column]);
  const at = new Map(columns.flatMap((column, number) => column.map((box) => [box, number] as const)));
  const widths = columns.map((column) => Math.max(...column.map((box) => box.width)));
  const neighbours = new Map<Rectangle, Rectangle[]>();
  const link = (a: Rectangle, b: Rectangle): void => {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  };
  const lanes = new Set<Rectangle>();
  /** Lines to the same table share a lane. */
  const shared = new Map<B, Map<number, Rectangle>>();
  const laneOf = (to: B, column: number): Rectangle => {
    const own = shared.get(to) ?? new Map<number, Rectangle>();
    shared.set(to, own);
    const known = own.get(column);
    if (known !== undefined) return known;
    const lane = { width: widths[column] ?? 0, height: laneHeight, x: 0, y: 0 };
    own.set(column, lane);
    lanes.add(lane);
    columns[column]?.push(lane);
    return lane;
  };
  const routes: Route<B>[] = [];
  for (const from of boxes)
    for (const to of new Set(targetsOf(from))) {
      const [start, end] = [at.get(from) ?? 0, at.get(to) ?? 0];
      const step = Math.sign(end - start);
      const via: Rectangle[] = [];
      for (let passed = 1; passed < Math.abs(end - start); passed++) {
        via.push(laneOf(to, start + passed * step));
      }
      [from, ...via].forEach((one, position) => link(one, [...via, to][position] ?? to));
      routes.push({ from, to, via });
    }
  const gap = (a: Rectangle, b: Rectangle): number => (lanes.has(a) || lanes.has(b) ? laneGap : gapY);
  arrange(columns, neighbours, gap);
  let x = 0;
  columns.forEach((column, number) => {
    for (const box of column) box.x = x;
    x += (widths[number] ?? 0) + gapX;
  });
  const all = columns.flat();
  const top = Math.min(...all.map((box) => box.y));
  for (const box of all) box.y -= top;
  return { boxes, routes, width: x - gapX, height: Math.max(...all.map((box) => box.y + box.height)) };
};

/** Places each table to the right of those it refers to, as far as cycles allow; long columns are split. */
const columnsOf = <B extends Rectangle>(boxes: readonly B[], targetsOf: (box: B) => readonly B[]): readonly (readonly B[])[] => {
  const ranks = new Map<B, number>();
  const rank = (box: B, trail: ReadonlySet<B>): number => {
    const known = ranks.get(box);
    if (known !== undefined) return known;
    const inside = new Set(trail).add(box);
    const before = targetsOf(box).filter((other) => !inside.has(other));
    const found = Math.max(-1, ...before.map((other) => rank(other, inside))) + 1;
    ranks.set(box, found);
    return found;
  };
  for (const box of boxes) rank(box, new Set());
  const area = boxes.reduce((sum, box) => sum + (box.height + gapY) * (box.width + gapX), 0);
  const tallest = Math.max(700, Math.sqrt(area) * 0.8);
  return [...new Set(ranks.values())]
    .sort((a, b) => a - b)
    .flatMap((level) => {
      const column = boxes.filter((box) => ranks.get(box) === level);
      const pieces = Math.max(1, Math.ceil(column.reduce((sum, box) => sum + box.height + gapY, 0) / tallest));
      const size = Math.ceil(column.length / pieces);
      return Array.from({ length: Math.ceil(column.length / size) }, (_, piece) => column.slice(piece * size, (piece + 1) * size));
    });
};

type Gap = (a: Rectangle, b: Rectangle) => number;

/**
 * Orders each column by the middle of its neighbours, then moves each box as close to that as the others allow; a few rounds are enough.
 */
const arrange = (columns: readonly Rectangle[][], neighbours: ReadonlyMap<Rectangle, readonly Rectangle[]>, gap: Gap): void => {
  const middle = (box: Rectangle): number => {
    const others = neighbours.get(box) ?? [];
    if (others.length === 0) return box.y + box.height / 2;
    return others.reduce((sum, other) => sum + other.y + other.height / 2, 0) / others.length;
  };
  for (const column of columns) settle(column, () => 0, gap);
  for (let round = 0; round < 16; round++)
    for (const column of round % 2 === 0 ? columns : [...columns].reverse()) {
      const wanted = new Map(column.map((box) => [box, middle(box)]));
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      settle(column, (box) => (wanted.get(box) ?? 0) - box.height / 2, gap);
    }
};

/** Moves boxes as close to their wanted positions as the order and gaps allow: boxes that touch move as one block. */
const settle = (column: readonly Rectangle[], wantedOf: (box: Rectangle) => number, gap: Gap): void => {
  const blocks: { readonly boxes: Rectangle[]; sum: number }[] = [];
  const offsets = new Map<Rectangle, number>();
  let offset = 0;
  column.forEach((box, position) => {
    const before = column[position - 1];
    if (before !== undefined) offset += before.height + gap(before, box);
    offsets.set(box, offset);
    let block = { boxes: [box], sum: wantedOf(box) - offset };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.boxes.length > block.sum / block.boxes.length;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = { boxes: [...last.boxes, ...block.boxes], sum: last.sum + block.sum };
    }
    blocks.push(block);
  });
  for (const { boxes, sum } of blocks) for (const box of boxes) box.y = sum / boxes.length + (offsets.get(box) ?? 0);
};
