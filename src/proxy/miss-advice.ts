import type { Sequence } from '../match/choose.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import type { MissAdvice } from '../model/miss-report.ts';
import type { ExplainedMiss } from './explain-miss.ts';
import type { MissChoice, ReplayRelaxation } from './replay-found.ts';

/** What of the running replay decides which advice can help. */
export interface ReplaySetup {
  readonly sequence: Sequence;
  /** What a miss does now. */
  readonly onMiss: 'error' | 'forward' | 'record';
  /** `refused`: in CI nothing is ever passed on. */
  readonly upstream: 'allowed' | 'refused';
  /** The client uses us as its proxy. */
  readonly forward?: true;
  /** `retake exec` started the client, and the same command can do more. */
  readonly startedBy?: 'exec';
  /** How the test that started the replay is recorded again, where it is one that did. */
  readonly testAdvice?: string;
  /** Is the project's redaction key at hand? */
  readonly key: 'known' | 'unknown';
  /** A cassette as a person would name it on the command line. */
  readonly cassetteArgument: (path: string) => string;
}

interface Situation {
  readonly choice: MissChoice;
  readonly layer: Layer;
  readonly request: IncomingRequest;
  readonly setup: ReplaySetup;
  readonly explained: Pick<ExplainedMiss, 'cause' | 'rules' | 'rulesPath'>;
}

/** Only what applies now; the likeliest help first. */
export function adviceFor(situation: Situation): MissAdvice[] {
  const advice = adviceOn(situation);
  return hasNewIndex(situation.layer) ? [plain(startAnew), ...advice] : advice;
}

const startAnew = 'the match rules in the cassette were changed after this replay began: start it anew';

/** Then this replay asks under the old rules for what was indexed under the new ones. */
function hasNewIndex({ reader, session }: Layer): boolean {
  const now = reader.sessions().find(({ id }) => id === session.id);
  return now !== undefined && now.indexVersion !== session.indexVersion;
}

function adviceOn(situation: Situation): MissAdvice[] {
  const { choice, setup } = situation;
  switch (choice.code) {
    case 'unmatched':
      return [
        ...sessionAdvice(situation),
        ...ruleAdvice(situation),
        recordAdvice('record it', situation),
        ...passOnAdvice(situation),
      ];
    case 'exhausted':
      return exhaustedAdvice(setup);
    case 'ambiguous':
      if ('token' in choice) {
        return [plain('send the value that was recorded'), recordAdvice('record this one', situation)];
      }
      return setup.key === 'unknown'
        ? [plain('set RETAKE_REDACT_KEY to the key of the recording, so that the value sent can decide')]
        : [plain('send a value that was recorded there, or record this one')];
    case 'incomplete':
      if ('why' in choice) {
        return choice.why === 'switched'
          ? [recordAdvice('record it', situation), ...passOnAdvice(situation)]
          : [recordAdvice('record it again with room for whole messages', situation)];
      }
      return againAdvice(situation);
    case 'unreadable':
      return againAdvice(situation);
    case 'relaxed':
      return [
        plain('let it be served, as a relaxation in the ledger: without --strict'),
        ...laneAdvice(choice.relaxations, setup),
        recordAdvice('record it', situation),
      ];
    case 'conversation':
      return [recordAdvice('record it again', situation)];
    default:
      return choice satisfies never;
  }
}

function plain(words: string): MissAdvice {
  return { words };
}

function againAdvice(situation: Situation): MissAdvice[] {
  return [recordAdvice('record it again', situation), ...passOnAdvice(situation)];
}

const ownLane = 'give each test a lane of its own with the header x-retake-lane';

function laneAdvice(relaxations: readonly ReplayRelaxation[], { testAdvice }: ReplaySetup): MissAdvice[] {
  return relaxations.includes('guessed-lane') && testAdvice === undefined ? [plain(ownLane)] : [];
}

function exhaustedAdvice({ sequence, testAdvice }: ReplaySetup): MissAdvice[] {
  if (testAdvice !== undefined) {
    const anew = plain(`record it again, if the test now makes more requests: ${testAdvice}`);
    const again = { words: 'serve the first recording again and again', command: "sequence: 'any'" };
    return sequence === 'any' ? [anew] : [anew, again];
  }
  const anew = plain(`${ownLane}, or start the replay anew`);
  const last = { words: 'serve the last recording again, as a relaxation', command: '--exhausted last' };
  if (sequence === 'ordered') {
    return [anew, { words: 'let requests come in another order than recorded', command: '--sequence epoch' }, last];
  }
  return [anew, last, { words: 'serve the first recording again and again', command: '--sequence any' }];
}

/** The rules were tried: with them, this request is answered. */
function ruleAdvice({ explained: { rules, rulesPath }, setup }: Situation): MissAdvice[] {
  if (rules.length === 0 || rulesPath === undefined) return [];
  const cassette = quoted(setup.cassetteArgument(rulesPath));
  const command = rules.map((rule) => `retake rules add ${cassette} ${quoted(rule)}`).join(' && ');
  const what = rules.every((rule) => rule.includes(': type '))
    ? 'if any such value will do'
    : 'if that changes nothing in the answer';
  return [{ words: `${what}, say so and start the replay anew`, command }];
}

function sessionAdvice({ explained: { cause }, setup }: Situation): MissAdvice[] {
  if (cause?.class !== 'other-session') return [];
  if (setup.testAdvice !== undefined || setup.startedBy) return [];
  return [{ words: 'replay all sessions', command: '--session all' }];
}

function recordAdvice(words: string, { layer, request, setup }: Situation): MissAdvice {
  if (setup.testAdvice !== undefined) return plain(`${words}: ${setup.testAdvice}`);
  if (setup.startedBy) {
    return plain(`${words}: the same command with --mode append (beside it) or --mode rewrite (in its place)`);
  }
  const cassette = quoted(setup.cassetteArgument(layer.reader.path));
  const redaction = layer.session.redacted ? '' : ' --no-redact';
  if (setup.forward) return { words, command: `retake record --forward --cassette ${cassette}${redaction}` };
  const target = layer.session.targets.find(({ name }) => name === request.targetName) ?? layer.session.targets[0];
  const url = target?.url ?? 'URL';
  const named = target && target.name !== 'default' ? `${target.name}=${url}` : url;
  return { words, command: `retake record --target ${named} --cassette ${cassette}${redaction}` };
}

function passOnAdvice({ layer, request: { body }, setup }: Situation): MissAdvice[] {
  const { onMiss, upstream, forward, startedBy, testAdvice } = setup;
  if (onMiss !== 'error' && body && !Buffer.isBuffer(body)) {
    return [plain(`record it directly: a body of ${body.sizeBytes} bytes is more than a replay keeps to pass it on`)];
  }
  if (onMiss !== 'error' || upstream === 'refused' || testAdvice !== undefined) return [];
  const words = 'ask the real server when a recording is missing, and keep its answer';
  if (startedBy) return [plain(`${words}: the same command with --on-miss record`)];
  const cassette = quoted(setup.cassetteArgument(layer.reader.path));
  return [{ words, command: `retake replay ${cassette}${forward ? ' --forward' : ''} --on-miss record` }];
}

/** For a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w./@%+=:,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
