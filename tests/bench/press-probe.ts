/** Where to touch, CSS pixels. */
export interface Places {
  option: { x: number; y: number };
  submit: { x: number; y: number };
}

/** Runs in the page, as text. */
export function places(): Places {
  const middle = (element: Element | null | undefined) => {
    if (!element) throw new Error('there is no question to answer');
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };
  const buttons = [...document.querySelectorAll('form button')];
  return {
    option: middle(document.querySelector('form input[type=radio]')?.closest('label')),
    submit: middle(buttons.find((button) => button.textContent.trim() === '提交')),
  };
}

/**
 * Runs in the page, as text: tells the time from the finger leaving 提交 (the event's own time, so a busy main thread
 * counts) to the end of the frame that shows the verdict, ms.
 */
export function watchPress(): void {
  const tell = (window as unknown as { tellBench: (text: string) => void }).tellBench;
  let pressedMs: number | undefined;
  addEventListener('click', (event) => (pressedMs = event.timeStamp), { capture: true });
  const observer = new MutationObserver(() => {
    const verdict = document.querySelector('[role=status]');
    if (pressedMs === undefined || !/^答[对错]了/.test(verdict?.textContent ?? '')) return;
    observer.disconnect();
    const from = pressedMs;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => tell(JSON.stringify(performance.now() - from));
      port2.postMessage(0);
    });
  });
  observer.observe(document, { childList: true, characterData: true, subtree: true });
}
