/**
 * Keeps the screen on while the page is looked at, where the phone can; until the returned function is called.
 */
export function keepAwake(): () => void {
  if (!('wakeLock' in navigator)) return () => undefined;
  let stopped = false;
  let lock: WakeLockSentinel | undefined;
  const ask = () => {
    if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    // Refused where the battery is low; the voucher is shown all the same.
    navigator.wakeLock.request('screen').then(
      (sentinel) => {
        lock = sentinel;
        if (stopped) void lock.release();
      },
      () => undefined,
    );
  };
  ask();
  // The browser lets go of it whenever the page is hidden.
  document.addEventListener('visibilitychange', ask);
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
