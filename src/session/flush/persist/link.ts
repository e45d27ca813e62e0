/** Writes the rows of implicit link tables: only the difference, removals first. */

import type { FieldMeta, ManyToManyMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import { insert, remove } from "../../../sql/factories/index.js";
import { held } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { send } from "../../statements/send.js";
import { compareCells } from "../plan/key-order.js";
import type { LinkWork } from "../work/work.js";
import { keyCell } from "../../../metadata/keys.js";
import { chunks, decodeRow, returningOf, tableOf, targetColumn, whereRows } from "../../statements/table.js";

interface Links {
  readonly fields: readonly [FieldMeta, FieldMeta];
  readonly rows: (readonly [unknown, unknown])[];
}

/** The two columns of a link table, always in the table's column order. */
const columnsOf = ({ near, far }: ManyToManyMeta): readonly [FieldMeta, FieldMeta] =>
  near.field.position < far.field.position ? [near.field, far.field] : [far.field, near.field];

const memberKey = (relation: ManyToManyMeta, member: unknown): unknown =>
  typeof member === "object" && member !== null && stateOf(member) !== undefined ? held(member, relation.far.targetField) : member;

const collect = (works: readonly LinkWork[], membersOf: (work: LinkWork) => readonly unknown[]): Map<ModelMeta, Links> => {
  const tables = new Map<ModelMeta, Links>();
  for (const work of works) {
    const { relation, owner } = work;
    const members = membersOf(work);
    if (members.length === 0) continue;
    let links = tables.get(relation.through);
    if (links === undefined) tables.set(relation.through, (links = { fields: columnsOf(relation), rows: [] }));
    const near = held(owner, relation.near.targetField);
    for (const member of members) {
      const far = memberKey(relation, member);
      links.rows.push(links.fields[0] === relation.near.field ? [near, far] : [far, near]);
    }
  }
  for (const { fields, rows } of tables.values()) rows.sort((one, other) => compareLinks(fields, one, other));
  return tables;
};

/** Concurrent flushes insert and delete links in the same order, so that they do not deadlock. */
const compareLinks = (fields: Links["fields"], one: Links["rows"][number], other: Links["rows"][number]): number =>
  compareCells(one[0], other[0], fields[0]) || compareCells(one[1], other[1], fields[1]);

export const deleteLinks = async (core: Core, works: readonly LinkWork[]): Promise<void> => {
  for (const { relation, owner, cleared, collection } of works) {
    if (!cleared || stateOf(owner)?.snapshot == null) continue;
    const where = whereRows(relation.through, [relation.near.field], [[held(owner, relation.near.targetField)]]);
    await send(core, remove({ from: tableOf(relation.through), where }), "write");
    leaveLoadedSides(core, relation, owner, collection.added);
  }
  for (const [through, { fields, rows }] of collect(works, ({ removed }) => removed)) {
    for (const part of chunks(rows, 2, core.dialect.features.maxParameters)) {
      await send(core, remove({ from: tableOf(through), where: whereRows(through, fields, part) }), "write");
    }
  }
};

/**
 * After clearing links that were not loaded, removes the owner from loaded collections of the other side, unless it was added on one of the
 * two sides since.
 */
const leaveLoadedSides = (core: Core, relation: ManyToManyMeta, owner: object, since: ReadonlySet<object>): void => {
  const inverse = relation.symmetrical ? relation : relation.inverse;
  if (inverse?.kind !== "manyToMany") return;
  core.map.each(relation.target, (member) => {
    const state = stateOf(member) as InstanceState;
    const collection = state.collections?.get(inverse.name);
    if (collection?.items?.includes(owner) !== true || collection.added.has(owner) || since.has(member)) return;
    core.journal.touch(member, state);
    collection.items = collection.items.filter((item) => item !== owner);
  });
};

/** Whether a link was inserted rather than found. */
export type IsNew = (work: LinkWork, member: unknown) => boolean;
const allNew: IsNew = () => true;

/** Inserts links and skips those that exist, because the collection may not be loaded. With `tell`, the new ones are returned. */
export const insertLinks = async (core: Core, works: readonly LinkWork[], tell: boolean): Promise<IsNew> => {
  const made = new Map<ModelMeta, Map<unknown, Set<unknown>>>();
  for (const [through, { fields, rows }] of collect(works, ({ added }) => added)) {
    for (const part of chunks(rows, 2, core.dialect.features.maxParameters)) {
      const columns = fields.map(targetColumn);
      const onConflict = { columns: columns.map(({ name }) => name), where: null, action: "nothing" } as const;
      const returning = tell ? returningOf(through, fields) : [];
      const { rows: answers } = await send(core, insert({ into: tableOf(through), columns, rows: part, onConflict, returning }), "write");
      if (tell)
        noteMade(
          made,
          through,
          fields,
          answers.map((answer) => decodeRow(core.dialect, fields, answer)),
        );
    }
  }
  if (!tell) return allNew;
  return ({ relation, owner }, member) => {
    const { near, far } = relation;
    const [own, other] = [keyCell(held(owner, near.targetField), near.field), keyCell(memberKey(relation, member), far.field)];
    const links = made.get(relation.through);
    return columnsOf(relation)[0] === near.field ? links?.get(own)?.has(other) === true : links?.get(other)?.has(own) === true;
  };
};

const noteMade = (
  made: Map<ModelMeta, Map<unknown, Set<unknown>>>,
  through: ModelMeta,
  fields: Links["fields"],
  rows: readonly (readonly unknown[])[],
): void => {
  const links = made.get(through) ?? new Map<unknown, Set<unknown>>();
  made.set(through, links);
  for (const row of rows) {
    const first = keyCell(row[0], fields[0]);
    const others = links.get(first);
    if (others === undefined) links.set(first, new Set([keyCell(row[1], fields[1])]));
    else others.add(keyCell(row[1], fields[1]));
  }
};
