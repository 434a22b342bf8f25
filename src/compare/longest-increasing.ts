/** Marks (1) the entries of a longest strictly increasing subsequence, negative ones left out. O(n log n). */
export function longestIncreasing(sequence: Int32Array): Uint8Array {
  const marked = new Uint8Array(sequence.length);
  const tails: number[] = [];
  const previous = new Int32Array(sequence.length).fill(-1);
  for (const [index, value] of sequence.entries()) {
    if (value < 0) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sequence[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tails[low - 1]!;
    tails[low] = index;
  }
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index]!) marked[index] = 1;
  return marked;
}
