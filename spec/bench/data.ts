/** The rows that every side of a benchmark works on, computed so that results can be verified. */

export interface AuthorData {
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly bio: string | null;
  readonly active: boolean;
  readonly createdAt: Date;
}
export interface BookData {
  readonly title: string;
  readonly pages: number;
  readonly price: number;
  readonly publishedAt: Date;
}
export interface GraphData extends AuthorData {
  readonly books: readonly BookData[];
}

const epoch = 1_700_000_000_000;
const tail = " who wrote at night, in trains and on the backs of envelopes";

/** The author with this number, counted from 1. */
export const authorData = (number: number): AuthorData => ({
  name: `Author ${number}`,
  email: `author${number}@example.com`,
  age: 20 + (number % 60),
  bio: number % 3 === 0 ? null : `Author ${number}${tail}`,
  active: number % 2 === 0,
  createdAt: new Date(epoch + number * 1000),
});

/** The book with this number, counted from 1. */
export const bookData = (number: number): BookData => ({
  title: `Book ${number}`,
  pages: 100 + (number % 400),
  price: 5 + (number % 1000) / 100,
  publishedAt: new Date(epoch + number * 1000),
});

export const authorsData = (count: number): AuthorData[] => Array.from({ length: count }, (_, index) => authorData(index + 1));
export const graphData = (authors: number, books: number): GraphData[] =>
  Array.from({ length: authors }, (_, author) => ({
    ...authorData(author + 1),
    books: Array.from({ length: books }, (_, book) => bookData(author * books + book + 1)),
  }));
