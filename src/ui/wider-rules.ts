import { formatCompareRuleLine } from '../model/compare-rule-grammar.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import { compileJsonPath, formatJsonPath } from '../model/json-path.ts';

/** A rule with one of its parts generalised. */
export interface WiderRule {
  /** The part, and what would stand in its place. */
  readonly from: string;
  readonly to: string;
  readonly line: string;
}

/** Every way to put `*` in the place of one part of a rule: its method, its path or a segment of it, a step of its JSONPath. */
export function widerRules(rule: CompareRule): WiderRule[] {
  const { scope, place } = rule;
  const { method, path } = scope;
  const wider = (from: string, to: string, parts: Partial<CompareRule>): WiderRule => ({
    from,
    to,
    line: formatCompareRuleLine({ ...rule, ...parts }),
  });
  const ways: WiderRule[] = [];
  if (method !== '*') ways.push(wider(method, '*', { scope: { ...scope, method: '*' } }));
  if (path !== undefined) {
    for (const [index, segment] of path.entries()) {
      if (segment === '' || segment.startsWith('*') || segment.startsWith('{')) continue;
      ways.push(wider(`/${segment}`, '/*', { scope: { ...scope, path: path.with(index, '*') } }));
    }
    if (path.join('/') !== '**') ways.push(wider(`/${path.join('/')}`, '/**', { scope: { ...scope, path: ['**'] } }));
  }
  const jsonPath = place.kind === 'json' ? compileJsonPath(place.path) : undefined;
  const steps = jsonPath?.ok ? (jsonPath.steps ?? []) : [];
  for (const [index, step] of steps.entries()) {
    if (step === undefined) continue;
    const from = formatJsonPath([step]).slice(1);
    ways.push(wider(from, '[*]', { place: { kind: 'json', path: formatJsonPath(steps.with(index, undefined)) } }));
  }
  return ways;
}
