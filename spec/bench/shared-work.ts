/** Pieces of work that are the same on every side. */

/** Changes each tenth author as W4 asks for it, and gives the changed ones. */
export const changeEveryTenth = <Row extends { readonly id: number; name: string; age: number }>(rows: readonly Row[]): Row[] => {
  const changed: Row[] = [];
  for (const row of rows)
    if (row.id % 10 === 0) {
      row.name += "!";
      row.age++;
      changed.push(row);
    }
  return changed;
};

/** So many finds of the thousand authors by key, one after the other. */
export const findInTurn = async <Row extends { readonly id: number }>(
  count: number,
  find: (id: number) => Row | undefined | PromiseLike<Row | undefined>,
): Promise<{ readonly sum: number; readonly last: Row }> => {
  let sum = 0;
  let last: Row | undefined;
  for (let index = 0; index < count; index++) {
    last = await find(1 + (index % 1000));
    if (last === undefined) throw new Error(`author ${1 + (index % 1000)} is missing`);
    sum += last.id;
  }
  if (last === undefined) throw new Error("nothing was asked for");
  return { sum, last };
};

/** So many pages of the thousand authors' books, one after the other. */
export const readPages = async <Row>(
  count: number,
  page: (authorId: number) => readonly Row[] | PromiseLike<readonly Row[]>,
): Promise<{ readonly rows: number; readonly last: readonly Row[] }> => {
  let rows = 0;
  let last: readonly Row[] = [];
  for (let index = 0; index < count; index++) {
    last = await page(1 + (index % 1000));
    rows += last.length;
  }
  return { rows, last };
};
