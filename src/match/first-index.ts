/** Binary search in a list for which `isReached` is false in a first part and true for the rest; its length if never. */
export function firstIndex<T>(list: readonly T[], isReached: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
