import { createHash } from 'node:crypto';
import { headerValue, headerValues, type RawHeaders, toPairs } from '../model/headers.ts';

/** Appended to a client's key before it is hashed (RFC 6455 §1.3). */
const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const deflateName = 'permessage-deflate';

/** An extension with its parameters, in order; a parameter without a value has none (RFC 6455 §9.1). */
interface Extension {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/**
 * The headers of a recorded 101 for a client that asks now. All are as recorded, but for two that must fit the client:
 * `Sec-WebSocket-Accept` proves that its own key was read (RFC 6455 §4.2.2), and only what it offers of the recorded
 * extensions is agreed on.
 */
export function headersOfSwitch(recorded: RawHeaders, request: RawHeaders): string[] {
  const key = headerValue(request, 'sec-websocket-key');
  const offers = extensionsOf(request);
  const agreed = extensionsOf(recorded).flatMap((extension) => agreedOn(extension, offers) ?? []);
  const headers: string[] = [];
  let isTold = agreed.length === 0;
  for (const [name, value] of toPairs(recorded)) {
    const lower = name.toLowerCase();
    if (lower === 'sec-websocket-accept' && key !== undefined) headers.push(name, acceptOf(key));
    else if (lower !== 'sec-websocket-extensions') headers.push(name, value);
    else if (!isTold) {
      isTold = true;
      headers.push(name, isSame(recorded, agreed) ? value : agreed.map(formatExtension).join(', '));
    }
  }
  return headers;
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key.trim()}${keySuffix}`).digest('base64');
}

/** Undefined when the client does not offer it. Otherwise what was recorded, corrected to what its first offer permits. */
function agreedOn(recorded: Extension, offers: readonly Extension[]): Extension | undefined {
  const offer = offers.find(({ name }) => name === recorded.name);
  if (!offer || recorded.name !== deflateName) return offer && recorded;
  const offered = new Map(offer.parameters);
  // Only a client that says so can be told the size of its window (RFC 7692 §7.1.2.2).
  const kept = recorded.parameters.filter(([name]) => name !== 'client_max_window_bits' || offered.has(name));
  const parameters = new Map(kept);
  // Demands of the client are accepted by repeating them (RFC 7692 §7.1.1.1, §7.1.2.1).
  if (offered.has('server_no_context_takeover')) parameters.set('server_no_context_takeover', undefined);
  const bits = offered.get('server_max_window_bits');
  if (bits !== undefined && Number(bits) < Number(parameters.get('server_max_window_bits') ?? 15)) {
    parameters.set('server_max_window_bits', bits);
  }
  return { name: deflateName, parameters: [...parameters] };
}

/** How far back our own compressed messages may refer, as a power of 2. */
export function windowBitsOf(switchHeaders: RawHeaders): number {
  const deflate = extensionsOf(switchHeaders).find(({ name }) => name === deflateName);
  return Number(new Map(deflate?.parameters).get('server_max_window_bits') ?? 15);
}

function extensionsOf(headers: RawHeaders): Extension[] {
  const lists = headerValues(headers, 'sec-websocket-extensions').flatMap((value) => value.split(','));
  return lists
    .map((text) => text.split(';').map((part) => part.trim()))
    .filter(([name]) => name !== '')
    .map(([name = '', ...parameters]) => ({ name: name.toLowerCase(), parameters: parameters.map(parseParameter) }));
}

function parseParameter(text: string): readonly [string, string | undefined] {
  const [name = '', value] = text.split('=', 2).map((part) => part.trim());
  return [name.toLowerCase(), value?.replace(/^"(.*)"$/, '$1')];
}

function formatExtension({ name, parameters }: Extension): string {
  return [name, ...parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`))].join('; ');
}

/** Is everything that was recorded agreed on again? Then it stays in the spelling of the recording. */
function isSame(recorded: RawHeaders, agreed: readonly Extension[]): boolean {
  return (
    headerValues(recorded, 'sec-websocket-extensions').length === 1 &&
    extensionsOf(recorded).map(formatExtension).join() === agreed.map(formatExtension).join()
  );
}
