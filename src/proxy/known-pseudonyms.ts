import { existsSync } from 'node:fs';
import { createRedactor } from '../redact/redactor.ts';
import { redactionKey } from '../store/redaction-key.ts';
import { keyFile } from '../store/retake-folder.ts';
import type { LayerSource } from './replay-layer.ts';

/**
 * Stand-ins for secrets under the project's key, undefined where there is none: replay works without it, and tells
 * recordings apart with it that differ only in secrets. `folder`: where `.retake` lies.
 */
export function knownPseudonyms(
  layers: readonly LayerSource[],
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
): ((value: string) => string) | undefined {
  if (!layers.some(({ session }) => session.redacted)) return undefined;
  if (!env['RETAKE_REDACT_KEY'] && !existsSync(keyFile(folder))) return undefined;
  return createRedactor(redactionKey(folder, env)).pseudonym;
}
