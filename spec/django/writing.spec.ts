/** Creating, updating, bulk work and keys of several columns, as Django answers them; docs/parity.md names its tests. */

import { describe, expect, it } from "vitest";
import { atomic, F, FieldError, foreignKey, hasMany, model, t, UniqueViolation, ValidationError } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { eachSharedDatabase } from "../support/shared.js";

class Member extends model<Member>("writing_members")({
  email: t.text().unique(),
  nick: t.text().unique().nullable(),
  first: t.text().default(""),
  last: t.text().default(""),
  score: t.integer().default(0),
  notes: hasMany(() => Note, "member"),
}) {
  override clean(): void {
    cleaned.push(this.email);
    if (this.first === this.last && this.first !== "") throw new ValidationError({ __all__: "first and last are the same" });
  }
}
let cleaned: string[] = [];
class Note extends model<Note>("writing_notes")({
  text: t.varchar(20),
  member: foreignKey(() => Member, { onDelete: "cascade" }).nullable(),
}) {}
class Slot extends model<Slot>("writing_slots")({ number: t.integer().unique() }) {}
class Tenant extends model<Tenant>("writing_tenants")({ name: t.text() }) {}
class Seat extends model<Seat>("writing_seats")({
  tenantId: t.integer().primaryKey(),
  code: t.integer().primaryKey(),
  label: t.text().default(""),
}) {}

