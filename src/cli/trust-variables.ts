/** A variable by which a program learns of a file of certificates. */
export interface TrustVariable {
  readonly name: string;
  /** Who reads it, for people. */
  readonly clients: string;
  /** Does the file stand beside the program's own roots, or in their place? */
  readonly effect: 'adds' | 'replaces';
}

/** In the order of how many programs read them; docs/https.md shows the same table. To reach one more client, add a line. */
export const trustVariables: readonly TrustVariable[] = [
  {
    name: 'SSL_CERT_FILE',
    clients: 'OpenSSL and what is built on it: Python, Ruby, PHP, uv; also Go',
    effect: 'replaces',
  },
  { name: 'NODE_EXTRA_CA_CERTS', clients: 'Node, Bun, Electron', effect: 'adds' },
  { name: 'CURL_CA_BUNDLE', clients: 'curl, Python requests', effect: 'replaces' },
  { name: 'REQUESTS_CA_BUNDLE', clients: 'Python requests', effect: 'replaces' },
  { name: 'GIT_SSL_CAINFO', clients: 'git', effect: 'replaces' },
  { name: 'AWS_CA_BUNDLE', clients: 'the AWS command line and SDKs', effect: 'replaces' },
  { name: 'DENO_CERT', clients: 'Deno', effect: 'adds' },
  { name: 'PIP_CERT', clients: 'pip', effect: 'replaces' },
  { name: 'CARGO_HTTP_CAINFO', clients: 'cargo', effect: 'replaces' },
  { name: 'BUNDLE_SSL_CA_CERT', clients: 'Bundler', effect: 'replaces' },
  { name: 'NPM_CONFIG_CAFILE', clients: 'npm, pnpm', effect: 'replaces' },
  { name: 'YARN_HTTPS_CA_FILE_PATH', clients: 'Yarn from 2 on', effect: 'replaces' },
  { name: 'NIX_SSL_CERT_FILE', clients: 'Nix and its packages', effect: 'replaces' },
  { name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', clients: 'gRPC', effect: 'replaces' },
  { name: 'HTTPLIB2_CA_CERTS', clients: 'Python httplib2', effect: 'replaces' },
  { name: 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', clients: 'gcloud', effect: 'replaces' },
  { name: 'PERL_LWP_SSL_CA_FILE', clients: 'Perl LWP', effect: 'replaces' },
];
