import { expect, test } from 'vitest';
import { answerWith } from '../../../src/suite/strength/answer.ts';
import { markupMutations, plainMutations } from '../../../src/suite/strength/text-mutations.ts';
import { answer, noOthers, toldBodies } from '../../support/answers.ts';

const write = (text: string) => answerWith(answer(), { body: Buffer.from(text) });

test('markup loses innermost elements, and says other things in texts and attributes', () => {
  const page = '<ul class="a"><li>one</li><li id="x2">Tom &amp; Tim</li></ul>';
  expect(toldBodies(markupMutations(page, write, noOthers))).toEqual([
    'drop <li> 0: <ul class="a"><li id="x2">Tom &amp; Tim</li></ul>',
    'drop <li> 1: <ul class="a"><li>one</li></ul>',
    'text text 0: <ul class="a"><li>onf</li><li id="x2">Tom &amp; Tim</li></ul>',
    'text text 1: <ul class="a"><li>one</li><li id="x2">Tom &amp; Timx</li></ul>',
    'text @class 0: <ul class="b"><li>one</li><li id="x2">Tom &amp; Tim</li></ul>',
    'text @id 1: <ul class="a"><li>one</li><li id="y2">Tom &amp; Tim</li></ul>',
  ]);
});

test('what nobody sees stays', () => {
  const page = '<?xml version="1.0"?><!-- <b>a</b> --><script>if (a < "b") { c = "<i>d</i>" }</script><style>p { }';
  expect(toldBodies(markupMutations(page, write, noOthers))).toEqual([]);
});

test('hostile markup takes time linear in its length', () => {
  for (const piece of ['<!--', '<a', '<a b="c" ', '<script>', '<p>x', ' a="b"', '<![CDATA[']) {
    expect([...markupMutations(piece.repeat(20_000), write, noOthers)].length).toBeLessThan(40_001);
  }
});

test('other text loses lines and says other words, but not in ids and times', () => {
  expect(toldBodies(plainMutations('order ord-12345678 is open\n\n2026-03-01T12:00:00Z\n', write, noOthers))).toEqual([
    'drop line 1: \n2026-03-01T12:00:00Z\n',
    'text line 1: order ord-12345678 is opeo\n\n2026-03-01T12:00:00Z\n',
    'drop line 3: order ord-12345678 is open\n\n',
    'time line 3: order ord-12345678 is open\n\n2026-03-02T13:17:03Z\n',
  ]);
});
