import { expect, test } from 'vitest';
import { opcodes } from '../../src/model/stream-event.ts';
import type { TalkMessage } from '../../src/model/talk.ts';
import { BothSides } from '../../src/ui/both-sides.tsx';
import { checkView } from '../../src/ui/review-view.ts';
import { newExchange, newSession, responseOutcome, tempCassette } from '../support/cassette.ts';
import { render } from '../support/render.ts';
import { stageOf } from '../support/suite-stage.ts';

const said = (text: string): TalkMessage => ({
  direction: 'response',
  offsetMs: 5,
  opcode: opcodes.text,
  payload: Buffer.from(text),
});

test('the messages of a conversation and the trailers of a call stand side by side', async () => {
  const parts = { status: 101, headers: ['Upgrade', 'websocket'] };
  const outcome = responseOutcome({ ...parts, trailers: ['grpc-status', '0'] });
  const file = tempCassette((writer) => {
    const sessionId = writer.beginSession(newSession());
    const id = writer.insertExchange(newExchange(sessionId, { position: 0, target: '/chat', outcome }));
    const { payload, ...event } = said('{"price":10}');
    const { sha256, sizeBytes } = writer.putBody(payload);
    writer.addStreamEvents(id, [{ ...event, sha256, sizeBytes }]);
  });
  const { runStore } = stageOf(file);
  const facts = { cassettePath: file, cassette: 'checkout', session: 'session-1', target: 'http://x' };
  const runId = runStore.beginRun({ ...facts, startedAt: 0, toolVersion: '0.1.0' });
  const differences = [
    {
      part: 'event',
      path: '/0/price',
      pattern: '/*/price',
      kind: 'changed',
      severity: 'changed',
      before: '10',
      after: '12',
    },
    {
      part: 'trailer',
      path: 'grpc-status',
      pattern: 'grpc-status',
      kind: 'changed',
      severity: 'broken',
      before: '0',
      after: '5',
    },
  ] as const;
  runStore.addCheck(
    runId,
    {
      address: 'checkout:session-1/0',
      position: 0,
      method: 'GET',
      target: '/chat',
      template: '/chat',
      verdict: 'broken',
      durationMs: 1,
      differences,
      baselineVersion: 1,
    },
    {
      fresh: { outcome: responseOutcome({ ...parts, trailers: ['grpc-status', '5'] }), startedAt: 0, renames: [] },
      body: Buffer.alloc(0),
      messages: [said('{"price":12}')],
    },
  );
  const check = runStore.checks(runId)[0]!;
  const run = runStore.run(runId)!;
  const view = checkView({ cassette: { name: 'checkout', path: file }, run, check, store: runStore, expand: [] });
  const page = await render(
    <BothSides check={check} view={view} difference="event:/0/price" cluster={undefined} expand={[]} />,
  );
  expect(page).toContain('Differences of the messages');
  expect(page).toMatch(/class="line changed current" data-difference="event:\/0\/price"/);
  expect(page).toMatch(/aria-label="Trailers that differ".*data-difference="trailer:grpc-status"/s);
});
