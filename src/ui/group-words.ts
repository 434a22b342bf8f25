import { visible } from '../base/log.ts';
import type { ReviewGroup } from '../review/review-groups.ts';
import { differencePlace } from '../views/difference-words.ts';
import { formatCount } from '../views/quantities.ts';

/** A group as a person says it. */
export interface GroupWords {
  /** Where, with `*` for positions in arrays; or what happened instead of an answer. */
  readonly place: string;
  /** `changed · 277 changes in 12 checks` */
  readonly facts: string;
  /** `GET /orders/{id}`; undefined for checks without an answer, which may be of any kind. */
  readonly scope?: string;
}

export function groupWords({ cluster, severity, items, standing }: ReviewGroup): GroupWords {
  const follows = standing === 'consequence' ? ['follows from others'] : [];
  const checks = formatCount(items.length, 'check');
  if (!cluster) {
    const place = severity === 'missing' ? 'not sent' : 'no answer to compare';
    return { place, facts: [severity, checks, ...follows].join(' · ') };
  }
  const { part, pattern, kind, method, template, changes } = cluster;
  const size = changes === 1 ? checks : `${formatCount(changes, 'change')} in ${checks}`;
  return {
    place: differencePlace({ part, path: pattern }),
    scope: `${visible(method)} ${visible(template)}`,
    facts: [kind === 'type' ? 'other type' : kind, size, ...follows].join(' · '),
  };
}
