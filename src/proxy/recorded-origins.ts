import { originForm, parseTarget, type Target } from '../model/target.ts';
import type { LayerSource } from './replay-layer.ts';

/** Where recordings of a request may stand: under the name of a recorded server, at a path behind its base path. */
export interface RecordedPlace {
  readonly targetName: string;
  readonly target: string;
}

/** Never empty; the likeliest first. */
export type PlacesOf = (origin: Target, requestTarget: string) => readonly RecordedPlace[];

/**
 * Finds the recorded servers that a request through a forward proxy means, by their origin: those that a forward proxy
 * recorded, and those that were recorded as the one server behind a listener, perhaps behind a base path. An origin that
 * nobody recorded stands for itself.
 */
export function recordedOrigins(layers: readonly Pick<LayerSource, 'session'>[]): PlacesOf {
  const byOrigin = new Map<string, Target[]>();
  for (const { name, url } of layers.flatMap(({ session }) => session.targets)) {
    const target = parseTarget(url, name);
    const known = byOrigin.get(target.origin) ?? [];
    if (known.some((one) => one.name === name && one.basePath === target.basePath)) continue;
    // The longest base path says most about what is asked.
    byOrigin.set(
      target.origin,
      [...known, target].toSorted((a, b) => b.basePath.length - a.basePath.length),
    );
  }
  return (origin, requestTarget) => {
    const path = originForm(requestTarget);
    const places = (byOrigin.get(origin.origin) ?? []).flatMap(({ name, basePath }) => {
      const behind = behindBasePath(path, basePath);
      return behind === undefined ? [] : [{ targetName: name, target: behind }];
    });
    return places.length > 0 ? places : [{ targetName: origin.name, target: path }];
  };
}

function behindBasePath(path: string, basePath: string): string | undefined {
  if (basePath === '' || path === '*') return path;
  if (!path.startsWith(basePath)) return undefined;
  const rest = path.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}
