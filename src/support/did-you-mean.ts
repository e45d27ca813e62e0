/** Suggests similar names in messages about unknown names. */

/** ` Did you mean 'name'?` with a leading space, or an empty string if no name is similar. */
export const didYouMean = (given: string, known: Iterable<string>): string => {
  const nearest = closest(given, known);
  return nearest === null ? "" : ` Did you mean '${nearest}'?`;
};

/** The known name with the fewest edits, if they are few relative to its length. */
const closest = (given: string, known: Iterable<string>): string | null => {
  const wanted = given.toLowerCase();
  const limit = Math.max(1, Math.floor(given.length / 3));
  let best: string | null = null;
  let distance = limit + 1;
  for (const name of known) {
    const edits = editDistance(wanted, name.toLowerCase(), distance);
    if (edits < distance) {
      best = name;
      distance = edits;
    }
  }
  return best;
};

/** Counts insertions, deletions, replacements and transpositions; stops at `limit`. */
const editDistance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    if (Math.min(...row) >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length] ?? limit, limit);
};
