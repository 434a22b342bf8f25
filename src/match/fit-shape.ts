import { isIncomingFresh } from '../model/volatile-policy.ts';
import type { TimeStretch } from '../model/volatile-tokens.ts';
import { Bindings } from './bindings.ts';
import type { RequestShape, ShapeToken } from './request-shape.ts';

/** A value in a recorded request of the same shape. */
export interface ShapedValue {
  readonly place: string;
  readonly value: string;
  /** The client made it anew when recording, so that a new one may stand for it. */
  readonly free: boolean;
}

/** A value of the client that stands for a recorded one. */
export interface Renamed {
  readonly place: string;
  /** Class and form. */
  readonly kind: string;
  readonly recorded: string;
  readonly incoming: string;
  /** It names something: from now on the client's value means the recorded one. */
  readonly isIdentity: boolean;
}

/**
 * In which values an incoming request differs from a recorded one of the same shape, when the client's may stand for the
 * recorded ones: those are free, the client's could have been made during this run, and one value never stands for two,
 * neither in this request nor in the lane so far. Undefined: some may not.
 */
export function fitShape(
  recorded: readonly ShapedValue[],
  incoming: RequestShape,
  { bindings, window }: { readonly bindings: Bindings; readonly window: TimeStretch },
): Renamed[] | undefined {
  const renamed: Renamed[] = [];
  const here = new Bindings();
  for (const [i, token] of incoming.tokens.entries()) {
    const { place, value, free } = recorded[i]!;
    const isId = isIdentity(token);
    if (isId) {
      if (!bindings.allows(value, token.value) || !here.allows(value, token.value)) return undefined;
      here.bind(value, token.value);
    }
    if (value === token.value) continue;
    const isBound = isId && bindings.holds(value, token.value);
    if (!isBound && !(free && isIncomingFresh({ ...token, start: 0, end: 0 }, window))) return undefined;
    renamed.push({ place, kind: kindOf(token), recorded: value, incoming: token.value, isIdentity: isId });
  }
  return renamed;
}

/** Times and signatures name nothing: two requests may share one, and one thing may have many. */
export function isIdentity({ class: kind }: Pick<ShapeToken, 'class'>): boolean {
  return kind !== 'timestamp' && kind !== 'signature';
}

/** The same of the class that a kind begins with. */
export function isIdentityKind(kind: string): boolean {
  return !/^(?:timestamp|signature)\b/.test(kind);
}

export function kindOf({ class: kind, form }: Pick<ShapeToken, 'class' | 'form'>): string {
  return form === '' ? kind : `${kind} ${form}`;
}
