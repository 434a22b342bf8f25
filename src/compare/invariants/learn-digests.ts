import { type Claim, type DigestAlgorithm, type DigestEncoding, headerOf } from './claim.ts';
import { bytesOf, digestAlgorithms, digestEncodings, digestText, holdsDigest } from './digests.ts';
import { type EntityTable, EvidenceCount, type Learned, minDistinct, type Row } from './entity-table.ts';

/** Shorter values hold no digest. */
const minDigestLength = 8;

/** One digest of 128 bits is no accident; that others follow in the same way two show. */
const minBodies = 2;

/** Headers that hold a hash of the body: entity tags, Content-MD5, Digest and kin. */
export function learnDigests(table: EntityTable): Learned[] {
  const learned: Learned[] = [];
  for (const [field, column] of table.columns) {
    if (headerOf(field) === undefined) continue;
    const first = column.findIndex((value) => typeof value === 'string' && value.length >= minDigestLength);
    if (first === -1) continue;
    const row = table.rows[first]!;
    for (const [algorithm, encoding] of formsIn(column[first] as string, row)) {
      const found = supportedDigest(table, { kind: 'digest', field, algorithm, encoding, of: ['body', 'content'] });
      if (!found) continue;
      learned.push(found);
      break;
    }
  }
  return learned;
}

/** In which ways the value holds a hash of its response. */
function formsIn(value: string, { sample }: Row): [DigestAlgorithm, DigestEncoding][] {
  if (sample.body.length === 0) return [];
  const sources = (['body', 'content'] as const).flatMap((of) => bytesOf(sample, of) ?? []);
  return digestAlgorithms.flatMap((algorithm) =>
    digestEncodings
      .filter((encoding) => sources.some((bytes) => holdsDigest(value, digestText(bytes, algorithm, encoding))))
      .map((encoding): [DigestAlgorithm, DigestEncoding] => [algorithm, encoding]),
  );
}

function supportedDigest(table: EntityTable, claim: Extract<Claim, { kind: 'digest' }>): Learned | undefined {
  const count = new EvidenceCount();
  let sources = claim.of;
  for (const row of table.rows) {
    const value = row.entity.fields.get(claim.field);
    if (typeof value !== 'string') continue;
    sources = sources.filter((of) => {
      const bytes = bytesOf(row.sample, of);
      return bytes !== undefined && holdsDigest(value, digestText(bytes, claim.algorithm, claim.encoding));
    });
    if (sources.length === 0) return undefined;
    count.add(row, value);
  }
  if (count.distinct < (claim.algorithm === 'crc32' ? minDistinct : minBodies)) return undefined;
  return { claim: { ...claim, of: sources }, evidence: count.evidence() };
}
