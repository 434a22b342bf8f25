import { type Command, Option } from 'commander';

/** For every command that may need the certificate authority; read it with `caFolder`. */
export function addCaDirOption(command: Command): Command {
  return command.addOption(
    new Option('--ca-dir <dir>', 'folder of the certificate authority (default: $RETAKE_CA_DIR, else one per user)'),
  );
}
