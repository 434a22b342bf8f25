import type { Sequence } from '../match/choose.ts';
import type { IncomingRequest, Layer } from './replay-layer.ts';
import type { MissChoice } from './replay-found.ts';

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
}

/** Only what applies now; the likeliest help first. */
export function adviceFor(situation: Situation): string[] {
  const { choice, setup } = situation;
  switch (choice.code) {
    case 'unmatched':
      return [recordAdvice('record it', situation), ...passOnAdvice(situation)];
    case 'exhausted':
      return exhaustedAdvice(setup);
    case 'ambiguous':
      return setup.key === 'unknown'
        ? ['set RETAKE_REDACT_KEY to the key of the recording, so that the value sent can decide']
        : ['send a value that was recorded there, or record this one'];
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
        'let it be served, as a relaxation in the ledger: without --strict',
        recordAdvice('record it', situation),
      ];
    case 'conversation':
      return [recordAdvice('record it again', situation)];
    default:
      return choice satisfies never;
  }
}

function againAdvice(situation: Situation): string[] {
  return [recordAdvice('record it again', situation), ...passOnAdvice(situation)];
}

function exhaustedAdvice({ sequence, testAdvice }: ReplaySetup): string[] {
  if (testAdvice !== undefined) {
    const anew = `record it again, if the test now makes more requests: ${testAdvice}`;
    return sequence === 'any' ? [anew] : [anew, "serve the first recording again and again: sequence: 'any'"];
  }
  const anew = 'give each test a lane of its own with the header x-retake-lane, or start the replay anew';
  if (sequence === 'ordered') return [anew, 'let requests come in another order than recorded: --sequence epoch'];
  return [anew, 'serve the first recording again and again: --sequence any'];
}

function recordAdvice(what: string, { layer, request, setup }: Situation): string {
  if (setup.testAdvice !== undefined) return `${what}: ${setup.testAdvice}`;
  if (setup.startedBy)
    return `${what}: the same command with --mode append (beside it) or --mode rewrite (in its place)`;
  const cassette = quoted(setup.cassetteArgument(layer.reader.path));
  const redaction = layer.session.redacted ? '' : ' --no-redact';
  if (setup.forward) return `${what}: retake record --forward --cassette ${cassette}${redaction}`;
  const target = layer.session.targets.find(({ name }) => name === request.targetName) ?? layer.session.targets[0];
  const url = target?.url ?? 'URL';
  const named = target && target.name !== 'default' ? `${target.name}=${url}` : url;
  return `${what}: retake record --target ${named} --cassette ${cassette}${redaction}`;
}

function passOnAdvice({ layer, request: { body }, setup }: Situation): string[] {
  const { onMiss, upstream, forward, startedBy, testAdvice } = setup;
  if (onMiss !== 'error' && body && !Buffer.isBuffer(body)) {
    return [`record it directly: a body of ${body.sizeBytes} bytes is more than a replay keeps to pass it on`];
  }
  if (onMiss !== 'error' || upstream === 'refused' || testAdvice !== undefined) return [];
  const cassette = quoted(setup.cassetteArgument(layer.reader.path));
  const command = startedBy ? 'the same command with' : `retake replay ${cassette}${forward ? ' --forward' : ''}`;
  return [`ask the real server when a recording is missing, and keep its answer: ${command} --on-miss record`];
}

/** For a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w./@%+=:,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
