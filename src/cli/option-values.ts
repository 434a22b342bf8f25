import { InvalidArgumentError, Option } from 'commander';

/** For options that may be repeated. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** An option that may be given any number of times; empty without it. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([]);
}

/** An option for a glob of `host` or `host:port` that may be repeated. A URL would silently fit no host. */
export function repeatableHost(flags: string, description: string): Option {
  return repeatable(flags, description).argParser((value: string, previous: readonly string[]) => {
    if (value.trim() === '' || value.includes('/')) {
      throw new InvalidArgumentError('It must be a host or host:port, without a scheme or path.');
    }
    return collect(value, previous);
  });
}

export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

export function percentage(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Infinity;
  if (value > 100) throw new InvalidArgumentError('It must be a percentage from 0 to 100.');
  return value;
}
