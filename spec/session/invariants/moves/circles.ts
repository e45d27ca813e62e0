/** Moves on references in circles: rows with two and three of them that can only be written late. */

import { references, type Kind } from "../models.js";
import type { Move, Run } from "../run.js";
import type { Row } from "../world.js";

const point = (run: Run, row: Row, name: string, target: Row | null): void => {
  run.say(`${row.kind} ${row.uid}.${name} = ${target?.uid ?? "null"}`);
  row.values[name] = target?.uid ?? null;
  (run.thing(row) as unknown as Record<string, unknown>)[name] = target === null ? null : run.thing(target);
};
const own = ["boss", "mentor", "deputy"] as const;
const heads = ["lead", "second"] as const;

export const circleMoves: Readonly<Record<string, Move>> = {
  "add circle": (run, a, b) => {
    const team = a % 2 === 0 ? null : run.pick("team", b);
    const members = [0, 1, 2].slice(0, 1 + (a % 3));
    const base = team ?? run.construct("team");
    const people = members.map(() => run.construct("person", { team: base.uid }));
    run.say(
      `add team ${base.uid}${team === null ? "" : ", which is there already,"} with people ${people.map(({ uid }) => uid).join(", ")}`,
    );
    people.forEach((person, at) =>
      own.slice(0, 1 + (b % 3)).forEach((name, nth) => point(run, person, name, people[(at + nth + a) % people.length] as Row)),
    );
    heads.slice(0, b % 3).forEach((name, nth) => point(run, base, name, people[nth % people.length] as Row));
    for (const person of b % 2 === 0 ? people : [...people].reverse()) run.db.add(run.thing(person));
    return true;
  },
  "point person": (run, a, b) => {
    const [person, other] = [run.pick("person", a), b % 4 === 0 ? null : run.pick("person", b)];
    if (person === null) return false;
    point(run, person, own[(a + b) % 3] as string, other);
    return true;
  },
  "head of team": (run, a, b) => {
    const [team, person] = [run.pick("team", a), b % 4 === 0 ? null : run.pick("person", b)];
    if (team === null) return false;
    point(run, team, heads[(a + b) % 2] as string, person);
    return true;
  },
  "move person": (run, a, b) => {
    const [person, team] = [run.pick("person", a), run.pick("team", b)];
    if (person === null || team === null) return false;
    point(run, person, "team", team);
    return true;
  },
  /** Several references of different kinds, at random. */
  "point something": (run, a, b) => {
    const kinds = ["place", "guest", "house", "dog", "doc", "note"] as const;
    const kind: Kind = kinds[a % kinds.length] as Kind;
    const [[name, { to, then }]] = Object.entries(references[kind] ?? {}) as [[string, { to: Kind; then: string }]];
    const [row, target] = [run.pick(kind, a), b % 4 === 0 && then === "empties" ? null : run.pick(to, b)];
    if (row === null || (target === null && then === "goes")) return false;
    // A new row may take over the key of one that goes, which the row still has.
    if (target !== null && (to === "region" || to === "town") && !run.isStored(target)) return false;
    point(run, row, name, target);
    return true;
  },
};
