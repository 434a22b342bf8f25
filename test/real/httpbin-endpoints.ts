/** One request to httpbin, byte for byte. */
export interface Endpoint {
  readonly title: string;
  readonly bytes: Buffer;
}

interface Extra {
  readonly headers?: readonly string[];
  readonly body?: string;
}

function endpoint(method: string, target: string, { headers = [], body }: Extra = {}): Endpoint {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: httpbin.test', 'User-Agent: raw/1', ...headers, ...length];
  return { title: `${method} ${target}`, bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`) };
}

const get = (target: string, ...headers: string[]): Endpoint => endpoint('GET', target, { headers });

const multipart = [
  '--edge\r\nContent-Disposition: form-data; name="title"\r\n\r\nA picture\r\n',
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  '--edge--\r\n',
].join('');

/** Secrets that these requests carry where redaction looks for them: basic and bearer credentials, a password field. */
export const secrets: readonly string[] = ['dXNlcjpwYXNzd2Q=', 'bearer-0123456789abcdef', 'hunter2hunter2'];

/** Cookies are replaced too; httpbin also echoes these values where nothing tells that they are secret. */
export const cookieValues: readonly string[] = ['almond', 'walnut', 'never', 'fake_value'];

/** Requests in the order in which they are sent; routes of httpbin 0.7 as Debian packages it. */
export const endpoints: readonly Endpoint[] = [
  get('/get?b=2&a=1&a=3&empty='),
  get('/get?b=2&a=1&a=4'),
  endpoint('HEAD', '/get'),
  endpoint('OPTIONS', '/get', { headers: ['Origin: http://app.test', 'Access-Control-Request-Method: PUT'] }),
  get('/headers', 'X-Mixed-CASE: One', 'X-Mixed-CASE: Two'),
  get('/ip'),
  get('/user-agent'),
  get('/uuid'),
  get('/uuid'),
  get('/uuid'),
  get('/base64/UmV0YWtlIHBsYXlz'),
  get('/bytes/1024?seed=7'),
  get('/bytes/64'),
  get('/stream-bytes/5000?seed=3&chunk_size=700'),
  get('/stream/5'),
  get('/delay/0.3'),
  get('/drip?numbytes=12&duration=0.3&delay=0&code=200'),
  get('/range/2048', 'Range: bytes=100-299'),
  get('/range/2048?chunk_size=300'),
  get('/links/5/2'),
  get('/html'),
  get('/xml'),
  get('/robots.txt'),
  get('/deny'),
  get('/encoding/utf8'),
  get('/image', 'Accept: image/webp'),
  get('/image/png'),
  get('/image/jpeg'),
  get('/image/svg'),
  get('/image/webp'),
  get('/gzip', 'Accept-Encoding: gzip'),
  get('/deflate', 'Accept-Encoding: deflate'),
  get('/brotli', 'Accept-Encoding: br'),
  get('/cache'),
  get('/cache', 'If-None-Match: "anything"'),
  get('/cache/60'),
  get('/etag/v1'),
  get('/etag/v1', 'If-None-Match: v1'),
  get('/response-headers?X-Kept=one&X-Kept=two&Content-Language=eo'),
  get('/status/204'),
  get('/status/418'),
  get('/status/503'),
  get('/redirect/2'),
  get('/relative-redirect/1'),
  get('/absolute-redirect/1'),
  get('/redirect-to?url=%2Fget&status_code=307'),
  get('/cookies/set/flavour/almond'),
  get('/cookies/set?second=walnut'),
  get('/cookies', 'Cookie: flavour=almond; second=walnut'),
  get('/cookies/delete?flavour='),
  get('/basic-auth/user/passwd'),
  get('/basic-auth/user/passwd', 'Authorization: Basic dXNlcjpwYXNzd2Q='),
  get('/hidden-basic-auth/user/passwd'),
  get('/bearer', 'Authorization: Bearer bearer-0123456789abcdef'),
  get('/bearer'),
  get('/digest-auth/auth/user/passwd'),
  get('/forms/post'),
  endpoint('POST', '/post', { headers: ['Content-Type: application/json'], body: '{"b": [1, 2.50], "a": "ü"}' }),
  endpoint('POST', '/post', {
    headers: ['Content-Type: application/x-www-form-urlencoded'],
    body: 'name=ada&password=hunter2hunter2&name=byron',
  }),
  endpoint('POST', '/post', { headers: ['Content-Type: multipart/form-data; boundary=edge'], body: multipart }),
  endpoint('POST', '/post', { headers: ['Content-Type: application/octet-stream'], body: '\u0000\u0001raw bytes' }),
  endpoint('PUT', '/put', { headers: ['Content-Type: text/plain'], body: 'put this' }),
  endpoint('PATCH', '/patch', { headers: ['Content-Type: application/json'], body: '{"op":"replace"}' }),
  endpoint('DELETE', '/delete?id=7'),
  endpoint('DELETE', '/anything/deep/path', { headers: ['Content-Type: text/plain'], body: 'with a body' }),
  get('/anything/%C3%BC%20x?q=%2B'),
];
