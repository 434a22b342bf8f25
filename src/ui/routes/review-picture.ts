import type { Hono } from 'hono';
import { differencePicture } from '../../compare/compare-pictures.ts';
import { responseOf } from '../../model/exchange.ts';
import type { Check, Run } from '../../model/run.ts';
import type { RunStore } from '../../store/run-store.ts';
import { pastCheck } from '../../suite/judge-again.ts';
import { type KnownCassette, readCassette } from '../cassette-library.ts';
import { recordedContentPolicy, type RecordedPicture, recordedPicture } from '../recorded-picture.ts';
import { wholeNumber } from '../request-values.ts';
import { cassetteOfRun, readRun, type UiContext } from '../ui-context.ts';

/** Bodies of a check as pictures, and what differs between them as a picture of ours. */
export function reviewPictureRoutes(app: Hono, ui: UiContext): void {
  app.get('/runs/:id{[0-9]+}/review/picture/:shows{baseline|fresh|difference}', (c) => {
    const shows = c.req.param('shows') as 'baseline' | 'fresh' | 'difference';
    const checkId = wholeNumber(c.req.query('check'));
    const picture = readRun(ui, wholeNumber(c.req.param('id')), (store, run) => {
      const check = store.checks(run.id).find(({ id }) => id === checkId);
      return check && pictureOf({ cassette: cassetteOfRun(ui, run), store, run, check, shows });
    });
    c.header('Content-Security-Policy', recordedContentPolicy);
    if (!picture) return c.text('there is no such picture\n', 404);
    return c.body(picture.bytes, 200, { 'Content-Type': picture.type });
  });
}

interface PictureRequest {
  readonly cassette: KnownCassette;
  readonly store: RunStore;
  readonly run: Run;
  readonly check: Check;
  readonly shows: 'baseline' | 'fresh' | 'difference';
}

function pictureOf({ cassette, store, run, check, shows }: PictureRequest): RecordedPicture | undefined {
  const response = responseOf(store.fresh(check.id)?.outcome);
  const fresh = response && recordedPicture(response, (sha256) => store.body(sha256));
  if (shows === 'fresh') return fresh;
  const baseline = readCassette(cassette, (reader) => {
    const past = pastCheck(reader, { run, check, session: reader.session(run.session) });
    const baselines = past ? reader.baselines(past.exchange.id) : [];
    const recorded = responseOf(baselines.find(({ version }) => version === check.baselineVersion)?.outcome);
    return recorded && recordedPicture(recorded, (sha256) => reader.body(sha256));
  });
  if (shows === 'baseline') return baseline;
  const drawn = baseline && fresh && differencePicture(Buffer.from(baseline.bytes), Buffer.from(fresh.bytes));
  return drawn && { bytes: new Uint8Array(drawn), type: 'image/png' };
}
