import type { RequestBody } from './request-body.ts';
import { prepareRules } from '../match/key-marks.ts';
import type { Mask } from '../match/mask-set.ts';
import type { CompiledRule } from '../model/match-rule-set.ts';
import type { RawHeaders } from '../model/headers.ts';
import { findRequestSecrets } from '../redact/redactor.ts';

export interface MaskedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: RequestBody;
}

const none: readonly Mask[] = [];

/** The secrets in a request: matching looks past their values, and no message of ours shows them. */
export function masksOf(request: MaskedRequest): readonly Mask[] {
  // By default headers take no part in matching: without a query and a body there is nothing to mask.
  return request.body === undefined && !request.target.includes('?') ? none : allMasks(request);
}

/** The same where match rules may let headers and cookies count. */
export function masksUnder(request: MaskedRequest, rules: readonly CompiledRule[]): readonly Mask[] {
  const { headers, cookies } = prepareRules(rules);
  return headers.length > 0 || cookies.length > 0 ? allMasks(request) : masksOf(request);
}

function allMasks(request: MaskedRequest): readonly Mask[] {
  return findRequestSecrets({ ...request, body: Buffer.isBuffer(request.body) ? request.body : undefined });
}
