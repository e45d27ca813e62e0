/** Rows as the reference model of the fuzzer has them: plain maps, one per table, and the link rows. */

export type Kind = "Shelf" | "Book" | "Note" | "Tag";
export const kinds: readonly Kind[] = ["Shelf", "Book", "Note", "Tag"];

/** In one form for memory, reference and database: dates and documents as text, `undefined` where there is no value. */
export type Cell = string | number | null | undefined;
export type Cells = Record<string, Cell>;

export const columns: { readonly [K in Kind]: readonly string[] } = {
  Shelf: ["id", "label", "code", "info"],
  Book: ["id", "title", "pages", "printed", "version", "shelfId"],
  Note: ["id", "text", "shelfId"],
  Tag: ["id", "label"],
};

export type Table = Map<number, Cells>;
export interface Rows {
  readonly Shelf: Table;
  readonly Book: Table;
  readonly Note: Table;
  readonly Tag: Table;
  /** `book:tag` */
  readonly links: Set<string>;
}

const copyTable = (table: Table): Table => new Map([...table].map(([key, row]) => [key, { ...row }]));
export const copyRows = (rows: Rows): Rows => ({
  Shelf: copyTable(rows.Shelf),
  Book: copyTable(rows.Book),
  Note: copyTable(rows.Note),
  Tag: copyTable(rows.Tag),
  links: new Set(rows.links),
});
export const noRows = (): Rows => ({ Shelf: new Map(), Book: new Map(), Note: new Map(), Tag: new Map(), links: new Set() });

export const linkOf = (book: number, tag: number): string => `${book}:${tag}`;

/** What the constraints do when rows go: notes go along, books lose their shelf, links go. */
export const removeRow = (rows: Rows, kind: Kind, key: number): void => {
  rows[kind].delete(key);
  if (kind === "Shelf") {
    for (const [id, note] of rows.Note) if (note["shelfId"] === key) rows.Note.delete(id);
    for (const book of rows.Book.values()) if (book["shelfId"] === key) book["shelfId"] = null;
  }
  if (kind === "Book" || kind === "Tag") {
    for (const link of rows.links) if (Number(link.split(":")[kind === "Book" ? 0 : 1]) === key) rows.links.delete(link);
  }
};

/** The first constraint that these rows break, as the code of its error; null: none. */
export const brokenConstraint = (rows: Rows): string | null => {
  const taken = (kind: Kind, column: string): boolean => {
    const values = [...rows[kind].values()].map((row) => row[column]);
    return new Set(values).size < values.length;
  };
  return taken("Shelf", "code") || taken("Tag", "label") ? "UNIQUE_VIOLATION" : null;
};

export const danglingReference = (rows: Rows): boolean => {
  for (const kind of ["Book", "Note"] as const)
    for (const { shelfId } of rows[kind].values()) if (shelfId != null && !rows.Shelf.has(Number(shelfId))) return true;
  for (const link of rows.links) {
    const [book, tag] = link.split(":").map(Number) as [number, number];
    if (!rows.Book.has(book) || !rows.Tag.has(tag)) return true;
  }
  return false;
};

/** Everything in a fixed order, so that two sets of rows compare and print well. */
export const listed = (rows: Rows): readonly unknown[] => [
  ...kinds.map((kind) => [kind, ...[...rows[kind].values()].sort((a, b) => Number(a["id"]) - Number(b["id"]))]),
  ["links", ...[...rows.links].sort()],
];
