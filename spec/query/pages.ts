/** Goes through all pages of a set, one row each. Rows of values() have pages too, though their types do not offer them. */

import type { Session } from "flash-db";

interface Page {
  readonly items: readonly unknown[];
  readonly endCursor: string | null;
  readonly hasNext: boolean;
}
interface Paged {
  paginate(db: Session, request: { readonly first: number; readonly after: string | null }): Promise<Page>;
}

export const allPages = async (set: object, db: Session): Promise<unknown[]> => {
  const items: unknown[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page: Page = await (set as Paged).paginate(db, { first: 1, after });
    items.push(...page.items);
    [after, more] = [page.endCursor, page.hasNext];
  }
  return items;
};
