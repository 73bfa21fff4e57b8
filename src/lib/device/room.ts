/**
 * When the phone has no room left, answers come first: pictures go, they can be fetched again.
 * @returns whether anything was dropped
 */
export async function makeRoom(): Promise<boolean> {
  // No Cache Storage on plain http.
  if (typeof caches === 'undefined') return false;
  return caches.delete('civil-code-park-pictures').catch(() => false);
}
