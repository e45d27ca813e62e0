/** Removes an item from a list that is short, or in which it is usually the last one. */

/** Returns whether it was in the list; the order of the others is kept. */
export const removeFromTail = <T>(list: T[], item: T): boolean => {
  const at = list.lastIndexOf(item);
  if (at < 0) return false;
  if (at === list.length - 1) list.pop();
  else list.splice(at, 1);
  return true;
};
