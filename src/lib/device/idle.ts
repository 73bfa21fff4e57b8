/**
 * Runs `task` once the page has loaded and the phone is idle; at the latest two seconds later.
 * @returns stops it if it has not begun
 */
export function whenIdle(task: () => unknown): () => void {
  let stopped = false;
  const run = () => {
    if (!stopped) void task();
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
