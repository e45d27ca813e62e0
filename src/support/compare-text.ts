/** Compares text by code point, like `COLLATE "C"` and SQLite's BINARY. */

/** Moves surrogates above U+E000–U+FFFF, because code points beyond the first plane are larger than all others. */
const lifted = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

export function compareText(one: string, other: string): -1 | 0 | 1 {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const [left, right] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (left !== right) return lifted(left) < lifted(right) ? -1 : 1;
  }
  return one.length === other.length ? 0 : one.length < other.length ? -1 : 1;
}
