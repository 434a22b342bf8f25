import type { Command } from 'commander';
import type { Context } from './context.ts';

/** A command's own work: gets its context and parsed options, returns the exit code (an ExitCode, or that of a program it ran). */
export type CommandAction = (
  context: Context,
  options: Record<string, unknown>,
  args: readonly string[],
) => Promise<number>;

export type Register = (define: (usage: string, description: string) => CommandBuilder) => void;

export interface CommandBuilder {
  readonly command: Command;
  readonly run: (action: CommandAction) => void;
}
