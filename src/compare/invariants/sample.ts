import { toPairs, type RawHeaders } from '../../model/headers.ts';
import { childPointer, pointerKeys } from '../../model/json-pointer.ts';
import { type ExactNumber, isJsonArray, isJsonObject, type JsonValue } from '../../model/json-value.ts';
import type { ValuePath } from '../renames.ts';
import { headerField, type FieldName } from './claim.ts';

export type Scalar = null | boolean | number | string | ExactNumber;

/** One response as invariants look at it. */
export interface Sample {
  /** The body read as values; undefined when there is none, or it is not structured. */
  readonly value: JsonValue | undefined;
  readonly headers: RawHeaders;
  /** As stored: still encoded. */
  readonly body: Buffer;
  /** What the request asked for, and what earlier responses said of that thing, by name. */
  readonly context: ReadonlyMap<FieldName, string | number>;
}

/** The whole response, or an element of an array, with what lies in it without passing another array. */
export interface Entity {
  /** Where it stands in its document. */
  readonly keys: ValuePath;
  readonly fields: ReadonlyMap<FieldName, Scalar>;
  readonly lists: ReadonlyMap<FieldName, List>;
}

export interface List {
  readonly keys: ValuePath;
  readonly length: number;
  /** Its elements, if their scope was wanted. */
  readonly entities: readonly Entity[];
}

/** Arrays in arrays deeper than this are not looked into. */
const maxScopeDepth = 6;

/** Levels of objects around a field. */
const maxFieldDepth = 12;

/** They say how the answer travels, not what it says. */
const ignoredHeaders = new Set([
  'date',
  'age',
  'via',
  'server',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-type',
  'content-encoding',
  'cache-control',
  'vary',
  'set-cookie',
]);

/** All entities by their scope. `isWanted`: scopes that somebody asks for, with those around them; all when left out. */
export function entitiesOf(
  sample: Sample,
  isWanted: (scope: string) => boolean = () => true,
): ReadonlyMap<string, readonly Entity[]> {
  const found = new Map<string, Entity[]>();
  const walk = new EntityWalk(found, isWanted);
  const root = walk.entity(sample.value, [], '');
  const fields = new Map<FieldName, Scalar>([...sample.context, ...root.fields, ...headerFields(sample.headers)]);
  found.set('', [{ ...root, fields }]);
  return found;
}

/** Headers that came once. */
function headerFields(headers: RawHeaders): Map<FieldName, string> {
  const fields = new Map<FieldName, string>();
  const seen = new Set<string>();
  for (const [name, value] of toPairs(headers)) {
    const key = name.toLowerCase();
    if (ignoredHeaders.has(key)) continue;
    if (seen.has(key)) fields.delete(headerField(key));
    else fields.set(headerField(key), value.trim());
    seen.add(key);
  }
  return fields;
}

class EntityWalk {
  readonly #found: Map<string, Entity[]>;
  readonly #isWanted: (scope: string) => boolean;
  #depth = 0;

  constructor(found: Map<string, Entity[]>, isWanted: (scope: string) => boolean) {
    this.#found = found;
    this.#isWanted = isWanted;
  }

  entity(value: JsonValue | undefined, keys: ValuePath, scope: string): Entity {
    const entity = { keys, scope, fields: new Map<FieldName, Scalar>(), lists: new Map<FieldName, List>() };
    if (value !== undefined) this.#collect(value, { name: '', levels: 0 }, entity);
    return entity;
  }

  #collect(value: JsonValue, { name, levels }: Reached, entity: OpenEntity): void {
    if (isJsonObject(value)) {
      if (levels >= maxFieldDepth) return;
      for (const key of Object.keys(value)) {
        this.#collect(value[key]!, { name: childPointer(name, key), levels: levels + 1 }, entity);
      }
    } else if (isJsonArray(value)) entity.lists.set(name, this.#list(value, name, entity));
    else entity.fields.set(name, value);
  }

  #list(items: readonly JsonValue[], name: FieldName, entity: OpenEntity): List {
    const inner = `${entity.scope}${name}/*`;
    const keys = [...entity.keys, ...pointerKeys(name)];
    if (this.#depth >= maxScopeDepth || !this.#isWanted(inner)) return { keys, length: items.length, entities: [] };
    this.#depth++;
    const entities = items.map((item, index) => this.entity(item, [...keys, index], inner));
    this.#depth--;
    const known = this.#found.get(inner);
    if (known) for (const entity of entities) known.push(entity);
    else this.#found.set(inner, entities.slice());
    return { keys, length: items.length, entities };
  }
}

/** How far the walk has come from its entity. */
interface Reached {
  readonly name: FieldName;
  readonly levels: number;
}

interface OpenEntity {
  readonly keys: ValuePath;
  readonly scope: string;
  readonly fields: Map<FieldName, Scalar>;
  readonly lists: Map<FieldName, List>;
}
