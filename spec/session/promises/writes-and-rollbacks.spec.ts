/** What the unit of work promises, each as a small program that asserts it. */

import assert from "node:assert/strict";
import {
  F,
  FieldError,
  IntegrityError,
  atomic,
  foreignKey,
  hasMany,
  hasOne,
  manyToMany,
  model,
  oneToOne,
  signals,
  t,
  timestamps,
  unique,
  type SaveOptions,
  type Session,
} from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase(
  "an updateOrCreate() that is refused leaves the object as it was: nothing of it is pending, nothing is written later",
  async (database) => {
    class Row extends model<Row>("ruoc_rows")({ code: t.text().primaryKey(), name: t.text(), tax: t.integer().nullable().unique() }) {}
    await database.createAll([Row]);
    const db = database.session({ onUncommitted: "ignore" });
    await Row.objects.create(db, { code: "A", name: "a", tax: 1 });
    const row = await Row.objects.create(db, { code: "B", name: "b", tax: 2 });
    await db.commit();
    signals.once("pre_save", () => {
      throw new Error("not allowed");
    });
    await assert.rejects(Row.objects.updateOrCreate(db, { code: "B" }, { name: "refused" }));
    assert.deepEqual([row.name, db.isModified(row)], ["b", false]);
    await db.commit();
    await assert.rejects(Row.objects.updateOrCreate(db, { code: "B" }, { tax: 1 }));
    await Row.objects.create(db, { code: "C", name: "c" });
    await db.commit();
    assert.deepEqual(await Row.objects.orderBy("code").valuesList("name", { flat: true }).fetch(db), ["a", "b", "c"]);
    await db.close();
  },
);

itOnEachDatabase(
  "a pending child that is removed from its owner leaves the session together with its own pending children",
  async (database) => {
    class Order extends model<Order>("tree_orders")({ no: t.text(), lines: hasMany(() => Line, "order", { orphans: "delete" }) }) {}
    class Line extends model<Line>("tree_lines")({
      text: t.text(),
      order: foreignKey(() => Order, { onDelete: "cascade" }),
      notes: hasMany(() => Note, "line", { orphans: "delete" }),
    }) {}
    class Note extends model<Note>("tree_notes")({ text: t.text(), line: foreignKey(() => Line, { onDelete: "cascade" }) }) {}

    await database.createAll([Order, Line, Note]);
    const db = database.session();
    const order = await Order.objects.create(db, { no: "1" });
    await db.commit();
    const line = new Line({ text: "l" });
    line.notes.add(new Note({ text: "n" }));
    order.lines.add(line);
    order.lines.remove(line);
    assert.deepEqual(
      [...db.new].map((one) => one.constructor.name),
      [],
    );
    await db.commit();
    assert.equal(await Note.objects.count(db), 0);
    await db.close();
  },
);

itOnEachDatabase(
  'a row that others protect (onDelete: "protect") cannot be deleted, also where a row with its key is added in the same flush',
  async (database) => {
    class Order extends model<Order>("protected_orders")({ no: t.text().primaryKey(), note: t.text() }) {}
    class Bill extends model<Bill>("protected_bills")({ sum: t.integer(), order: foreignKey(() => Order, { onDelete: "protect" }) }) {}

    await database.createAll([Order, Bill]);
    const db = database.session();
    const old = new Order({ no: "A1", note: "old" });
    db.add(old, new Bill({ sum: 1, order: old }));
    await db.commit();
    db.delete(old);
    db.add(new Order({ no: "A1", note: "new" }));
    await assert.rejects(db.commit(), IntegrityError);
    await db.rollback();
    await db.close();
  },
);

itOnEachDatabase("a required one-to-one that is marked as deleted makes room for a new one in the same flush", async (database) => {
  class User extends model<User>("room_users")({ name: t.text(), card: hasOne(() => Card, "user") }) {}
  class Card extends model<Card>("room_cards")({ value: t.text(), user: oneToOne(() => User, { onDelete: "cascade" }) }) {}

  await database.createAll([User, Card]);
  const db = database.session();
  const ada = new User({ name: "Ada" });
  const old = new Card({ value: "old", user: ada });
  db.add(old);
  await db.commit();
  db.delete(old);
  ada.card = new Card({ value: "new" });
  await db.commit();
  assert.deepEqual(await Card.objects.valuesList("value", "user__name").fetch(db), [["new", "Ada"]]);
  await db.close();
});

