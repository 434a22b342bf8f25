import { formatAddress } from '../model/address.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { Ledger, UnusedRecording } from './ledger.ts';
import type { Layer, LayerSource } from './replay-layer.ts';

/** Recordings that could be served and were not, in the order in which layers are asked. */
export function* unusedRecordings(
  layers: readonly Layer[],
  ledger: Pick<Ledger, 'isUsed'>,
): IterableIterator<UnusedRecording> {
  for (const layer of layers) {
    for (const { position, method, target, targetName } of servable(layer)) {
      if (ledger.isUsed(layer.index, position)) continue;
      const address = formatAddress({ cassette: layer.cassette, session: layer.session.name, position });
      yield { address, method, target, targetName };
    }
  }
}

/** Exchanges listed at a time: a long session is never in memory as a whole. */
const pageRows = 1000;

function* servable({ reader, session }: LayerSource): IterableIterator<ExchangeSummary> {
  for (let from = 0; ;) {
    const page = reader.servableSummaries(session.id, { from, limit: pageRows });
    yield* page;
    if (page.length < pageRows) return;
    from = page.at(-1)!.position + 1;
  }
}
