/** What a session says of exchanges that passed while it was paused; undefined when none did. */
export function heldWords(count: number): string | undefined {
  if (count === 0) return undefined;
  return `${count} ${count === 1 ? 'exchange' : 'exchanges'} passed unrecorded while the recording was paused`;
}

/** Why a session does not hold every exchange; undefined when it does. */
export function incompleteWords({
  lost,
  problem,
  held,
}: {
  readonly lost: number;
  readonly problem: string | undefined;
  readonly held: number;
}): string | undefined {
  const isWhole = lost === 0 && problem === undefined;
  const lostWords = `${lost} exchanges could not be stored: ${problem ?? 'the recording was paused'}`;
  const parts = [isWhole ? undefined : lostWords, heldWords(held)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}
