import { visible } from '../../base/log.ts';
import { type Cluster, isConsequence } from '../../model/cluster.ts';
import { describeDifference } from '../suite-result.ts';
import { count, looks, type Painter } from './check-looks.ts';

/** Clusters told before the rest becomes a count. */
const toldClusters = 20;

export interface ClusterLinesOptions {
  readonly paint: Painter;
  readonly detail: 'failing' | 'all';
}

/**
 * One line per cluster, worst first, with an example and what is noted of it. None when every difference is a cluster of
 * its own: then the checks tell the same in more detail.
 */
export function clusterLines(clusters: readonly Cluster[], { paint, detail }: ClusterLinesOptions): string[] {
  if (clusters.every(({ changes }) => changes === 1)) return [];
  const told = detail === 'all' ? clusters : clusters.slice(0, toldClusters);
  const lines = [paint('bold', 'What differs, the worst first:')];
  for (const cluster of told) lines.push(...linesOf(cluster, paint));
  const more = clusters.length - told.length;
  if (more > 0) lines.push(paint('dim', `… ${count(more, 'more kind')} of difference (--verbose shows all)`));
  return [...lines, ''];
}

function linesOf(cluster: Cluster, paint: Painter): string[] {
  const { severity, method, template, note } = cluster;
  const { glyph, style } = looks[severity];
  const scope = `${method} ${visible(template)}`;
  const line = `${paint(style, `${glyph} ${severity}`)}  ${scope}  ${visible(exampleOf(cluster))}  ${paint('dim', `(${sizeOf(cluster)})`)}`;
  return note === undefined ? [line] : [line, paint('dim', `    ${visible(note)}`)];
}

function exampleOf({ members, part, pattern, kind, severity, samples }: Cluster): string {
  const [only, ...others] = members;
  if (others.length === 0) return describeDifference(only!.difference);
  return describeDifference({ part, path: pattern, pattern, kind, severity, ...samples[0] });
}

function sizeOf(cluster: Cluster): string {
  const size = `${count(cluster.changes, 'change')} in ${count(cluster.checks, 'check')}`;
  return isConsequence(cluster) ? `${size}; follows from others` : size;
}
