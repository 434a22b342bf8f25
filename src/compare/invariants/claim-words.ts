import { type Claim, type FieldName, headerOf, type Invariant, isInBody, targetOf } from './claim.ts';
import { decimalText, durationText } from './read-values.ts';
import { shapeWords } from './text-shape.ts';

/** `expiresAt = issuedAt + 3600 s`: what an invariant says, for lists and for what it explains. */
export function invariantWords({ scope, claim }: Invariant): string {
  const { subject, verb, rest } = sentence(scope, claim);
  return verb === 'is' ? `${subject} = ${rest}` : `${subject} ${verb} ${rest}`;
}

/** `expiresAt was issuedAt + 3600 s in 12 of 12 recordings; here it is + 60 s`. */
export function breakWords({ scope, claim, evidence }: Invariant, here: string): string {
  const { subject, verb, rest } = sentence(scope, claim);
  return `${subject} ${pastVerbs[verb]} ${rest} in ${evidenceWords(evidence.responses)}; here ${here}`;
}

/** `expiresAt = issuedAt + 3600 s, as in 12 of 12 recordings`. */
export function explanationWords(invariant: Invariant): string {
  return `${invariantWords(invariant)}, as in ${evidenceWords(invariant.evidence.responses)}`;
}

function evidenceWords(responses: number): string {
  return responses === 1 ? 'the one recording of it' : `${responses} of ${responses} recordings`;
}

const pastVerbs = {
  is: 'was',
  'is one of': 'was one of',
  'is like': 'was like',
  'is always': 'was always',
  contains: 'contained',
} as const;

interface Sentence {
  readonly subject: string;
  readonly verb: keyof typeof pastVerbs;
  readonly rest: string;
}

function sentence(scope: string, claim: Claim): Sentence {
  const name = (field: FieldName): string => fieldWords(scope, field);
  const subject = name(targetOf(claim));
  switch (claim.kind) {
    case 'format':
      return { subject, verb: 'is like', rest: formatWords(claim.format) };
    case 'shape':
      return { subject, verb: 'is like', rest: shapeWords(claim.shape) };
    case 'words':
      return { subject, verb: 'is one of', rest: claim.words.join(', ') };
    case 'number':
      return { subject, verb: 'is always', rest: claim.is === 'whole' ? 'a whole number' : 'not negative' };
    case 'later':
      return {
        subject,
        verb: 'is',
        rest: `${name(claim.of)}${claim.byMs === 0 ? '' : ` ${durationText(claim.byMs)}`}`,
      };
    case 'plus':
      return { subject, verb: 'is', rest: `${name(claim.of)}${signed(claim.by)}` };
    case 'equal':
      return { subject, verb: 'is', rest: name(claim.of) };
    case 'contains':
      return { subject, verb: 'contains', rest: name(claim.of) };
    case 'count':
      return { subject, verb: 'is', rest: `the length of ${name(claim.list)}` };
    case 'sum': {
      const factors = [claim.member, ...(claim.times === undefined ? [] : [claim.times])];
      return {
        subject,
        verb: 'is',
        rest: `the sum of ${factors.map((one) => name(`${claim.list}/*${one}`)).join(' × ')}`,
      };
    }
    case 'sorted':
      return { subject, verb: 'is always', rest: `sorted by ${memberWords(claim.member)}, ${claim.direction}` };
    case 'unique':
      return { subject, verb: 'is always', rest: `without two of the same ${memberWords(claim.member)}` };
    case 'digest':
      return {
        subject,
        verb: 'is',
        rest: `the ${claim.algorithm} of the ${claim.of[0]} in ${claim.encoding.toLowerCase()}`,
      };
    default:
      return claim satisfies never;
  }
}

/** Notations of times under names that people know. */
function formatWords(format: string): string {
  return format
    .replaceAll(/‹timestamp iso.([^›]*)›/g, (_, zone: string) => `‹ISO time${zone === '' ? '' : ` ${zone}`}›`)
    .replaceAll(/‹timestamp a[^›]*›/g, '‹HTTP date›');
}

function signed(by: bigint): string {
  if (by === 0n) return '';
  return by < 0n ? ` - ${decimalText(-by)}` : ` + ${decimalText(by)}`;
}

function memberWords(member: FieldName): string {
  return member === '' ? 'value' : dotted(member);
}

/** `items[*].price`, `header etag`, `segment 2 of the path`, `createdAt of POST /orders`. */
export function fieldWords(scope: string, field: FieldName): string {
  if (isInBody(field)) return dotted(scope + field);
  const header = headerOf(field);
  if (header !== undefined) return `header ${header}`;
  const [, place, name] = /^(path|query) (.*)$/s.exec(field) ?? [];
  if (place !== undefined) return place === 'path' ? `segment ${name} of the path` : `query ${name}`;
  const [, endpoint = '', pointer = ''] = /^(\S+ \S+) (.*)$/s.exec(field) ?? [];
  return `${dotted(pointer)} of ${endpoint}`;
}

function dotted(pointer: string): string {
  const text = pointer.replaceAll('/*', '[*]').replace(/^\//, '').replaceAll('/', '.');
  return text === '' ? 'the body' : text.replaceAll('~1', '/').replaceAll('~0', '~');
}
