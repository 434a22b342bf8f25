import { expect, test } from 'vitest';
import { ConversationPair, type Spoken } from '../../src/compare/compare-conversation.ts';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import { opcodes } from '../../src/model/stream-event.ts';
import { comparison, noRenames, response } from '../support/comparable.ts';

/** `>` is the client, `<` the server; `<#0102` is binary, `<!1000 bye` a close, `<~` a ping, `<.` bytes. */
function talk(...lines: readonly string[]): Spoken[] {
  return lines.map((line): Spoken => {
    const direction = line.startsWith('>') ? 'request' : 'response';
    const said = line.slice(2);
    switch (line[1]) {
      case '#':
        return { direction, opcode: opcodes.binary, payload: Buffer.from(said, 'hex') };
      case '!': {
        const code = Buffer.alloc(2);
        code.writeUInt16BE(Number(said.slice(0, 4)));
        return { direction, opcode: opcodes.close, payload: Buffer.concat([code, Buffer.from(said.slice(5))]) };
      }
      case '~':
        return { direction, opcode: opcodes.ping, payload: Buffer.from(said) };
      case '.':
        return { direction, payload: Buffer.from(said) };
      default:
        return { direction, opcode: opcodes.text, payload: Buffer.from(line.slice(1)) };
    }
  });
}

const compare = (before: readonly string[], after: readonly string[], renames: Record<string, string> = {}) =>
  new ConversationPair(talk(...before), talk(...after)).compare(comparison(renames));

test('a changed message is named by its number among those of the server', () => {
  const said = (price: number) => ['<{"hello":1}', '>{"ask":1}', `<{"price":${price}}`, '<!1000 bye'];
  expect(compare(said(1), said(1))).toEqual([]);
  expect(compare(said(1), said(2))).toMatchObject([
    { part: 'event', path: '/1/price', pattern: '/*/price', severity: 'changed', before: '1', after: '2' },
  ]);
});

test('the close counts with its code and its reason', () => {
  expect(compare(['<!1000 bye'], ['<!1011 oops'])).toMatchObject([
    { path: '/0/close/code', before: '1000', after: '1011' },
    { path: '/0/close/reason' },
  ]);
  expect(compare(['<a', '<!1000'], ['<a'])).toMatchObject([{ path: '/1', kind: 'removed', severity: 'broken' }]);
});

test('binary messages are compared by their bytes, large ones by size and checksum', () => {
  expect(compare(['<#0102'], ['<#0103'])).toMatchObject([{ path: '/0/binary', before: '"0102"', after: '"0103"' }]);
  const large = (byte: string) => `<#${byte.repeat(70_000)}`;
  expect(compare([large('01')], [large('02')])).toMatchObject([{ path: '/0/binary/sha256' }]);
  expect(compare(['<#61'], ['<a'])).toMatchObject([{ path: '/0', kind: 'type', severity: 'broken' }]);
});

test('JSON behind the preamble of Socket.IO is JSON', () => {
  expect(compare(['<42["price",{"of":1}]'], ['<42["price",{"of":2}]'])).toMatchObject([{ path: '/0/json/1/of' }]);
  expect(compare(['<42[1]'], ['<43[1]'])).toMatchObject([{ path: '/0/preamble' }]);
});

test('one message too many or missing is one difference', () => {
  expect(compare(['<a', '>x', '<b'], ['<a', '<new', '>x', '<b'])).toMatchObject([{ path: '/1', kind: 'added' }]);
  expect(compare(['<a', '>x', '<b'], ['<a', '>x'])).toMatchObject([
    { path: '/1', kind: 'removed', severity: 'broken' },
  ]);
});

test('an answer that comes only after the next message of the client has changed; one that comes before it is another order', () => {
  const asked = ['<a', '>x', '<b', '>y', '<c'];
  expect(compare(asked, ['<a', '>x', '>y', '<b', '<c'])).toMatchObject([
    {
      path: '/1 (turn)',
      kind: 'moved',
      severity: 'changed',
      before: 'after message 1 of the client',
      after: 'after message 2 of the client',
    },
  ]);
  expect(compare(asked, ['<a', '<b', '>x', '>y', '<c'])).toMatchObject([
    { path: '/1 (turn)', severity: 'added', after: 'before the client said anything' },
  ]);
});

test('pings mean nothing, bytes that are no messages are broken', () => {
  expect(compare(['<a', '<~', '>~'], ['<~', '<a'])).toEqual([]);
  expect(compare(['<a'], ['<a', '<.junk'])).toMatchObject([{ kind: 'added' }, { severity: 'broken' }]);
});

test('a conversation is compared beside its switch, with the renaming of the run', () => {
  const side = (messages: Spoken[]) => ({ ...response({ status: 101, headers: ['Upgrade', 'websocket'] }), messages });
  const differences = compareOutcomes(side(talk('<{"a":1}')), side(talk('<{"a":2}')), { renames: noRenames });
  expect(differences).toMatchObject([{ part: 'event', path: '/0/a' }]);
  const refused = { ...response({ status: 403, headers: [] }) };
  expect(compareOutcomes(side(talk('<a')), refused, { renames: noRenames })).toMatchObject([
    { part: 'status', severity: 'broken' },
    { part: 'header' },
  ]);
  expect(
    compare(['<{"orderId":"ord_81kd02"}'], ['<{"orderId":"ord_77xw31"}'], { ord_81kd02: 'ord_77xw31' }),
  ).toMatchObject([{ severity: 'equivalent', rule: 'renaming' }]);
});

test('a side without a conversation has said nothing', () => {
  const spoken = { ...response({ status: 101, headers: [] }), messages: talk('<a') };
  const silent = response({ status: 101, headers: [] });
  expect(compareOutcomes(spoken, silent, { renames: noRenames })).toMatchObject([{ path: '/0', severity: 'broken' }]);
  expect(compareOutcomes(silent, spoken, { renames: noRenames })).toMatchObject([{ path: '/0', severity: 'added' }]);
});