itOnEachDatabase(
  "pre_delete and post_delete fire for every object that is deleted, also where a row with its key is added in the same flush",
  async (database) => {
    class Order extends model<Order>("heard_orders")({ no: t.text().primaryKey(), note: t.text() }) {}

    await database.createAll([Order]);
    const db = database.session();
    const old = await Order.objects.create(db, { no: "A1", note: "old" });
    await db.commit();
    const heard: string[] = [];
    signals.on("pre_delete", Order, ({ instance }) => void heard.push(`pre ${instance.note}`));
    signals.on("post_delete", Order, ({ instance }) => void heard.push(`post ${instance.note}`));
    db.delete(old);
    db.add(new Order({ no: "A1", note: "new" }));
    await db.commit();
    assert.deepEqual(heard, ["pre old", "post old"]);
    await db.close();
  },
);

itOnEachDatabase(
  "a row that is deleted and added again under its key in one flush takes its dependants along: they are deleted, set to null or unlinked",
  async (database) => {
    class Order extends model<Order>("again_orders")({
      no: t.text().primaryKey(),
      lines: hasMany(() => Line, "order"),
      tags: manyToMany(() => Tag, { reverse: "orders" }),
    }) {}
    class Line extends model<Line>("again_lines")({ text: t.text(), order: foreignKey(() => Order, { onDelete: "cascade" }) }) {}
    class Hint extends model<Hint>("again_hints")({ text: t.text(), order: foreignKey(() => Order, { onDelete: "setNull" }).nullable() }) {}
    class Tag extends model<Tag>("again_tags")({ label: t.text(), orders: manyToMany(() => Order, { reverse: "tags" }) }) {}

    await database.createAll([Order, Line, Hint, Tag]);
    const db = database.session();
    const old = new Order({ no: "A1" });
    old.tags.add(new Tag({ label: "old" }));
    db.add(old, new Line({ text: "old line", order: old }), new Hint({ text: "old hint", order: old }));
    await db.commit();
    db.delete(old);
    const next = new Order({ no: "A1" });
    next.lines.add(new Line({ text: "new line" }));
    db.add(next);
    await db.commit();
    const fresh = database.session();
    assert.deepEqual(await Line.objects.valuesList("text", { flat: true }).fetch(fresh), ["new line"]);
    assert.deepEqual(await Hint.objects.valuesList("orderId", { flat: true }).fetch(fresh), [null]);
    assert.equal(await Tag.objects.filter({ orders: "A1" }).count(fresh), 0);
    await fresh.close();
    await db.close();
  },
);

itOnEachDatabase(
  "a row that is deleted and added again under its key is one object in its owner's collection, and holds only what it was given",
  async (database) => {
    class Order extends model<Order>("rrc_orders")({ no: t.text(), lines: hasMany(() => Line, "order") }) {}
    class Line extends model<Line>("rrc_lines")({
      text: t.text(),
      note: t.text().nullable(),
      order: foreignKey(() => Order, { onDelete: "cascade" }),
    }) {}
    await database.createAll([Order, Line]);
    const db = database.session({ onUncommitted: "ignore" });
    const order = new Order({ no: "2" });
    const line = new Line({ text: "old", note: "secret", order });
    db.add(order, line);
    await db.commit();
    db.delete(line);
    db.add(new Line({ id: line.id, text: "new", order }));
    await db.commit();
    assert.deepEqual(
      (await order.lines.fetch()).map(({ text }) => text),
      ["new"],
    );
    assert.deepEqual(await Line.objects.values("text", "note").fetch(database.session()), [{ text: "new", note: null }]);
    await db.close();
  },
);

itOnEachDatabase(
  "a rollback brings back what stood when its block began, also for an object whose first INSERT was refused and corrected",
  async (database) => {
    class Order extends model<Order>("rrf_orders")({ no: t.text(), lines: hasMany(() => Line, "order") }) {}
    class Line extends model<Line>("rrf_lines")({ code: t.text().unique(), order: foreignKey(() => Order, { onDelete: "cascade" }) }) {}
    await database.createAll([Order, Line]);
    const db = database.session({ onUncommitted: "ignore" });
    const first = new Order({ no: "1" });
    const second = new Order({ no: "2" });
    const line = new Line({ code: "x", order: first });
    db.add(first, new Line({ code: "x", order: first }), second, line);
    await assert.rejects(db.commit());
    line.code = "y";
    await second.save();
    line.orderId = second.id;
    await db.flush();
    const tx = await db.begin();
    line.order = first;
    await tx.rollback();
    assert.deepEqual([line.orderId, db.isModified(line)], [second.id, false]);
    await db.commit();
    assert.equal(await Line.objects.filter({ id: line.id, order: second }).count(database.session()), 1);
    await db.close();
  },
);

