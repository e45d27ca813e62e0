/** Five related models for the films of the vega-datasets package. */

import { model, t, foreignKey, hasMany, index, timestamps, ValidationError } from "flash-db";

export class Director extends model<Director>("directors")({
  name: t.text().unique(),
  films: hasMany(() => Film, "director"),
}) {}

export class Distributor extends model<Distributor>("distributors")({
  name: t.text().unique(),
  films: hasMany(() => Film, "distributor"),
}) {}

export class Genre extends model<Genre>("genres")({
  name: t.text().unique(),
  films: hasMany(() => Film, "genre"),
}) {}

export class Rating extends model<Rating>("ratings")({
  code: t.varchar(10).unique(),
  films: hasMany(() => Film, "rating"),
}) {}

export class Film extends model<Film>("films")(
  {
    title: t.text(),
    releasedOn: t.date(),
    worldwideGross: t.bigint().nullable(),
    budget: t.bigint().nullable(),
    minutes: t.integer().nullable(),
    imdbRating: t.decimal(3, 1).nullable(),
    imdbVotes: t.integer().nullable(),
    ...timestamps(),
    director: foreignKey(() => Director, { onDelete: "setNull" }).nullable(),
    distributor: foreignKey(() => Distributor, { onDelete: "setNull" }).nullable(),
    genre: foreignKey(() => Genre, { onDelete: "protect" }).nullable(),
    rating: foreignKey(() => Rating, { onDelete: "protect" }).nullable(),
  },
  { indexes: [index("releasedOn")] },
) {
  override clean() {
    if (this.title.trim() === "") throw new ValidationError({ title: "is empty" });
    if (this.minutes !== null && this.minutes <= 0) throw new ValidationError({ minutes: "must be positive" });
  }
}

export const models = [Director, Distributor, Genre, Rating, Film] as const;
