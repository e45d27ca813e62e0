/** The Chinook tables as models. Its constraints have no action of their own, so deletes are carried out by the session. */

import { model, t, foreignKey, hasMany, manyToMany } from "flash-db";

const bySession = <D extends "cascade" | "setNull" | "protect" | "restrict">(onDelete: D) => ({ onDelete, by: "session" as const });

export class Artist extends model<Artist>("artist")({
  id: t.id().column("artist_id"),
  name: t.varchar(120).nullable(),
  albums: hasMany(() => Album, "artist"),
}) {}
export class Genre extends model<Genre>("genre")(
  {
    id: t.id().column("genre_id"),
    name: t.varchar(120).nullable(),
    tracks: hasMany(() => Track, "genre"),
  },
  { ordering: ["name"] },
) {}
export class MediaType extends model<MediaType>("media_type")({
  id: t.id().column("media_type_id"),
  name: t.varchar(120).nullable(),
  tracks: hasMany(() => Track, "mediaType"),
}) {}
export class Album extends model<Album>("album")({
  id: t.id().column("album_id"),
  title: t.varchar(160),
  artist: foreignKey(() => Artist, bySession("cascade")),
  tracks: hasMany(() => Track, "album"),
}) {}
export class Track extends model<Track>("track")({
  id: t.id().column("track_id"),
  name: t.varchar(200),
  album: foreignKey(() => Album, bySession("setNull")).nullable(),
  mediaType: foreignKey(() => MediaType, bySession("protect")),
  genre: foreignKey(() => Genre, bySession("setNull")).nullable(),
  composer: t.varchar(220).nullable(),
  milliseconds: t.integer(),
  bytes: t.integer().nullable(),
  unitPrice: t.decimal(10, 2),
  playlists: manyToMany(() => Playlist, { through: () => PlaylistTrack }),
  entries: hasMany(() => PlaylistTrack, "track"),
  invoiceLines: hasMany(() => InvoiceLine, "track"),
}) {}
export class Playlist extends model<Playlist>("playlist")({
  id: t.id().column("playlist_id"),
  name: t.varchar(120).nullable(),
  tracks: manyToMany(() => Track, { through: () => PlaylistTrack }),
  entries: hasMany(() => PlaylistTrack, "playlist"),
}) {}
export class PlaylistTrack extends model<PlaylistTrack>("playlist_track")({
  playlist: foreignKey(() => Playlist, bySession("cascade")).primaryKey(),
  track: foreignKey(() => Track, bySession("cascade")).primaryKey(),
}) {}
export class Employee extends model<Employee>("employee")({
  id: t.id().column("employee_id"),
  lastName: t.varchar(20),
  firstName: t.varchar(20),
  title: t.varchar(30).nullable(),
  reportsTo: foreignKey(() => Employee, bySession("setNull"))
    .nullable()
    .column("reports_to"),
  birthDate: t.timestamp().nullable(),
  hireDate: t.timestamp().nullable(),
  address: t.varchar(70).nullable(),
  city: t.varchar(40).nullable(),
  state: t.varchar(40).nullable(),
  country: t.varchar(40).nullable(),
  postalCode: t.varchar(10).nullable(),
  phone: t.varchar(24).nullable(),
  fax: t.varchar(24).nullable(),
  email: t.varchar(60).nullable(),
  subordinates: hasMany(() => Employee, "reportsTo"),
  customers: hasMany(() => Customer, "supportRep"),
}) {}
export class Customer extends model<Customer>("customer")({
  id: t.id().column("customer_id"),
  firstName: t.varchar(40),
  lastName: t.varchar(20),
  company: t.varchar(80).nullable(),
  address: t.varchar(70).nullable(),
  city: t.varchar(40).nullable(),
  state: t.varchar(40).nullable(),
  country: t.varchar(40).nullable(),
  postalCode: t.varchar(10).nullable(),
  phone: t.varchar(24).nullable(),
  fax: t.varchar(24).nullable(),
  email: t.varchar(60),
  supportRep: foreignKey(() => Employee, bySession("setNull")).nullable(),
  invoices: hasMany(() => Invoice, "customer"),
}) {}
export class Invoice extends model<Invoice>("invoice")({
  id: t.id().column("invoice_id"),
  customer: foreignKey(() => Customer, bySession("restrict")),
  invoiceDate: t.timestamp(),
  billingAddress: t.varchar(70).nullable(),
  billingCity: t.varchar(40).nullable(),
  billingState: t.varchar(40).nullable(),
  billingCountry: t.varchar(40).nullable(),
  billingPostalCode: t.varchar(10).nullable(),
  total: t.decimal(10, 2),
  lines: hasMany(() => InvoiceLine, "invoice"),
}) {}
export class InvoiceLine extends model<InvoiceLine>("invoice_line")({
  id: t.id().column("invoice_line_id"),
  invoice: foreignKey(() => Invoice, bySession("cascade")),
  track: foreignKey(() => Track, bySession("protect")),
  unitPrice: t.decimal(10, 2),
  quantity: t.integer(),
}) {}

/** Parents before children. */
export const chinook = [Artist, Genre, MediaType, Album, Employee, Customer, Invoice, Track, InvoiceLine, Playlist, PlaylistTrack] as const;
