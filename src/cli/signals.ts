/**
 * The first SIGINT or SIGTERM asks for an orderly stop; a second one ends the process with 130.
 * Returns a promise of the first signal, a function that asks for the same, and one that takes the handlers away again.
 */
export function onStopSignal(): {
  readonly stopped: Promise<NodeJS.Signals>;
  readonly stop: () => void;
  readonly dispose: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    resolve(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stopped: promise,
    // Not counted as a signal: the first Ctrl+C after it is no second one.
    stop: () => resolve('SIGTERM'),
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