eachSharedDatabase(
  "writing",
  [Member, Note, Slot, Tenant, Seat],
  async (db) => {
    await Member.objects.create(db, { email: "ada@x", nick: "ada", first: "Ada" });
    await Slot.objects.bulkCreate(db, [{ number: 1 }, { number: 2 }, { number: 3 }]);
    await Seat.objects.bulkCreate(
      db,
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [3, 1],
      ].map(([tenantId, code]) => ({ tenantId: tenantId!, code: code!, label: `${tenantId}-${code}` })),
    );
  },
  (at) => {
    describe("getOrCreate() and updateOrCreate()", () => {
      it("when another unique column clashes, the transaction goes on", async () => {
        await Note.objects.create(at.db, { text: "before" });
        await expect(Member.objects.getOrCreate(at.db, { email: "eve@x" }, { nick: "ada" })).rejects.toThrow(UniqueViolation);
        await Note.objects.create(at.db, { text: "after" });
        expect(await Note.objects.count(at.db)).toBe(2);
        expect(await Member.objects.count(at.db)).toBe(1);
      });
      it("defaults that are functions are called only when a row is made", async () => {
        let calls = 0;
        const last = (() => `made ${++calls}`) as unknown as string;
        const [ada, created] = await Member.objects.getOrCreate(at.db, { email: "ada@x" }, { last });
        expect([ada.first, created, calls]).toEqual(["Ada", false, 0]);
        const [bob, made] = await Member.objects.getOrCreate(at.db, { email: "bob@x" }, { last });
        expect([bob.last, made, calls]).toEqual(["made 1", true, 1]);
      });
      it("unknown names are refused by name, in what is looked for and in the defaults", async () => {
        const sent = await at.sent(async () => {
          await expect(Member.objects.getOrCreate(at.db, { emial: "x" } as never)).rejects.toThrow(/'emial'.*'email'/s);
          await expect(Member.objects.getOrCreate(at.db, { email: "x" }, { firts: "x" } as never)).rejects.toThrow(/'firts'.*'first'/s);
          await expect(Member.objects.updateOrCreate(at.db, { email: "x" }, { lats: "x" } as never)).rejects.toThrow(/'lats'.*'last'/s);
        });
        expect(sent).toEqual([]);
      });
      it("finds by lookups that are no values of the new row", async () => {
        const [ada, created] = await Member.objects.getOrCreate(at.db, { email__iexact: "ADA@X" }, { email: "other" });
        expect([ada.email, created]).toEqual(["ada@x", false]);
        const [eve, made] = await Member.objects.updateOrCreate(
          at.db,
          { email__iexact: "EVE@X" },
          { first: "E" },
          { email: "eve@x", first: "New" },
        );
        expect([eve.email, eve.first, made]).toEqual(["eve@x", "New", true]);
        const [again, second] = await Member.objects.updateOrCreate(
          at.db,
          { email__iexact: "EVE@X" },
          { first: "E" },
          { email: "unused@x" },
        );
        expect([again === eve, eve.first, second]).toEqual([true, "E", false]);
      });
    });

    describe("update()", () => {
      it("shifting unique numbers works where none meets another, and is an error that leaves all as it was elsewhere (ours: rows are updated all at once, in no order)", async () => {
        expect(await Slot.objects.update(at.db, { number: F("number").add(10) }, { all: true })).toBe(3);
        const numbers = (): Promise<number[]> => Slot.objects.orderBy("id").valuesList("number", { flat: true }).fetch(at.db);
        expect(await numbers()).toEqual([11, 12, 13]);
        await at.db.rollback();
        await expect(
          atomic(at.db, () => Slot.objects.orderBy("-number").update(at.db, { number: F("number").add(1) }, { all: true })),
        ).rejects.toThrow(UniqueViolation);
        expect(await numbers()).toEqual([1, 2, 3]);
      });
      it("updates the rows of a slice, and related ones through a filter", async () => {
        expect(await Slot.objects.orderBy("-number").limit(1).update(at.db, { number: 99 })).toBe(1);
        expect(await Slot.objects.orderBy("number").valuesList("number", { flat: true }).fetch(at.db)).toEqual([1, 2, 99]);
        await Note.objects.create(at.db, { text: "x", member: await Member.objects.get(at.db, { email: "ada@x" }) });
        expect(await Note.objects.filter({ member__email: "ada@x" }).update(at.db, { text: "y" })).toBe(1);
        expect(await Member.objects.filter({ notes__text: "y" }).update(at.db, { score: F("score").add(5) })).toBe(1);
        expect((await Member.objects.get(at.db, { email: "ada@x" })).score).toBe(5);
      });
    });

    describe("bulkCreate()", () => {
      it("1,001 rows take few statements, whatever a statement can hold", async () => {
        const rows = Array.from({ length: 1001 }, (_, index) => ({ email: `m${index}@x`, nick: `n${index}` }));
        const sent = await at.sent(() => Member.objects.bulkCreate(at.db, rows));
        expect(sent.length).toBeLessThan(10);
        expect(await Member.objects.count(at.db)).toBe(1002);
        const steps: number[] = [];
        const slots = Array.from({ length: 25 }, (_, index) => ({ number: 100 + index }));
        expect(
          await at.sent(() => Slot.objects.bulkCreate(at.db, slots, { batchSize: 10, onProgress: (done) => steps.push(done) })),
        ).toHaveLength(3);
        expect(steps).toEqual([10, 20, 25]);
      });
      it("the key of a parent that was saved after it was assigned is picked up (ours: one that is not saved comes along)", async () => {
        const parent = new Member({ email: "late@x" });
        const note = new Note({ text: "x", member: parent });
        await parent.save(at.db);
        const [made] = await Note.objects.bulkCreate(at.db, [note]);
        expect(made!.memberId).toBe(parent.id);
        expect(await Note.objects.filter({ member: parent }).count(at.db)).toBe(1);
        const [along] = await Note.objects.bulkCreate(at.db, [{ text: "y", member: new Member({ email: "along@x" }) }]);
        expect(await Member.objects.filter({ notes: along! }).valuesList("email", { flat: true }).fetch(at.db)).toEqual(["along@x"]);
      });
      it("ignores or updates what clashes, as is said", async () => {
        const rows = [
          { email: "ada@x", first: "Other" },
          { email: "bob@x", first: "Bob" },
        ];
        await Member.objects.bulkCreate(at.db, rows, { ignoreConflicts: true });
        expect(await Member.objects.orderBy("email").valuesList("email", "first").fetch(at.db)).toEqual([
          ["ada@x", "Ada"],
          ["bob@x", "Bob"],
        ]);
        await Member.objects.bulkCreate(at.db, rows, { updateConflicts: { on: ["email"], fields: ["first"] } });
        expect(await Member.objects.orderBy("email").valuesList("email", "first").fetch(at.db)).toEqual([
          ["ada@x", "Other"],
          ["bob@x", "Bob"],
        ]);
      });
    });

    describe("validation", () => {
      it("fullClean() gathers errors by field, then clean()'s (ours: save() calls clean(), uniqueness is the database's)", async () => {
        const error: unknown = await new Member({ email: 5 as never, first: "x", last: "x" })
          .fullClean()
          .catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(ValidationError);
        expect((error as ValidationError).errors).toEqual({
          email: [expect.stringContaining("string")],
          __all__: ["first and last are the same"],
        });
        cleaned = [];
        const member = new Member({ email: "new@x" });
        await member.save(at.db);
        expect(cleaned).toEqual(["new@x"]);
        member.last = member.first = "same";
        await expect(member.save()).rejects.toThrow(ValidationError);
        await expect(Note.objects.create(at.db, { text: "more than twenty characters" })).rejects.toThrow(/text/);
      });
    });

    describe("keys of several columns", () => {
      const labels = (query = Seat.objects.all()): Promise<string[]> =>
        query.orderBy("tenantId", "code").valuesList("label", { flat: true }).fetch(at.db);
      it("are compared as a whole, not column by column", async () => {
        const pk = { tenantId: 1, code: 2 };
        expect(await labels(Seat.objects.filter({ pk__gt: pk } as never))).toEqual(["2-1", "2-2", "3-1"]);
        expect(await labels(Seat.objects.filter({ pk__gte: pk } as never))).toEqual(["1-2", "2-1", "2-2", "3-1"]);
        expect(await labels(Seat.objects.filter({ pk__lt: { tenantId: 2, code: 1 } } as never))).toEqual(["1-1", "1-2"]);
        expect(await labels(Seat.objects.filter({ pk: { tenantId: 2, code: 2 } }))).toEqual(["2-2"]);
        expect(
          await labels(
            Seat.objects.filter({
              pk__in: [
                { tenantId: 1, code: 1 },
                { tenantId: 3, code: 1 },
                { tenantId: 3, code: 9 },
              ],
            } as never),
          ),
        ).toEqual(["1-1", "3-1"]);
        expect(
          await labels(
            Seat.objects.exclude({
              pk__in: [
                { tenantId: 1, code: 1 },
                { tenantId: 2, code: 2 },
              ],
            } as never),
          ),
        ).toEqual(["1-2", "2-1", "3-1"]);
      });
      it("saving is one UPDATE that names each key column once, in its condition", async () => {
        const seat = await Seat.objects.getByPk(at.db, { tenantId: 1, code: 2 });
        seat.label = "window";
        const sent = (await at.sent(() => seat.save())).filter((text) => text.startsWith("UPDATE"));
        expect(sent).toHaveLength(1);
        expect(sent[0]!.split("WHERE")[0]).not.toMatch(/SET.*("code"|"tenant_id") =/);
        expect(await labels(Seat.objects.filter({ tenantId: 1 }))).toEqual(["1-1", "window"]);
      });
      it("updateOrCreate() finds the row by its key, as a whole and by its columns", async () => {
        const key = { tenantId: 2, code: 1 };
        expect((await Seat.objects.updateOrCreate(at.db, key, { label: "a" }))[1]).toBe(false);
        const [seat, created] = await Seat.objects.updateOrCreate(at.db, { pk: key } as never, { label: "b" });
        expect([created, seat.label]).toEqual([false, "b"]);
        expect(await labels(Seat.objects.filter({ tenantId: 2 }))).toEqual(["b", "2-2"]);
        const [made, fresh] = await Seat.objects.updateOrCreate(at.db, { tenantId: 9, code: 9 }, { label: "c" });
        expect([fresh, made.pk]).toEqual([true, { tenantId: 9, code: 9 }]);
        expect(await Seat.objects.filter({ pk: seat } as never).count(at.db)).toBe(1);
      });
    });
  },
);

eachDatabase(
  "writing side by side",
  [Member, Note],
  (open) => {
    it("updateOrCreate() locks the row: another one waits, and both changes survive", async () => {
      const database = await open();
      await using first = database.session();
      await using second = database.session();
      await Member.objects.create(first, { email: "ada@x" });
      await first.commit();
      const change = (db: typeof first, changes: Partial<{ first: string; last: string }>) =>
        atomic(db, async () => {
          const [member] = await Member.objects.updateOrCreate(db, { email: "ada@x" }, changes);
          member.score = member.score + 1;
        });
      await Promise.all([change(first, { first: "Ada" }), change(second, { last: "Lovelace" })]);
      await using check = database.session();
      const member = await Member.objects.get(check, { email: "ada@x" });
      expect([member.first, member.last, member.score]).toEqual(["Ada", "Lovelace", 2]);
      expect(() => Member.objects.filter({ nothing: 1 } as never).toSQL("sqlite")).toThrow(FieldError);
    }, 10_000);
  },
  ["sqlite", "sqlite file", "postgres"],
);
