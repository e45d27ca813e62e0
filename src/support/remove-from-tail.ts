/** Takes an item out of a list that is short, or whose last item it mostly is. */

/** Whether it stood there; the others keep their order. */
export const removeFromTail = <T>(list: T[], item: T): boolean => {
  const at = list.lastIndexOf(item);
  if (at < 0) return false;
  if (at === list.length - 1) list.pop();
  else list.splice(at, 1);
  return true;
};
