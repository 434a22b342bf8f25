import { loadavg } from 'node:os';

/** What the parts found, told line by line. */
export interface FaultReport {
  readonly say: (line: string) => void;
  /** One promise: kept or broken, with the figures that show it. */
  readonly pledge: (title: string, isKept: boolean, figures?: string) => void;
  readonly skip: (title: string, reason: string) => void;
  readonly brokenCount: () => number;
}

export function createFaultReport(): FaultReport {
  let broken = 0;
  return {
    say: (line) => console.log(line),
    pledge: (title, isKept, figures) => {
      if (!isKept) broken += 1;
      console.log(`${isKept ? 'kept   ' : 'BROKEN '}  ${title}${figures === undefined ? '' : `: ${figures}`}`);
    },
    skip: (title, reason) => console.log(`skipped  ${title}: ${reason}`),
    brokenCount: () => broken,
  };
}

/** How busy the whole machine was in the last minute: figures of time mean little without it. */
export const machineLoad = (): string => `load average ${loadavg()[0]!.toFixed(2)}`;
