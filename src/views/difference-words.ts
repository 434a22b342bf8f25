import { visible } from '../base/log.ts';
import type { Difference } from '../model/verdict.ts';

/** Where a difference is, as a person says it. */
export function differencePlace({ part, path }: Difference): string {
  switch (part) {
    case 'status':
      return 'status';
    case 'failure':
      return 'outcome';
    case 'header':
    case 'trailer':
      return `${part} ${visible(path)}`;
    case 'body':
      return path === '' ? 'body' : visible(path);
  }
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
      return before === undefined || after === undefined
        ? `${place} changed`
        : `${place} ${visible(before)} → ${visible(after)}`;
  }
}
