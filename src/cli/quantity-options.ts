import { InvalidArgumentError } from 'commander';

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
};

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500`, `64kb`, `10mb`, `1.5gb` in bytes; a kilobyte has 1024. */
export function parseSize(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmg]?b?)$/i.exec(text.trim());
  const unit = found && sizeUnits[found[2]!.toLowerCase()];
  if (!unit) throw new InvalidArgumentError('It must be a size such as 500kb, 10mb or 1gb.');
  return Math.floor(Number(found[1]) * unit);
}

/** `500ms`, `30s`, `5m`, `2h`, `1d` in milliseconds. */
export function parseDuration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/i.exec(text.trim());
  if (!found) throw new InvalidArgumentError('It must be a duration such as 500ms, 30s, 5m, 2h or 30d.');
  return Number(found[1]) * durationUnits[found[2]!.toLowerCase()]!;
}

/** `20%`, `7.5 %` as a share from 0 to 1. */
export function parseShare(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1] ?? NaN);
  if (percent <= 100) return percent / 100;
  throw new InvalidArgumentError('It must be a share such as 20%.');
}
