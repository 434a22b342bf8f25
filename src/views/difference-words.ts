import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import { type Difference, severities } from '../model/verdict.ts';

/** What nothing explains, worst first, in the order of the message among equals. */
export function openDifferences({ differences }: Check): Difference[] {
  const rank = ({ severity }: Difference): number => severities.indexOf(severity);
  return differences.filter(({ severity }) => severity !== 'equivalent').sort((a, b) => rank(a) - rank(b));
}

/** Where a difference is, as a person says it. */
export function differencePlace({ part, path }: Pick<Difference, 'part' | 'path'>): string {
  switch (part) {
    case 'status':
      return 'status';
    case 'failure':
      return 'outcome';
    case 'header':
    case 'trailer':
      return `${part} ${visible(path)}`;
    case 'event':
      return `message ${visible(path)}`;
    case 'body':
      break;
  }
  return path === '' ? 'body' : visible(path);
}

/** One difference in a line: place, what happened, values. */
export function differenceWords(difference: Difference): string {
  const { kind, before, after } = difference;
  const place = differencePlace(difference);
  const show = (value: string | undefined): string => (value === undefined ? '' : ` ${visible(value)}`);
  switch (kind) {
    case 'added':
      return `${place} added${show(after)}`;
    case 'removed':
      return `${place} removed${show(before)}`;
    case 'moved':
      return `${place} moved`;
    case 'changed':
    case 'type':
      break;
  }
  if (before === undefined || after === undefined) return `${place} changed`;
  return `${place} ${visible(before)} → ${visible(after)}`;
}
