import { placeholder } from '../model/path-template.ts';
import type { Resource } from './resource.ts';

/**
 * How a write stands to a read. `flow`: the read needs a value that the write issued. `self`: the same resource. `child`:
 * the write is below what is read; `parent`: above. `sibling`: another thing of the same kind. `kin`: they share a noun,
 * or one of them is the root. `endpoint`: GraphQL operations without a noun in common. `host`: the same server only.
 * `foreign`: another server.
 */
export type Relation = 'flow' | 'self' | 'child' | 'parent' | 'sibling' | 'kin' | 'endpoint' | 'host' | 'foreign';

interface RelationRule {
  /** When a read has changed, the writes of the highest rank since are blamed first. */
  readonly rank: number;
  /** Without evidence, does such a write change such a read? `action`: if nobody reads what it writes to. */
  readonly presumed: 'yes' | 'action' | 'no';
  /**
   * May an unchanged read speak for other writes of the kind? Not where they are closest: a write that left everything
   * as it was (the same value again) says nothing of the next.
   */
  readonly pardon: 'general' | 'none';
}

export const relationRules: Readonly<Record<Relation, RelationRule>> = {
  flow: { rank: 3, presumed: 'yes', pardon: 'none' },
  self: { rank: 3, presumed: 'yes', pardon: 'none' },
  child: { rank: 3, presumed: 'yes', pardon: 'none' },
  parent: { rank: 3, presumed: 'yes', pardon: 'general' },
  sibling: { rank: 2, presumed: 'yes', pardon: 'general' },
  kin: { rank: 2, presumed: 'yes', pardon: 'general' },
  endpoint: { rank: 1, presumed: 'yes', pardon: 'general' },
  host: { rank: 1, presumed: 'action', pardon: 'general' },
  foreign: { rank: 0, presumed: 'no', pardon: 'general' },
};

/** How the kind of a write stands to the kind of a read. */
export interface KindRelation {
  readonly relation: Exclude<Relation, 'flow' | 'sibling'>;
  /** So many segments must agree for it; where they do not, the two are siblings. Undefined: it holds for all of the kind. */
  readonly depth?: number;
}

export function relateKinds(write: Resource, read: Resource): KindRelation {
  if (write.targetName !== read.targetName) return { relation: 'foreign' };
  const sharesWord = write.words.some((word) => read.words.includes(word));
  if (write.isOperation || read.isOperation) {
    if (sharesWord) return { relation: 'kin' };
    return { relation: write.isOperation && read.isOperation ? 'endpoint' : 'host' };
  }
  const depth = Math.min(write.shape.length, read.shape.length);
  const common = write.shape.slice(0, depth);
  if (common.every((segment, i) => segment === read.shape[i])) {
    // Everything is below the root: that alone ties nothing together closely.
    if (write.shape.length !== read.shape.length && common.every((segment) => isPrefix(segment))) {
      return { relation: 'kin' };
    }
    const relation =
      write.shape.length === read.shape.length ? 'self' : write.shape.length > depth ? 'child' : 'parent';
    return common.includes(placeholder) ? { relation, depth } : { relation };
  }
  return { relation: sharesWord ? 'kin' : 'host' };
}

function isPrefix(segment: string): boolean {
  return /^(?:api|rest|v\d+)$/i.test(segment);
}

export function agree(write: Resource, read: Resource, depth: number): boolean {
  for (let i = 0; i < depth; i++) if (write.segments[i] !== read.segments[i]) return false;
  return true;
}
