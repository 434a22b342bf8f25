import type { Difference } from '../model/verdict.ts';
import { noValues } from './body-format.ts';
import { readAlike } from './body-formats.ts';
import { byteSegments } from './byte-rows.ts';
import { ConversationPair, type Spoken } from './compare-conversation.ts';
import type { Content } from './content.ts';
import type { DiffRow, RowOptions } from './diff-row.ts';
import { Explainer } from './explain.ts';
import { jsonSegments } from './json-rows.ts';
import { knownRenames } from './renames.ts';
import type { RowSegments } from './row-segments.ts';
import { textSegments } from './text-rows.ts';

/**
 * Two bodies side by side: JSON, XML and HTML by structure, streams as arrays of their events, text by lines with the
 * differing words marked, anything else in hexadecimal around the first difference. `differences` are those
 * `compareOutcomes` found; each is named on the row where it begins. Runs of unchanged rows are folded; `expand` takes
 * the range of a fold to open it. Bounded: rows are written only where they are visible, and no more than `limit`.
 */
export function alignedRows(
  baseline: Content,
  fresh: Content,
  differences: readonly Difference[],
  options: RowOptions = {},
): DiffRow[] {
  return segmentsOf(baseline, fresh, differences).rows(options);
}

/** What the server said in two conversations, side by side as JSON; the first key of each path is a message's number. */
export function alignedMessages(
  baseline: readonly Spoken[],
  fresh: readonly Spoken[],
  differences: readonly Difference[],
  options: RowOptions = {},
): DiffRow[] {
  const values = new ConversationPair(baseline, fresh).values();
  const told = differences.filter(({ part }) => part === 'event');
  const byPath = new Map(told.map((difference) => [difference.path, difference]));
  const found = { differences: byPath, explainer: explainerFrom(told) };
  const rows = jsonSegments(values.baseline ?? [], values.fresh ?? [], found).rows(options);
  return rows.map((row) =>
    row.kind === 'line' && row.difference !== undefined
      ? { ...row, difference: row.difference.replace(/^body:/, 'event:') }
      : row,
  );
}

function segmentsOf(baseline: Content, fresh: Content, differences: readonly Difference[]): RowSegments {
  const byPath = new Map<string, Difference>();
  for (const difference of differences) if (difference.part === 'body') byPath.set(difference.path, difference);
  if (baseline.kind === 'json' && fresh.kind === 'json') {
    return jsonSegments(baseline.value, fresh.value, { differences: byPath, explainer: explainerFrom(differences) });
  }
  const read = readAlike(baseline, fresh);
  if (read?.segments) return read.segments({ differences: byPath, explainer: explainerFrom(differences) });
  const { baseline: before, fresh: after } = read?.values ?? noValues;
  if (read?.shownAs === 'values' && before !== undefined && after !== undefined) {
    return jsonSegments(before, after, { differences: byPath, explainer: explainerFrom(differences) });
  }
  if (baseline.kind === 'bytes' || fresh.kind === 'bytes') return byteSegments(baseline.bytes, fresh.bytes);
  return textSegments(baseline.text, fresh.text, byPath);
}

/** Elements were paired under the renaming of the run; what it renamed in the body is told by the differences. */
function explainerFrom(differences: readonly Difference[]): Explainer {
  const renames = new Map<string, string[]>();
  for (const { rule, before, after } of differences) {
    if (rule !== 'renaming' || before === undefined || after === undefined) continue;
    const [first, second] = [plainText(before), plainText(after)];
    if (first === undefined || second === undefined) continue;
    const known = renames.get(first);
    if (known) known.push(second);
    else renames.set(first, [second]);
  }
  const never = { startMs: 0, endMs: 0 };
  return new Explainer({
    renames: knownRenames((value) => renames.get(value) ?? []),
    baselineWindow: never,
    freshWindow: never,
  });
}

/** The value of a JSON scalar's text, or of a text in markup; those that were cut have no value. */
function plainText(json: string): string | undefined {
  try {
    return String(JSON.parse(json));
  } catch {
    return json.startsWith('"') || json.endsWith('…') ? undefined : json;
  }
}
