import { headerValue } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { Arrival, ClientRequest } from './client-side.ts';

/**
 * For `--rewrite`: response headers in which what points at the target points at us, so that a browser stays on the
 * proxy. URLs in Location, Content-Location and Refresh; of cookies the Domain, the base path in Path, and Secure, which
 * a browser would not keep from a plain http origin; a client that came by https keeps it. The cassette keeps what upstream said.
 */
export function mapToClient(
  headers: string[],
  request: Pick<ClientRequest, 'rawHeaders'>,
  { target, scheme }: { readonly target: Target; readonly scheme: Arrival['scheme'] },
): string[] {
  const authority = headerValue(request.rawHeaders, 'host') ?? 'localhost';
  const mapUrl = (url: string): string => mappedUrl(url, target, `${scheme}://${authority}`);
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const value = headers[i + 1]!;
    switch (headers[i]!.toLowerCase()) {
      case 'location':
      case 'content-location':
        headers[i + 1] = mapUrl(value);
        break;
      case 'refresh':
        headers[i + 1] = value.replace(
          /^(\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?)(['"]?)(.*?)\2(\s*)$/is,
          (_whole, before: string, quote: string, url: string, after: string) =>
            `${before}${quote}${mapUrl(url)}${quote}${after}`,
        );
        break;
      case 'set-cookie':
        headers[i + 1] = mappedCookie(value, target, scheme);
        break;
      default:
    }
  }
  return headers;
}

function mappedUrl(url: string, target: Target, origin: string): string {
  const absolute = /^(https?:)?\/\/([^/?#]*)(.*)$/is.exec(url);
  if (!absolute) return url.startsWith('/') ? withoutBasePath(url, target) : url;
  const protocol = absolute[1] ?? target.protocol;
  if (!URL.canParse(`${protocol}//${absolute[2]}`)) return url;
  if (new URL(`${protocol}//${absolute[2]}`).origin !== target.origin) return url;
  const rest = absolute[3]!;
  if (!isUnder(rest === '' ? '/' : rest, target.basePath)) return url;
  return `${origin}${rest.slice(target.basePath.length)}`;
}

function withoutBasePath(path: string, { basePath }: Target): string {
  if (basePath === '' || !isUnder(path, basePath)) return path;
  const rest = path.slice(basePath.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function isUnder(path: string, basePath: string): boolean {
  return path.startsWith(basePath) && /^($|[/?#])/.test(path.slice(basePath.length));
}

function mappedCookie(cookie: string, target: Target, scheme: Arrival['scheme']): string {
  const [pair = '', ...attributes] = cookie.split(';');
  const isSecure = attributes.some((attribute) => /^\s*secure\s*$/i.test(attribute));
  const kept = attributes.filter((attribute) => {
    const [name = '', value = ''] = attribute.split('=').map((part) => part.trim().toLowerCase());
    if (name === 'secure') return scheme === 'https';
    // Browsers take SameSite=None only together with Secure.
    if (scheme === 'http' && name === 'samesite' && value === 'none' && isSecure) return false;
    return name !== 'domain' || !coversHost(value, target.hostname);
  });
  const mapped = kept.map((attribute) =>
    attribute.replace(/^(\s*path\s*=\s*)(\/.*?)(\s*)$/i, (_whole, before: string, path: string, after: string) => {
      return `${before}${withoutBasePath(path, target)}${after}`;
    }),
  );
  return [pair, ...mapped].join(';');
}

function coversHost(domain: string, hostname: string): boolean {
  const bare = domain.replace(/^\./, '');
  return hostname === bare || hostname.endsWith(`.${bare}`);
}
