/** What the programs judged by invariants work on: sets of several unique columns, references in circles, keys that cascade, links with an object, overridden verbs, subtypes. */

import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, t, unique, type SaveOptions, type Session } from "flash-db";

const numbers = { uid: t.integer().unique(), hits: t.integer().default(0) };

let salt = 0;
/** Encodes one value differently each time. */
const sealed = t.custom<string>({
  sql: "text",
  encode: (value) => `${++salt}:${value}`,
  decode: (stored: string) => stored.slice(stored.indexOf(":") + 1),
});

export class Owner extends model<Owner>("inv_owners")({
  ...numbers,
  secret: sealed.nullable(),
  version: t.version(),
  docs: hasMany(() => Doc, "owner"),
  notes: hasMany(() => Note, "owner", { orphans: "delete" }),
  card: hasOne(() => Card, "owner", { orphans: "delete" }),
  seat: hasOne(() => Seat, "owner"),
  labels: manyToMany(() => Label, { reverse: "owners" }),
  clubs: manyToMany(() => Club, { through: () => Member, reverse: "people" }),
}) {}
export class Doc extends model<Doc>("inv_docs")({
  ...numbers,
  owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
/** Its own verbs change it. */
export class Note extends model<Note>("inv_notes")({
  ...numbers,
  secret: sealed.nullable(),
  saves: t.integer().default(0),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }),
}) {
  override async save(db?: Session, options?: SaveOptions): Promise<this> {
    this.saves += 1;
    return await super.save(db, options);
  }
  override async delete(db?: Session): Promise<void> {
    this.saves = -1;
    await super.delete(db);
  }
}
export class Card extends model<Card>("inv_cards")({ ...numbers, owner: oneToOne(() => Owner, { onDelete: "cascade" }).nullable() }) {}
export class Seat extends model<Seat>("inv_seats")({ ...numbers, owner: oneToOne(() => Owner, { onDelete: "setNull" }).nullable() }) {}
export class Label extends model<Label>("inv_labels")({ ...numbers, owners: manyToMany(() => Owner, { reverse: "labels" }) }) {}
export class Club extends model<Club>("inv_clubs")({
  ...numbers,
  people: manyToMany(() => Owner, { through: () => Member, reverse: "clubs" }),
}) {}
export class Member extends model<Member>("inv_members")({
  owner: foreignKey(() => Owner, { onDelete: "cascade" }).primaryKey(),
  club: foreignKey(() => Club, { onDelete: "cascade" }).primaryKey(),
  rank: t.integer().default(0),
}) {}

export class Place extends model<Place>("inv_places")(
  {
    ...numbers,
    zone: t.integer(),
    spot: t.integer(),
    tag: t.text().nullable(),
    keeper: foreignKey(() => Owner, { onDelete: "setNull" }).nullable(),
  },
  { constraints: [unique("zone", "spot"), unique("zone", "tag")] },
) {}

export class Team extends model<Team>("inv_teams")({
  ...numbers,
  lead: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  second: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  people: hasMany(() => Person, "team"),
}) {}
export class Person extends model<Person>("inv_people")({
  ...numbers,
  team: foreignKey(() => Team, { onDelete: "cascade" }),
  boss: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  mentor: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  deputy: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
}) {}

export class Region extends model<Region>("inv_regions")({
  code: t.text().primaryKey(),
  ...numbers,
  town: hasOne(() => Town, "region"),
  guests: hasMany(() => Guest, "region"),
}) {}
/** Its key is its region's. */
export class Town extends model<Town>("inv_towns")({
  region: oneToOne(() => Region, { onDelete: "cascade", onUpdate: "cascade" }).primaryKey(),
  ...numbers,
  houses: hasMany(() => House, "town"),
}) {}
export class House extends model<House>("inv_houses")({
  ...numbers,
  town: foreignKey(() => Town, { onDelete: "cascade", onUpdate: "cascade" }),
}) {}
export class Guest extends model<Guest>("inv_guests")({
  ...numbers,
  region: foreignKey(() => Region, { onDelete: "setNull", onUpdate: "cascade" }).nullable(),
}) {}

export class Animal extends model<Animal>("inv_animals")({ kind: t.text(), ...numbers }, { subtypes: () => [Dog, Cat] }) {}
export class Dog extends Animal.subtype<Dog>("dog")({
  feeder: foreignKey(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
export class Cat extends Animal.subtype<Cat>("cat")({ lives: t.integer().nullable() }) {}

export const classes = {
  owner: Owner,
  doc: Doc,
  note: Note,
  card: Card,
  seat: Seat,
  label: Label,
  club: Club,
  place: Place,
  team: Team,
  person: Person,
  region: Region,
  town: Town,
  house: House,
  guest: Guest,
  dog: Dog,
  cat: Cat,
} as const;
export type Kind = keyof typeof classes;
export const kinds = Object.keys(classes) as Kind[];
export type Thing = InstanceType<(typeof classes)[Kind]>;

/** What the references of a kind lead to, and what becomes of a row when that goes. */
export const references: { readonly [K in Kind]?: Readonly<Record<string, { readonly to: Kind; readonly then: "goes" | "empties" }>> } = {
  doc: { owner: { to: "owner", then: "empties" } },
  note: { owner: { to: "owner", then: "goes" } },
  card: { owner: { to: "owner", then: "goes" } },
  seat: { owner: { to: "owner", then: "empties" } },
  place: { keeper: { to: "owner", then: "empties" } },
  team: { lead: { to: "person", then: "empties" }, second: { to: "person", then: "empties" } },
  person: {
    team: { to: "team", then: "goes" },
    boss: { to: "person", then: "empties" },
    mentor: { to: "person", then: "empties" },
    deputy: { to: "person", then: "empties" },
  },
  town: { region: { to: "region", then: "goes" } },
  house: { town: { to: "town", then: "goes" } },
  guest: { region: { to: "region", then: "empties" } },
  dog: { feeder: { to: "owner", then: "empties" } },
};
/** Columns that are compared beside the references. */
export const columnsOf = (kind: Kind): readonly string[] =>
  kind === "place"
    ? ["hits", "zone", "spot", "tag"]
    : kind === "region"
      ? ["hits", "code"]
      : kind === "note" || kind === "owner"
        ? ["hits", "secret"]
        : ["hits"];

export const models = [
  Owner,
  Doc,
  Note,
  Card,
  Seat,
  Label,
  Club,
  Member,
  Place,
  Team,
  Person,
  Region,
  Town,
  House,
  Guest,
  Animal,
  Dog,
  Cat,
];
/** In an order in which they can be emptied. */
export const tables = [
  "inv_labels_inv_owners",
  "inv_members",
  "inv_docs",
  "inv_notes",
  "inv_cards",
  "inv_seats",
  "inv_places",
  "inv_animals",
  "inv_owners",
  "inv_people",
  "inv_teams",
  "inv_labels",
  "inv_clubs",
  "inv_houses",
  "inv_guests",
  "inv_towns",
  "inv_regions",
];
