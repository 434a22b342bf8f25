import { AppError } from '../base/errors.ts';
import type { ProxyControl } from '../model/proxy-control.ts';
import { ledgerDocument } from '../proxy/ledger-document.ts';
import type { Recorder } from '../proxy/recorder.ts';
import type { RunningReplay } from '../proxy/replay-proxy.ts';
import type { LayerSource } from '../proxy/replay-layer.ts';
import type { FailReason } from '../proxy/replay-verdict.ts';

interface ControlledReplay {
  readonly running: RunningReplay;
  readonly layers: readonly LayerSource[];
  readonly failOn: ReadonlySet<FailReason>;
  readonly ci: boolean;
  readonly stop: () => void;
}

/** A replay as the API steers it. */
export function replayControl({ running, layers, failOn, ci, stop }: ControlledReplay): ProxyControl {
  const { ledger, summary, onMiss, lanes, resetLane, resetAllLanes, served, why, faults } = running;
  return {
    mode: () => ({ kind: 'replay', onMiss: onMiss.current(), allowed: onMiss.allowed }),
    setOnMiss: (wanted) => {
      if (ci && wanted !== 'error') throw new AppError('MODE_FORBIDDEN');
      if (onMiss.allowed.includes(wanted)) onMiss.switchTo(wanted);
      else {
        throw new AppError('MODE_UNAVAILABLE', {
          problem: `this replay cannot switch to onMiss ${wanted}: it was started without a way to ${wanted === 'record' && onMiss.allowed.includes('forward') ? 'record' : 'real servers'}`,
          hint: `start it with --on-miss ${wanted}; it can then be switched to error and back`,
        });
      }
    },
    setRecording: () => {
      throw new AppError('MODE_UNAVAILABLE', {
        problem: 'this is a replay: it records nothing that could be paused',
        hint: 'send {"onMiss": "error"}, {"onMiss": "forward"} or {"onMiss": "record"}',
      });
    },
    stop,
    replay: {
      counts: ledger.counts,
      lanes,
      resetLane,
      resetLanes: resetAllLanes,
      ledger: (lane) => (lane === undefined ? ledgerDocument(summary(), { layers, failOn }) : ledger.ofLane(lane)),
      misses: () => ({ missList: ledger.misses() }),
      served,
      why,
      faults,
    },
  };
}

/** A recording as the API steers it. */
export function recordingControl(recorder: Recorder, stop: () => void): ProxyControl {
  return {
    mode: () => ({ kind: 'record', mode: recorder.mode, allowed: ['record', 'passthrough'] }),
    setOnMiss: () => {
      throw new AppError('MODE_UNAVAILABLE', {
        problem: 'this is a recording: it knows no misses',
        hint: 'send {"mode": "passthrough"} to pause it, {"mode": "record"} to go on',
      });
    },
    setRecording: (mode) => {
      recorder.mode = mode;
    },
    stop,
  };
}
