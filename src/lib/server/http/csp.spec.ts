import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { policyFor } from './csp.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const directive = (policy: string, name: string) =>
  policy.split('; ').find((part) => part.startsWith(`${name} `));
const scripts = (html: string) => directive(policyFor(html), 'script-src');
const styles = (html: string) => directive(policyFor(html), 'style-src-elem');

describe('the policy of a response that is no page', () => {
  const policy = policyFor('');

  it('allows nothing inline and nothing from elsewhere', () => {
    expect(directive(policy, 'default-src')).toBe("default-src 'none'");
    expect(directive(policy, 'script-src')).toBe("script-src 'self'");
    expect(directive(policy, 'style-src-elem')).toBe("style-src-elem 'self'");
    expect(policy).not.toContain('unsafe-eval');
  });

  it('forbids framing, base and foreign form targets', () => {
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("form-action 'self'");
  });

  it('lets plain http on localhost work', () => {
    expect(policy).not.toContain('upgrade-insecure-requests');
  });

  it('is one header line', () => {
    expect(policy).toMatch(/^[\x20-\x7e]+$/);
  });
});

it('WebAssembly may run where the scanner does, eval nowhere', () => {
  const till = directive(policyFor('<script>run()</script>', { wasm: true }), 'script-src');
  expect(till).toBe(`script-src 'self' 'wasm-unsafe-eval' ${hash('run()')}`);
  expect(policyFor('<script>run()</script>')).not.toContain('eval');
});

describe('inline scripts', () => {
  it('are allowed by the hash of their exact text, in UTF-8', () => {
    const text = '\n  alert("答对了") // $& \n';
    expect(scripts(`<p>x</p><script>${text}</script>`)).toBe(`script-src 'self' ${hash(text)}`);
  });

  it.each([
    '',
    ' type="module"',
    " type='text/javascript'",
    ' type=module defer',
    ' TYPE="Module"',
    ' type="importmap"',
  ])('run with <script%s>', (attributes) => {
    expect(scripts(`<script${attributes}>run()</script>`)).toContain(hash('run()'));
  });

  it.each([
    ' type="application/json"',
    ' type="application/ld+json" id="x"',
    ' type="text/plain"',
    ' src="/a.js"',
  ])('need no hash with <script%s>', (attributes) => {
    expect(scripts(`<script${attributes}>run()</script>`)).toBe("script-src 'self'");
  });

  it('are not confused by an attribute that looks like another', () => {
    const html =
      '<script data-src="x" data-type="application/json" data-note="a > b">run()</script>';
    expect(scripts(html)).toContain(hash('run()'));
  });

  it('are hashed as the parser sees them, with LF', () => {
    expect(scripts('<script>a\r\nb</script>')).toContain(hash('a\nb'));
  });

  it('are hashed once each, in the order of the page', () => {
    const html = '<script>one()</script><SCRIPT>two()</SCRIPT ><script>one()</script>';
    expect(scripts(html)).toBe(`script-src 'self' ${hash('one()')} ${hash('two()')}`);
  });

  it('in a comment are not allowed, a comment in a script is its text', () => {
    expect(scripts('<!-- <script>old()</script> -->')).toBe("script-src 'self'");
    expect(scripts('<script>a("<!-- x -->")</script>')).toContain(hash('a("<!-- x -->")'));
  });
});

describe('inline styles', () => {
  it('are allowed by hash where style-src-elem is known, by unsafe-inline where it is not', () => {
    const html = '<style data-sveltekit>.a{color:red}</style>';
    expect(styles(html)).toBe(`style-src-elem 'self' ${hash('.a{color:red}')}`);
    expect(directive(policyFor(html), 'style-src')).toBe("style-src 'self' 'unsafe-inline'");
    expect(directive(policyFor(html), 'style-src-attr')).toBe("style-src-attr 'unsafe-inline'");
  });

  it('do not end up among the scripts', () => {
    expect(scripts('<style>.a{}</style>')).toBe("script-src 'self'");
  });
});
