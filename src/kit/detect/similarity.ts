/** Similarity of two names; only used to rank candidates. */

const pairs = (text: string): readonly string[] => {
  const plain = text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return plain.length < 2 ? [plain] : Array.from({ length: plain.length - 1 }, (_, at) => plain.slice(at, at + 2));
};

/** From 0 (nothing in common) to 1 (equal), by shared pairs of letters. */
export const similarity = (a: string, b: string): number => {
  const left = pairs(a);
  const right = [...pairs(b)];
  let shared = 0;
  for (const pair of left) {
    const at = right.indexOf(pair);
    if (at === -1) continue;
    shared++;
    right.splice(at, 1);
  }
  return (2 * shared) / (left.length + pairs(b).length);
};
