import { expect, onTestFinished, test } from 'vitest';
import { openReader } from '../support/cassette.ts';
import { startMintingServer, useMintingServer } from '../support/minting-server.ts';
import { recordSession } from '../support/record-session.ts';
import { run, stageOf } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';

test.each(['off', 'on'] as const)(
  'what a new server makes up is carried to wherever it is needed, in the spelling of each place; redaction %s',
  async (redaction) => {
    const folder = tempFolder();
    const recorded = await startMintingServer();
    const file = await recordSession({
      folder,
      url: recorded.url,
      redaction,
      client: useMintingServer,
    });
    await recorded.close();
    const fresh = await startMintingServer();
    onTestFinished(() => fresh.close());
    const result = await run(stageOf(file, folder), fresh.url, { writes: 'allowed' });
    const reader = openReader(file);
    const flows = reader
      .flows(reader.session().id)
      .map(({ from, fromPlace, to, toPlace }) => `${from} ${fromPlace} → ${to} ${toPlace}`);
    expect(flows).toEqual([
      '0 json:/client/id → 1 header:authorization[0] > word:1 > base64',
      '0 json:/client/key → 1 header:authorization[0] > word:1 > base64',
      '0 json:/jwt > jwt:/uid → 2 path:1',
      '0 json:/jwt → 2 header:x-jwt[0]',
      '3 html:input token[0] → 4 form:token[0]',
      '3 html:input v[0] → 4 form:v[0]',
      '5 header:location[0] > path:1 → 6 path:1',
      '5 header:location[0] > query:state[0] → 6 query:state[0]',
      '5 header:location[0] > path:1 → 6 multipart:upload[0]',
      '7 xml:/t/ticket → 8 header:x-ticket[0] > percent',
      '7 xml:/t/ticket → 8 json:/ticket',
      '7 xml:/t/ticket → 8 json:/state > base64 > json:/ticket',
      '9 json:/id → 10 path:1',
      '9 json:/id → 11 json:/href > path:1',
      '12 header:link[0] > link:next > query:at[0] → 13 query:at[0]',
    ]);
    // Whatever else the comparison says: a request with a wrong value is refused, and its status is another one.
    const refused = result.checks.filter(
      ({ verdict }) => !['same', 'equivalent', 'added', 'changed'].includes(verdict),
    );
    expect(refused.map(({ target }) => target)).toEqual([]);
  },
);
