// A program that opens the authority in the folder it is given, and prints its fingerprint and, on demand, how many
// modules of the X.509 library that took.
import { createRequire } from 'node:module';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';

const [folder, demand] = process.argv.slice(2);
const { fingerprint } = await openCertificateAuthority(folder!);
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('peculiar'));
process.stdout.write(`${fingerprint}${demand === undefined ? '' : ` ${loaded.length}`}\n`);
