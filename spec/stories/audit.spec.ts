/** An audit log: who changed what, from which value to which, written in the same transaction as the change. */

import { afterEach, describe, expect } from "vitest";
import { atomic, foreignKey, hasMany, model, signals, t, type Model, type ModelClass, type Session } from "flash-db";
import { exampleWith } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled } from "./settled.js";

class Patient extends model<Patient>("audit_patients")({
  name: t.text(),
  born: t.date().nullable(),
  notes: t.json<{ allergies: string[] }>().default(() => ({ allergies: [] })),
  visits: hasMany(() => Visit, "patient"),
}) {}
class Visit extends model<Visit>("audit_visits")({
  reason: t.text(),
  patient: foreignKey(() => Patient, { onDelete: "cascade" }),
}) {}
class Log extends model<Log>("audit_log")(
  { actor: t.text(), what: t.text(), key: t.integer(), changes: t.json<Record<string, unknown>>() },
  { ordering: ["id"] },
) {}

const example = exampleWith([Patient, Visit, Log]);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What a program would have once, at its start. */
const watch = <I extends Model & { readonly id: number }>(watched: ModelClass<I> & { readonly name: string }): void => {
  const entry = (db: Session, what: string, key: number, changes: Record<string, unknown>): Log =>
    new Log({ actor: db.info.actor ?? "nobody", what: `${what} ${watched.name}`, key, changes });
  ends.push(
    signals.on("post_save", watched, ({ instance, created, changes, db }) => {
      const values = Object.entries(changes as Readonly<Record<string, readonly unknown[]>>).map(([name, [before = null, after]]) => [
        name,
        [before, after],
      ]);
      db.add(entry(db, created ? "made" : "changed", instance.id, Object.fromEntries(values) as Record<string, unknown>));
    }),
    signals.on("post_delete", watched, ({ instance, db }) => db.add(entry(db, "deleted", instance.id, {}))),
  );
};
const keepLog = (): void => {
  watch(Patient);
  watch(Visit);
};
const told = (log: readonly Log[]): unknown[] => log.map(({ actor, what }) => `${actor} ${what}`);

describe("an audit log", () => {
  example("tells who changed which value from what to what, JSON that was changed in place too", async (play) => {
    const { open } = play;
    keepLog();
    const db = open({ info: { actor: "ada" } });
    const patient = new Patient({ name: "Bob" });
    db.add(patient);
    await db.commit();
    patient.born = "1980-02-29";
    patient.notes.allergies.push("nuts");
    await db.commit();
    const log = await Log.objects.fetch(open());
    expect(told(log)).toEqual(["ada made Patient", "ada changed Patient"]);
    expect(log[0]?.changes["name"]).toEqual([null, "Bob"]);
    expect(log[1]?.changes).toEqual({ born: [null, "1980-02-29"], notes: [{ allergies: [] }, { allergies: ["nuts"] }] });
    await expectSettled({ ...play, db }, patient);
  });

  example("is rolled back with the change that it tells of", async (play) => {
    const { open } = play;
    const db = open({ info: { actor: "ada" } });
    const patient = await Patient.objects.create(db, { name: "Bob" });
    await db.commit();
    keepLog();
    await rejection(
      atomic(db, async () => {
        patient.name = "Rob";
        await db.flush();
        expect(await Log.objects.count(db)).toBe(1);
        throw new Error("no");
      }),
    );
    expect([patient.name, await Log.objects.count(db), db.new.size]).toEqual(["Bob", 0, 0]);
    db.info.actor = "cyd";
    patient.name = "Robert";
    await db.commit();
    const [entry] = await Log.objects.fetch(open());
    expect([entry?.actor, entry?.changes]).toEqual(["cyd", { name: ["Bob", "Robert"] }]);
    await expectSettled({ ...play, db }, patient);
  });

  example("tells of rows that go with a deleted one, each once, and of the key that a moved row gets", async (play) => {
    const { open } = play;
    const db = open({ info: { actor: "ada" } });
    const [bob, eve] = [new Patient({ name: "Bob" }), new Patient({ name: "Eve" })];
    const [cold, cough] = [new Visit({ reason: "cold", patient: bob }), new Visit({ reason: "cough", patient: bob })];
    db.add(cold, cough, eve);
    await db.commit();
    keepLog();
    cough.patient = eve;
    await db.commit();
    db.delete(bob);
    await db.commit();
    const log = await Log.objects.fetch(open());
    expect(told(log).sort()).toEqual(["ada changed Visit", "ada deleted Patient", "ada deleted Visit"]);
    expect(log[0]?.changes).toEqual({ patientId: [bob.id, eve.id] });
    await expectSettled({ ...play, db }, eve, cough);
  });
});
