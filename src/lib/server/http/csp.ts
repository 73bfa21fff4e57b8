import { createHash } from 'node:crypto';

/** An opening tag's attributes: a `>` inside quotes does not end them. */
const ATTRIBUTES = String.raw`((?:"[^"]*"|'[^']*'|[^"'>])*)`;
const COMMENT = /<!--[\s\S]*?-->/g;

/**
 * The Content-Security-Policy for one page: what stands in its HTML may run, nothing that gets in later.
 *
 * The hashes are those of the text given, so it must be exactly what is sent. `policyFor('')` is the policy of a
 * response that is no page. `upgrade-insecure-requests` is left out on purpose: http://localhost must work.
 * @param allow `wasm` for the clerk's scanner: WebAssembly may be compiled, `eval` stays forbidden
 */
export function policyFor(html: string, allow: { wasm?: boolean } = {}): string {
  const hashes = (element: 'script' | 'style') =>
    inlineTexts(html, element).map((text) => ` '${sha256(text)}'`);
  return [
    "default-src 'none'",
    ["script-src 'self'", allow.wasm ? " 'wasm-unsafe-eval'" : '', ...hashes('script')].join(''),
    // For browsers that know no style-src-elem (Safari before 15.4); a hash here would switch 'unsafe-inline' off.
    "style-src 'self' 'unsafe-inline'",
    ["style-src-elem 'self'", ...hashes('style')].join(''),
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "media-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The texts of the inline elements that a browser would run or apply, each once. */
function inlineTexts(html: string, element: 'script' | 'style'): string[] {
  // The parser turns CRLF into LF before it hashes.
  const text = withoutComments(html.replace(/\r\n?/g, '\n'));
  const found = text.matchAll(
    new RegExp(`<${element}(?=[\\s/>])${ATTRIBUTES}>([\\s\\S]*?)</${element}[\\s/>]`, 'gi'),
  );
  const wanted = [...found].filter(
    ([, attributes]) => element === 'style' || runs(attributes ?? ''),
  );
  return [...new Set(wanted.map(([, , body]) => body ?? ''))];
}

/** Comments between elements are dropped; what looks like one inside a script or a style is its text. */
function withoutComments(html: string): string {
  const raw = new RegExp(
    `<(script|style)(?=[\\s/>])${ATTRIBUTES}>[\\s\\S]*?</\\1[\\s/>]|${COMMENT.source}`,
    'gi',
  );
  return html.replace(raw, (match) => (match.startsWith('<!--') ? '' : match));
}

/** Whether a script element with these attributes needs a hash: not with a `src`, not a block of data. */
function runs(attributes: string): boolean {
  if (attribute(attributes, 'src') !== undefined) return false;
  const type = attribute(attributes, 'type')?.trim().toLowerCase() ?? '';
  return (
    type === '' ||
    /^(module|importmap|speculationrules)$/.test(type) ||
    /^(text|application)\/(x-)?(java|ecma|j|live)script(1\.\d)?$/.test(type)
  );
}

function attribute(attributes: string, name: string): string | undefined {
  const pairs = attributes.matchAll(
    /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g,
  );
  for (const [, key, double, single, bare] of pairs) {
    if (key?.toLowerCase() === name) return double ?? single ?? bare ?? '';
  }
  return undefined;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
