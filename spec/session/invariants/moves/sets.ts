/** Moves on sets of several unique columns: rows swap, rotate, empty and take over places. */

import type { Place } from "../models.js";
import type { Move, Run } from "../run.js";
import type { Row, Value } from "../world.js";

const columns = ["zone", "spot", "tag"] as const;
/** Which columns change hands; a zone alone too. */
const parts: readonly (readonly (typeof columns)[number][])[] = [
  ["spot"],
  ["tag"],
  ["zone", "spot"],
  ["zone", "spot", "tag"],
  ["zone"],
  ["spot", "tag"],
];

/** Gives each row the values of the next one in the round; false where two rows would have the same. */
const rotate = (run: Run, rows: readonly Row[], names: readonly string[]): boolean => {
  const give = (values: readonly (readonly Value[])[]): void =>
    rows.forEach((row, at) => names.forEach((name, nth) => (row.values[name] = values[at]?.[nth] ?? null)));
  const before = rows.map(({ values }) => names.map((name) => values[name] ?? null));
  give(before.map((_, at) => before[(at + 1) % before.length] as Value[]));
  if (!run.world.placesFit()) {
    give(before);
    return false;
  }
  run.say(`places ${rows.map(({ uid }) => uid).join(", ")} rotate ${names.join(" and ")}`);
  for (const row of rows) for (const name of names) (run.thing<Place>(row) as unknown as Record<string, unknown>)[name] = row.values[name];
  return true;
};

const severalPlaces = (run: Run, n: number, count: number): readonly Row[] => {
  const places = run.world.of("place");
  return [...new Set(Array.from({ length: count }, (_, at) => places[(n + at) % Math.max(places.length, 1)]))].filter(
    (row) => row !== undefined,
  );
};

export const setMoves: Readonly<Record<string, Move>> = {
  "add place": (run, a, b) => {
    const zone = a % 2;
    const taken = run.world.of("place").filter(({ values }) => values["zone"] === zone);
    let spot = 0;
    while (taken.some(({ values }) => values["spot"] === spot)) spot++;
    const tag = b % 3 === 0 ? null : `t${b % 5}`;
    if (tag !== null && taken.some(({ values }) => values["tag"] === tag)) return false;
    run.add("place", { zone, spot, tag, keeper: b % 4 === 0 ? (run.pick("owner", a)?.uid ?? null) : null });
    return true;
  },
  "swap places": (run, a, b) => {
    const rows = severalPlaces(run, a, 2);
    return rows.length === 2 && rotate(run, rows, parts[b % parts.length] as readonly string[]);
  },
  "rotate places": (run, a, b) => {
    const rows = severalPlaces(run, a, 3);
    return rows.length === 3 && rotate(run, rows, parts[b % parts.length] as readonly string[]);
  },
  "move place": (run, a, b) => {
    const row = run.pick("place", a);
    if (row === null) return false;
    const name = columns[b % 3] as string;
    const [former, value] = [
      row.values[name] as Value,
      name === "tag" ? (b % 2 === 0 ? null : `t${b % 5}`) : b % (name === "zone" ? 2 : 4),
    ];
    row.values[name] = value;
    if (!run.world.placesFit()) {
      row.values[name] = former;
      return false;
    }
    run.say(`place ${row.uid}.${name} = ${value}`);
    (run.thing<Place>(row) as unknown as Record<string, unknown>)[name] = value;
    return true;
  },
};