itOnEachDatabase(
  "getOrCreate(), updateOrCreate() and updateByPk() call an overridden save(), as create() and a flush do (and as Django does)",
  async (database) => {
    class Doc extends model<Doc>("every_docs")({ key: t.text().unique(), title: t.text(), slug: t.text().default("") }) {
      override async save(db?: Session, options?: SaveOptions): Promise<this> {
        this.slug = this.title.toLowerCase();
        return await super.save(db, options);
      }
    }

    await database.createAll([Doc]);
    const db = database.session();
    const [one] = await Doc.objects.getOrCreate(db, { key: "1" }, { title: "One" });
    const [two] = await Doc.objects.updateOrCreate(db, { key: "2" }, { title: "Two" });
    assert.deepEqual([one.slug, two.slug], ["one", "two"], "new rows");
    await Doc.objects.updateOrCreate(db, { key: "2" }, { title: "Three" });
    assert.equal(two.slug, "three", "a row that updateOrCreate() changes");
    await Doc.objects.updateByPk(db, one.id, { title: "Four" });
    assert.equal(one.slug, "four", "a row that updateByPk() changes");
    await db.commit();
    await db.close();
  },
);

itOnEachDatabase("an overridden save() runs once for each write of an object, also when a flush writes a changed one", async (database) => {
  class Doc extends model<Doc>("once_docs")({
    title: t.text(),
    slug: t.text().default(""),
    revision: t.integer().default(0),
    version: t.version(),
  }) {
    override async save(db?: Session, options?: SaveOptions): Promise<this> {
      this.slug = this.title.toLowerCase();
      this.revision += 1;
      return await super.save(db, options);
    }
  }

  await database.createAll([Doc]);
  const db = database.session();
  const doc = await Doc.objects.create(db, { title: "One" });
  await db.commit();
  doc.title = "Two";
  await db.commit();
  assert.deepEqual([doc.slug, doc.revision, doc.version], ["two", 2, 2]);
  await db.close();
});

itOnEachDatabase("set([]) and clear() of a collection also take pending rows that refer to its owner by key", async (database) => {
  class User extends model<User>("set_users")({ name: t.text(), addresses: hasMany(() => Address, "user") }) {}
  class Address extends model<Address>("set_addresses")({
    email: t.text(),
    user: foreignKey(() => User, { onDelete: "setNull" }).nullable(),
  }) {}

  await database.createAll([User, Address]);
  const setup = database.session();
  const { id } = await User.objects.create(setup, { name: "Ada" });
  await setup.commit();
  await setup.close();
  for (const empty of [(user: User) => user.addresses.set([]), (user: User) => user.addresses.clear()]) {
    const db = database.session({ onUncommitted: "ignore" });
    const user = (await db.get(User, id))!;
    db.add(new Address({ email: "ada@example.org", userId: id }));
    await empty(user);
    await db.flush();
    assert.equal(await Address.objects.filter({ user: id }).count(db), 0);
    await db.close();
  }
});

itOnEachDatabase(
  "set() of a collection may leave out a member that is marked as deleted, also where the member cannot do without an owner",
  async (database) => {
    class User extends model<User>("member_users")({ name: t.text(), posts: hasMany(() => Post, "author") }) {}
    class Post extends model<Post>("member_posts")({ title: t.text(), author: foreignKey(() => User, { onDelete: "cascade" }) }) {}

    await database.createAll([User, Post]);
    const db = database.session();
    const ada = new User({ name: "Ada" });
    const old = new Post({ title: "old", author: ada });
    db.add(old);
    await db.commit();
    db.delete(old);
    await ada.posts.set([new Post({ title: "new" })]);
    await db.commit();
    assert.deepEqual(await Post.objects.valuesList("title", { flat: true }).fetch(db), ["new"]);
    await db.close();
  },
);

