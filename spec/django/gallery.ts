/** Painters and what belongs to them: every kind of relation, nullable and not, and few rows, so that each answer can be told by hand. */

import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, t, type Session } from "flash-db";

export class Place extends model<Place>("gallery_places")({
  name: t.text(),
  height: t.integer().nullable(),
  painters: hasMany(() => Painter, "place"),
}) {}
export class Painter extends model<Painter>("gallery_painters")({
  name: t.text(),
  born: t.integer().nullable(),
  place: foreignKey(() => Place, { onDelete: "setNull" }).nullable(),
  teacher: foreignKey(() => Painter, { onDelete: "setNull" }).nullable(),
  pupils: hasMany(() => Painter, "teacher"),
  paintings: hasMany(() => Painting, "painter"),
  awards: hasMany(() => Award, "painter"),
  reviews: hasMany(() => Review, "about"),
  studio: hasOne(() => Studio, "painter"),
}) {}
export class Studio extends model<Studio>("gallery_studios")({
  name: t.text(),
  open: t.boolean().default(true),
  painter: oneToOne(() => Painter, { onDelete: "cascade" }),
}) {}
export class Award extends model<Award>("gallery_awards")({
  rank: t.integer(),
  painter: foreignKey(() => Painter, { onDelete: "cascade" }),
}) {}
export class Room extends model<Room>("gallery_rooms")({
  name: t.text(),
  paintings: hasMany(() => Painting, "room"),
}) {}
export class Painting extends model<Painting>("gallery_paintings")({
  title: t.text(),
  year: t.integer(),
  price: t.decimal(10, 2).nullable(),
  note: t.text().nullable(),
  soldAt: t.timestamp().nullable(),
  painter: foreignKey(() => Painter, { onDelete: "cascade" }),
  room: foreignKey(() => Room, { onDelete: "setNull" }).nullable(),
  genres: manyToMany(() => Genre, { reverse: "paintings" }),
}) {}
export class Genre extends model<Genre>("gallery_genres")({
  name: t.text().unique(),
  parent: foreignKey(() => Genre, { onDelete: "setNull" }).nullable(),
  children: hasMany(() => Genre, "parent"),
  labels: hasMany(() => Label, "genre"),
  paintings: manyToMany(() => Painting, { reverse: "genres" }),
}) {}
export class Label extends model<Label>("gallery_labels")({
  text: t.text(),
  genre: foreignKey(() => Genre, { onDelete: "cascade" }),
}) {}
export class Review extends model<Review>("gallery_reviews")({
  text: t.text(),
  about: foreignKey(() => Painter, { onDelete: "cascade" }).nullable(),
}) {}

export const gallery = [Place, Painter, Studio, Award, Room, Painting, Genre, Label, Review] as const;

/**
 * | painter | born | place (height) | teacher | awards | studio |
 * | Ada | 1900 | Delft (0) | – | 1 | Loft, open |
 * | Ben | 1920 | Alps (4000) | Ada | 2, 3 | Barn, closed |
 * | Cleo | – | Nowhere (–) | Ben | – | – |
 * | Dan | – | – | – | – | – |
 *
 * | painting | painter | year | price | note | room | genres |
 * | Dawn | Ada | 1930 | 10.50 | Dawn | East | light, sea |
 * | Dusk | Ada | 1931 | – | – | West | dark |
 * | Tide | Ben | 1950 | 20.00 | wave | East | light, dark |
 * | Moor | Ben | 1951 | 5.25 | bog | – | – |
 * | Void | Cleo | 1990 | – | – | – | sea |
 *
 * Genres: light (label bright); dark, child of light (gloomy, night); sea, child of dark (no label); war (war, grim).
 * Reviews: praise of Ada, blame of Cleo, lost of nobody, mixed of Ben. The place Empty has no painter, the room Attic nothing in it.
 */
export const fillGallery = async (db: Session): Promise<void> => {
  const [delft, alps, nowhere] = await Place.objects.bulkCreate(db, [
    { name: "Delft", height: 0 },
    { name: "Alps", height: 4000 },
    { name: "Nowhere" },
    { name: "Empty" },
  ]);
  const ada = await Painter.objects.create(db, { name: "Ada", born: 1900, place: delft! });
  const ben = await Painter.objects.create(db, { name: "Ben", born: 1920, place: alps!, teacher: ada });
  const [cleo] = await Painter.objects.bulkCreate(db, [{ name: "Cleo", place: nowhere!, teacher: ben }, { name: "Dan" }]);
  await Studio.objects.bulkCreate(db, [
    { name: "Loft", painter: ada },
    { name: "Barn", painter: ben, open: false },
  ]);
  await Award.objects.bulkCreate(db, [
    { rank: 1, painter: ada },
    { rank: 2, painter: ben },
    { rank: 3, painter: ben },
  ]);
  const [east, west] = await Room.objects.bulkCreate(db, [{ name: "East" }, { name: "West" }, { name: "Attic" }]);
  const light = await Genre.objects.create(db, { name: "light" });
  const dark = await Genre.objects.create(db, { name: "dark", parent: light });
  const [sea, war] = await Genre.objects.bulkCreate(db, [{ name: "sea", parent: dark }, { name: "war" }]);
  await Label.objects.bulkCreate(db, [
    { text: "bright", genre: light },
    { text: "gloomy", genre: dark },
    { text: "night", genre: dark },
    { text: "war", genre: war! },
    { text: "grim", genre: war! },
  ]);
  const [dawn, dusk, tide, , vacuum] = await Painting.objects.bulkCreate(db, [
    { title: "Dawn", year: 1930, price: "10.50", note: "Dawn", painter: ada, room: east!, soldAt: new Date("2024-01-15T10:30:00Z") },
    { title: "Dusk", year: 1931, painter: ada, room: west!, soldAt: new Date("2023-12-31T22:15:00Z") },
    { title: "Tide", year: 1950, price: "20.00", note: "wave", painter: ben, room: east!, soldAt: new Date("2024-01-15T23:45:30Z") },
    { title: "Moor", year: 1951, price: "5.25", note: "bog", painter: ben },
    { title: "Void", year: 1990, painter: cleo! },
  ]);
  dawn!.genres.add(light, sea!);
  dusk!.genres.add(dark);
  tide!.genres.add(light, dark);
  vacuum!.genres.add(sea!);
  await Review.objects.bulkCreate(db, [
    { text: "praise", about: ada },
    { text: "blame", about: cleo! },
    { text: "lost" },
    { text: "mixed", about: ben },
  ]);
};

interface Shown {
  toSQL(dialect?: string): { readonly text: string };
}
export const textOf = (query: Shown): string => query.toSQL("sqlite").text;
export const joinsOf = (query: Shown): number => textOf(query).split(" JOIN ").length - 1;
export const outerJoinsOf = (query: Shown): number => textOf(query).split(" LEFT JOIN ").length - 1;
export const innerJoinsOf = (query: Shown): number => joinsOf(query) - outerJoinsOf(query);
