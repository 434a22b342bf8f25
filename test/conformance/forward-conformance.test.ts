import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { runKit, startOddServer } from '../support/conformance-kit.ts';
import { openssl } from '../support/openssl.ts';
import { startForwardRecording } from '../support/recording.ts';
import { startForwardReplay } from '../support/replay.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A certificate for 127.0.0.1 that is its own root. */
async function makeCertificate(): Promise<{ readonly certFile: string; readonly keyFile: string }> {
  const folder = tempFolder();
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=odd'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  await openssl('req', '-x509', ...kind, ...names, '-keyout', keyFile, '-out', certFile);
  return { certFile, keyFile };
}

describe.each([
  ['in absolute form', 'http'],
  ['through CONNECT and TLS', 'https'],
] as const)('a client of the forward proxy, %s', (_, scheme) => {
  test(
    'sees every odd and hostile answer while recording, and the same bytes again in replay',
    { timeout: 400_000 },
    async () => {
      const golden = path.join(tempFolder(), 'golden.json');
      const certificate = scheme === 'https' ? await makeCertificate() : undefined;
      const upstream = await startOddServer(certificate);
      const caPem = certificate && readFileSync(certificate.certFile, 'utf8');
      const recording = await startForwardRecording({
        recorder: { redactionKey: undefined },
        proxy: { settings: upstreamSettings({ caPem }) },
      });
      const proxy = recording.proxy.listeners[0]!.url;
      const kitOptions = (ca: string): string[] => (scheme === 'https' ? ['--connect', '--cacert', ca] : ['--forward']);
      const { certificatePath } = recording.authority;
      const recorded = await runKit([upstream.url, proxy, ...kitOptions(certificatePath), '--save', golden]);
      expect(recorded.failures).toEqual([]);
      expect(recorded.closing).toBe('64 passed, 0 failed');
      const { result } = await recording.stop();
      expect(result).toMatchObject({ lostCount: 0, problem: undefined });
      await upstream.stop();

      const replay = await startForwardReplay(recording.file, {
        pace: { kind: 'recorded', speed: 1 },
        secureContextFor: recording.authority.secureContextFor,
      });
      const url = `http://127.0.0.1:${replay.port}`;
      const replayed = await runKit([
        upstream.url,
        url,
        ...kitOptions(certificatePath),
        '--golden',
        golden,
        '--strict',
      ]);
      expect(replayed.failures).toEqual([]);
      expect(replayed.closing).toBe('47 passed, 0 failed');
      expect((await replay.stop()).ledger.misses).toBe(0);
    },
  );
});