itOnEachDatabase(
  "rows that swap values inside a unique set of several columns keep every other column of the set as it was",
  async (database) => {
    class List extends model<List>("swap_lists")({ name: t.text(), tasks: hasMany(() => Task, "list") }) {}
    class Task extends model<Task>("swap_tasks")(
      { text: t.text(), position: t.integer(), list: foreignKey(() => List, { onDelete: "setNull" }).nullable() },
      { constraints: [unique("list", "position")] },
    ) {}
    class Rank extends model<Rank>("swap_ranks")(
      { team: t.text(), year: t.integer(), place: t.integer() },
      { constraints: [unique("year", "place")] },
    ) {}

    await database.createAll([List, Task, Rank]);
    const db = database.session();
    const list = new List({ name: "todo" });
    const [a, b] = [new Task({ text: "a", position: 1, list }), new Task({ text: "b", position: 2, list })];
    const [x, y] = [new Rank({ team: "x", year: 2024, place: 1 }), new Rank({ team: "y", year: 2024, place: 2 })];
    db.add(a, b, x, y);
    await db.commit();
    [a.position, b.position] = [2, 1];
    [x.place, y.place] = [2, 1];
    await db.commit();
    const fresh = database.session();
    assert.deepEqual(await Task.objects.orderBy("text").valuesList("position", "listId").fetch(fresh), [
      [2, list.id],
      [1, list.id],
    ]);
    assert.deepEqual(await Rank.objects.orderBy("team").valuesList("place", "year").fetch(fresh), [
      [2, 2024],
      [1, 2024],
    ]);
    await fresh.close();
    await db.close();
  },
);

itOnEachDatabase("touch() of an object that a rolled-back block created is forgotten with the block", async (database) => {
  class Order extends model<Order>("trb_orders")({ no: t.text(), ...timestamps() }) {}
  await database.createAll([Order]);
  const db = database.session({ onUncommitted: "ignore" });
  const failing = atomic(db, async () => {
    db.touch(await Order.objects.create(db, { no: "1" }));
    throw new Error("stop");
  });
  await assert.rejects(failing);
  assert.equal(db.dirty.size, 0);
  await Order.objects.create(db, { no: "2" });
  await db.commit();
  assert.equal(await Order.objects.count(db), 1);
  await db.close();
});

itOnEachDatabase(
  "a new row with two references to a row that needs its key first is clean after the flush, and both references can be emptied then",
  async (database) => {
    class Customer extends model<Customer>("late_customers")({
      name: t.text(),
      billing: foreignKey(() => Address, { onDelete: "setNull" }).nullable(),
      shipping: foreignKey(() => Address, { onDelete: "setNull" }).nullable(),
    }) {}
    class Address extends model<Address>("late_addresses")({
      street: t.text(),
      customer: foreignKey(() => Customer, { onDelete: "cascade" }),
    }) {}

    await database.createAll([Customer, Address]);
    const db = database.session();
    const ada = new Customer({ name: "Ada" });
    const home = new Address({ street: "Home", customer: ada });
    [ada.billing, ada.shipping] = [home, home];
    db.add(ada);
    await db.commit();
    [ada.billing, ada.shipping] = [null, null];
    await db.commit();
    const fresh = database.session();
    assert.deepEqual(await Customer.objects.valuesList("billingId", "shippingId").fetch(fresh), [[null, null]]);
    await fresh.close();
    const other = new Customer({ name: "Bob" });
    const house = new Address({ street: "House", customer: other });
    [other.billing, other.shipping] = [house, house];
    db.add(other);
    await db.commit();
    assert.equal(db.dirty.size, 0, "nothing is dirty after a commit");
    await db.close();
  },
);

itOnEachDatabase(
  "update() of a primary key either is refused, or the object in memory follows: there is never a second object for one row",
  async (database) => {
    class Account extends model<Account>("rekey_accounts")({ code: t.text().primaryKey(), label: t.text() }) {}

    await database.createAll([Account]);
    const db = database.session({ onUncommitted: "ignore" });
    const account = await Account.objects.create(db, { code: "A", label: "a" });
    await db.commit();
    const refused = await Account.objects
      .filter({ code: "A" })
      .update(db, { code: "B" })
      .then(
        () => false,
        (error) => error instanceof FieldError,
      );
    if (!refused) {
      assert.equal(account.code, "B");
      assert.equal(await db.get(Account, "B"), account);
      account.label = "x";
      await db.commit();
    }
    await db.close();
  },
);

itOnEachDatabase(
  "a value that is assigned after set({ field: expression }) is what is stored: the last assignment wins",
  async (database) => {
    class Row extends model<Row>("vae_rows")({ n: t.integer() }) {}
    await database.createAll([Row]);
    const db = database.session({ onUncommitted: "ignore" });
    const row = await Row.objects.create(db, { n: 0 });
    await db.commit();
    row.set({ n: F("n").add(1) });
    row.n = 50;
    await db.commit();
    assert.equal(row.n, 50);
    assert.deepEqual(await Row.objects.valuesList("n", { flat: true }).fetch(database.session()), [50]);
    await db.close();
  },
);
