import type { ValueFlow } from './flow.ts';

/** Both ends of a flow as people write them: `3 json:/id -> 5 path:1`. */
export interface FlowEnds {
  readonly from: number;
  readonly fromPlace: string;
  readonly to: number;
  readonly toPlace: string;
}

/** Positions and places of a line; undefined when it is none. The arrow may also be `→`. */
export function parseFlowLine(text: string): FlowEnds | undefined {
  const found = /^\s*(\d{1,9})\s+(\S.*?)\s+(?:->|→)\s+(\d{1,9})\s+(\S.*?)\s*$/s.exec(text);
  if (!found) return undefined;
  return { from: Number(found[1]), fromPlace: found[2]!, to: Number(found[3]), toPlace: found[4]! };
}

export function formatFlowLine({ from, fromPlace, to, toPlace }: FlowEnds | ValueFlow): string {
  return `${from} ${fromPlace} -> ${to} ${toPlace}`;
}
