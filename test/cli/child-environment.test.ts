import { describe, expect, test } from 'vitest';
import { childEnvironment, ownTrustFiles, type TrustFiles } from '../../src/cli/child-environment.ts';

const proxyUrl = 'http://127.0.0.1:40001';
const trust: TrustFiles = {
  certificate: '/ca/ca.pem',
  extra: '/tmp/x/extra.pem',
  bundle: '/tmp/x/bundle.pem',
  javaStore: '/tmp/x/trust.jks',
  publicKeyPin: 'pin=',
};
const javaOptions =
  '-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=40001 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=40001 ' +
  '-Dhttp.nonProxyHosts= -Djavax.net.ssl.trustStore=/tmp/x/trust.jks -Djavax.net.ssl.trustStoreType=JKS';

describe('the environment of a child', () => {
  test('names our proxy and our authority in every variable that common clients read', () => {
    const { env } = childEnvironment({}, proxyUrl, trust);
    expect(env).toEqual({
      http_proxy: proxyUrl,
      HTTP_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      HTTPS_PROXY: proxyUrl,
      all_proxy: proxyUrl,
      ALL_PROXY: proxyUrl,
      ws_proxy: proxyUrl,
      WS_PROXY: proxyUrl,
      wss_proxy: proxyUrl,
      WSS_PROXY: proxyUrl,
      grpc_proxy: proxyUrl,
      GRPC_PROXY: proxyUrl,
      no_proxy: '',
      NO_PROXY: '',
      no_grpc_proxy: '',
      NO_GRPC_PROXY: '',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: trust.extra,
      DENO_CERT: trust.extra,
      SSL_CERT_FILE: trust.bundle,
      CURL_CA_BUNDLE: trust.bundle,
      REQUESTS_CA_BUNDLE: trust.bundle,
      PIP_CERT: trust.bundle,
      HTTPLIB2_CA_CERTS: trust.bundle,
      GIT_SSL_CAINFO: trust.bundle,
      AWS_CA_BUNDLE: trust.bundle,
      CARGO_HTTP_CAINFO: trust.bundle,
      NIX_SSL_CERT_FILE: trust.bundle,
      GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: trust.bundle,
      BUNDLE_SSL_CA_CERT: trust.bundle,
      YARN_HTTPS_CA_FILE_PATH: trust.bundle,
      CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: trust.bundle,
      PERL_LWP_SSL_CA_FILE: trust.bundle,
      npm_config_cafile: trust.bundle,
      NPM_CONFIG_CAFILE: trust.bundle,
      JAVA_TOOL_OPTIONS: javaOptions,
      RETAKE_PROXY: proxyUrl,
      RETAKE_CA: trust.certificate,
      RETAKE_CA_PIN: trust.publicKeyPin,
    });
  });

  test("keeps the user's own variables, and appends to the options of Java", () => {
    const own = { PATH: '/bin', SSL_CERT_DIR: '/certs', JAVA_TOOL_OPTIONS: '-Xmx1g', GONE: undefined };
    const { env } = childEnvironment(own, proxyUrl, trust);
    expect(env).toMatchObject({ PATH: '/bin', SSL_CERT_DIR: '/certs' });
    expect(env['JAVA_TOOL_OPTIONS']).toBe(`-Xmx1g ${javaOptions}`);
    expect(env).not.toHaveProperty('GONE');
  });

  test('quotes the path of the Java key store where it has blanks', () => {
    const { env } = childEnvironment({}, proxyUrl, { ...trust, javaStore: '/a b/trust.jks' });
    expect(env['JAVA_TOOL_OPTIONS']).toContain('-Djavax.net.ssl.trustStore="/a b/trust.jks" ');
  });

  test("takes the place of the user's own proxy, in both cases", () => {
    const own = { HTTPS_PROXY: 'http://corp:3128', http_proxy: 'http://corp:3128', ALL_PROXY: 'socks5://corp' };
    const { env } = childEnvironment(own, proxyUrl, trust);
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']) {
      expect(env[name]).toBe(proxyUrl);
    }
  });

  test.each([
    ['nothing', '', []],
    ['this machine, by every name', 'localhost,127.0.0.1,::1,[::1],127.0.0.0/8,127.*,.localhost,<local>,0.0.0.0', []],
    ['everything', '*, *.*, ., 0.0.0.0/0, ::/0', []],
    [
      'hosts a person named',
      'telemetry.example.com, .corp.example 10.0.0.0/8',
      ['telemetry.example.com', '.corp.example', '10.0.0.0/8'],
    ],
    ['this machine on one port', 'localhost:5432,127.0.0.1', ['localhost:5432']],
    ['hosts that only look like this machine', '1270.example,localhost.example', ['1270.example', 'localhost.example']],
  ])('of NO_PROXY with %s keeps what a person must have meant', (_what, list, kept) => {
    const { env, bypassed } = childEnvironment({ no_proxy: list }, proxyUrl, trust);
    expect(bypassed).toEqual(kept);
    expect(env).toMatchObject({ no_proxy: kept.join(','), NO_PROXY: kept.join(','), no_grpc_proxy: kept.join(',') });
  });

  test('puts both cases of NO_PROXY together', () => {
    const { bypassed } = childEnvironment({ NO_PROXY: 'a.example,b.example', no_proxy: 'b.example' }, proxyUrl, trust);
    expect(bypassed).toEqual(['b.example', 'a.example']);
  });
});

test("the user's own files of certificates are those their environment names, each once", () => {
  const env = { NODE_EXTRA_CA_CERTS: '/corp.pem', SSL_CERT_FILE: '/all.pem', CURL_CA_BUNDLE: '/all.pem', PIP_CERT: '' };
  expect(ownTrustFiles(env)).toEqual({ extra: ['/corp.pem'], bundle: ['/all.pem'] });
});
