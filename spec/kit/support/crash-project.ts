/** A project whose migrations do something of every kind, slowly enough to be interrupted, and what its database must hold in the end. */

export const rowCount = 600;

const words = `import { addColumn, addConstraint, addIndex, addTable, alterColumn, backfill, check, code, contract, dropColumn, dropConstraint, foreignKey, index, loses, migration, noTransaction, past, renameColumn, sql, t, unique } from "flash-db/migrations";
import { F } from "flash-db";
void [addColumn, addConstraint, addIndex, addTable, alterColumn, backfill, check, code, contract, dropColumn, dropConstraint, foreignKey, index, loses, migration, noTransaction, past, renameColumn, sql, t, unique, F];
`;

/** Each migration adds to what those before it made. */
export const crashMigrations: Readonly<Record<string, string>> = {
  "0001_initial": `export default migration({ after: [] },
    addTable("owners", { id: t.id(), name: t.text() }),
    addTable("items", { id: t.id(), title: t.text(), size: t.integer(), owner_id: t.key().nullable().index() }, foreignKey("owner_id", "owners.id", { onDelete: "cascade" })),
  );`,
  "0002_rows": `const Owner = past("owners", { id: t.integer().primaryKey(), name: t.text() });
    const Item = past("items", { id: t.integer().primaryKey(), title: t.text(), size: t.integer(), ownerId: t.key().nullable() });
    export default migration({ after: ["0001_initial"] },
      code("rows", { models: [Owner, Item], up: async (db) => {
        await Owner.objects.bulkCreate(db, Array.from({ length: 10 }, (_, at) => ({ id: at + 1, name: "owner " + at })));
        await Item.objects.bulkCreate(db, Array.from({ length: ${rowCount} }, (_, at) => ({ id: at + 1, title: "item " + at, size: at, ownerId: 1 + (at % 10) })));
      }, down: async (db) => { await Item.objects.filter({ id__gt: 0 }).delete(db); await Owner.objects.filter({ id__gt: 0 }).delete(db); } }),
    );`,
  "0003_label": `const Item = past("items", { title: t.text(), label: t.text().nullable(), runs: t.integer().nullable() });
    const Counted = past("items", { runs: t.integer().nullable() });
    export default migration({ after: ["0002_rows"] },
      addColumn("items", "label", t.text().nullable()),
      addColumn("items", "runs", t.integer().nullable()),
      backfill(Item, { where: { label: null }, set: { label: F("title") }, batch: 40 }),
      code("count once", { models: [Item], up: async (db) => { await Item.objects.filter({ runs: null }).update(db, { runs: 1 }); }, down: async () => {} }),
      alterColumn("items", "label", { nullable: false }),
      backfill(Counted, { where: { runs__gt: 0 }, set: { runs: F("runs").add(1) }, batch: 75 }),
      alterColumn("items", "runs", { nullable: false }),
      addConstraint("items", check("items_ran_once_each", sql\`runs = 2\`)),
    );`,
  "0004_alone": `export default migration({ after: ["0003_label"] }, noTransaction(),
      addIndex("items", index(["label"])),
      addConstraint("items", check("items_sized", sql\`"size" >= (0)\`)),
      addIndex("items", index(["title"], { unique: true, name: "items_title_once" })),
      alterColumn("items", "size", { type: t.bigint() }),
    );`,
  "0005_gone": `export default migration({ after: ["0004_alone"] }, loses("items.runs"),
      renameColumn("items", "title", "name"),
      dropConstraint("items", "items_ran_once_each"),
      contract(dropColumn("items", "runs")),
      addTable("notes", { id: t.id(), text: t.text(), item_id: t.key().index() }, foreignKey("item_id", "items.id", { onDelete: "cascade" })),
      sql(sql\`INSERT INTO notes (text, item_id) SELECT label, id FROM items\`, { reverse: sql\`DELETE FROM notes\` }),
      alterColumn("items", "owner_id", { nullable: false }),
    );`,
};

const models = `import { check, foreignKey, index, model, t } from "flash-db";
export class Owner extends model<Owner>("owners")({ name: t.text() }) {}
export class Item extends model<Item>("items")(
  { name: t.text(), size: t.bigint(), owner: foreignKey(() => Owner, { onDelete: "cascade" }), label: t.text().index() },
  { constraints: [check("items_sized", { size__gte: 0n })], indexes: [index("name", { unique: true, name: "items_title_once" })] },
) {}
export class Note extends model<Note>("notes")({ text: t.text(), item: foreignKey(() => Item, { onDelete: "cascade" }) }) {}
`;

/** What the last file says on stderr when it is read: from here on the database is worked on. */
export const readMark = "all files are read";

export const crashFiles = (url: string): Readonly<Record<string, string>> => ({
  "flash-db.config.js": `export default { url: ${JSON.stringify(url)}, models: "models.ts", migrations: "migrations" };`,
  "models.ts": models,
  ...Object.fromEntries(Object.entries(crashMigrations).map(([name, text]) => [`migrations/${name}.ts`, `${words}${text}\n`])),
  // The last to be read, and it does nothing.
  "migrations/0006_end.ts": `import { migration } from "flash-db/migrations";\nprocess.stderr.write(${JSON.stringify(`${readMark}\n`)});\nexport default migration({ after: ["0005_gone"] });\n`,
});
