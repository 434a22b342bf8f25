import { expect, test } from 'vitest';
import { FlowFinder } from '../../src/correlate/flow-finder.ts';
import { UsedFilter } from '../../src/correlate/used-filter.ts';
import { readPlace } from '../../src/model/place-access.ts';
import { correlated } from '../support/correlated.ts';
import { buyingStories } from '../support/labelled-flows.ts';
import { formatStories } from '../support/labelled-formats.ts';

const stories = [...buyingStories, ...formatStories];

const session = stories.flatMap((story) => story.session).map((parts, position) => correlated(position, parts));
const offsets = stories.map((_, i) => stories.slice(0, i).reduce((sum, story) => sum + story.session.length, 0));

/** `POSITION PLACE` of a story, at its position in the session. */
const placed = (text: string, story: number): string =>
  text.replace(/^\d+/, (position) => String(Number(position) + offsets[story]!));

const links = stories.flatMap((story, i) =>
  story.links.map((link) => {
    const [from, to] = link.split(' → ');
    return `${placed(from!, i)} → ${placed(to!, i)}`;
  }),
);
const decoys = stories.flatMap((story, i) => story.decoys.map((decoy) => placed(decoy, i)));

const requestAt = (position: number) => {
  const { target, requestHeaders: headers, requestBody: body } = session[position]!;
  return { target, headers, body };
};

const find = () => {
  const filter = new UsedFilter();
  for (const exchange of session) filter.addRequest(exchange);
  const finder = new FlowFinder({ isUsed: (value) => filter.has(value) });
  for (const exchange of session) finder.addExchange(exchange);
  return finder.flows();
};

test('the labels are true: at least 40 links, and 40 decoys whose values earlier responses held', () => {
  expect(links.length).toBeGreaterThanOrEqual(40);
  expect(decoys.length).toBeGreaterThanOrEqual(40);
  const unheld = decoys.filter((decoy) => {
    const [position, ...place] = decoy.split(' ');
    const value = readPlace(requestAt(Number(position)), place.join(' '))!;
    return !session.slice(0, Number(position)).some(({ target, response }) => {
      const { headers, body } = response!;
      return [...headers, target, body?.toString() ?? '', atobIn(body)].some((text) => text.includes(value));
    });
  });
  expect(unheld).toEqual([]);
});

/** Claims of tokens in a body, readable. */
function atobIn(body: Buffer | undefined): string {
  return (body?.toString() ?? '').replaceAll(/ey[\w-]+/g, (part) => Buffer.from(part, 'base64url').toString());
}

test('every link is found, and nothing else', () => {
  const found = find();
  const lines = found.map(({ from, fromPlace, to, toPlace }) => `${from} ${fromPlace} → ${to} ${toPlace}`);
  expect({
    missing: links.filter((link) => !lines.includes(link)),
    wrong: found.flatMap(({ evidence }, i) => (links.includes(lines[i]!) ? [] : `${lines[i]}: ${evidence}`)),
  }).toEqual({ missing: [], wrong: [] });
});

test('a flow holds the value at both of its places, and says why it is one', () => {
  for (const flow of find()) {
    const { headers, body } = session[flow.from]!.response!;
    expect(readPlace({ headers, body }, flow.fromPlace)).toBe(flow.value);
    expect(readPlace(requestAt(flow.to), flow.toPlace)).toBe(flow.prefix + flow.value + flow.suffix);
    expect(flow.evidence).toMatch(/^(?:issued|given|first seen|in the Location|the answer gave) .+(?:used|sent back) /);
  }
});

test('without knowing beforehand what is used the same is found', () => {
  const finder = new FlowFinder();
  for (const exchange of session) finder.addExchange(exchange);
  expect(finder.flows()).toEqual(find());
});
