const LOCK = 'civil-code-park-sync';

/**
 * Keeps two tabs, or a tab and the service worker, from sending the same rows at once. It saves requests; correctness
 * does not hang on it, and on plain http there is none.
 * @param task is told whether it has the lock
 * @param patienceMs how long to wait for who is at it; after that, 0 gives up, anything else goes ahead without
 * @param name of what is done; the residents' sync where it is left out
 * @returns false where it was not tried
 */
export async function alone(
  task: (locked: boolean) => Promise<void>,
  patienceMs: number,
  name = LOCK,
): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  if (!locks) {
    await task(false);
    return true;
  }
  if (patienceMs === 0) {
    return locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await task(true);
      return lock !== null;
    });
  }
  // A tab that the system has put to sleep may hold the lock for hours.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  let granted = false;
  try {
    await locks.request(name, { signal: patience.signal }, () => {
      granted = true;
      clearTimeout(timer);
      return task(true);
    });
  } catch (error) {
    if (granted) throw error;
    await task(false);
  } finally {
    clearTimeout(timer);
  }
  return true;
}
