const FIRST_AGAIN_MS = 10_000;

/**
 * Runs `task` once the page has loaded and the phone is idle; at the latest two seconds later.
 * One that fails is tried again, less and less often: most are parts of the page that a moment without a signal kept away.
 * @returns stops it if it has not begun, and further tries
 */
export function whenIdle(task: () => unknown): () => void {
  let stopped = false;
  let againMs = FIRST_AGAIN_MS;
  const run = () => {
    if (stopped) return;
    Promise.resolve(task()).catch(() => {
      setTimeout(run, againMs);
      againMs *= 2;
    });
  };
  const wait = () => {
    if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 2000 });
    else setTimeout(run, 300);
  };
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
  return () => {
    stopped = true;
    removeEventListener('load', wait);
  };
}
