/** The service worker drains the outbox when the browser names this. */
export const SYNC_TAG = 'civil-code-park-sync';

/** Not in TypeScript's library; browsers of the Chromium family have it. */
interface SyncRegistration extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> };
}

/** Asks the browser to wake the service worker when there is a signal again, also after this page has closed. */
export async function drainWhenOnline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration: SyncRegistration | undefined =
      await navigator.serviceWorker.getRegistration();
    await registration?.sync?.register(SYNC_TAG);
  } catch {
    // Not allowed here: the next visit sends what waits.
  }
}
