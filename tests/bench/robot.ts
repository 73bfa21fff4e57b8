/** What the robot saw. ms since the navigation began, except the wall clock. */
export interface Played {
  /** `performance.timeOrigin`, ms since 1970. */
  navigationAtMs: number;
  firstContentfulPaint: number;
  tapped: number;
  /** The verdict is painted. */
  feedback: number;
  /** The second question is painted. */
  next: number;
  /** Times that it had to choose and press 提交. */
  taps: number;
  /** Times that it had to press 下一题. */
  presses: number;
}

/**
 * A resident in a hurry, who taps as soon as there is something to tap. It runs in the page, before the page's own
 * scripts, and is handed over as text: it can use nothing from outside.
 *
 * It chooses the first option and presses 提交 once both are painted and not covered, again every 50 ms until a verdict
 * is there; then 下一题, again every 100 ms until another question is there. “Painted” is the first task after a frame
 * with it.
 */
export function robot(): void {
  if (location.protocol !== 'http:' || window !== window.top) return;
  const tell = (window as unknown as { tellBench: (text: string) => void }).tellBench;
  const played = { navigationAtMs: performance.timeOrigin, taps: 0, presses: 0 } as Played;
  let firstStem = '';
  let watching = () => {};

  const observer = new MutationObserver(() => watching());
  observer.observe(document, {
    childList: true,
    characterData: true,
    attributes: true,
    subtree: true,
  });
  const paints = new PerformanceObserver((list) => {
    const paint = list.getEntriesByName('first-contentful-paint')[0];
    if (!paint) return;
    played.firstContentfulPaint = paint.startTime;
    paints.disconnect();
    whenReady();
  });
  paints.observe({ type: 'paint', buffered: true });

  let optionsPainted = false;
  watching = () => {
    if (!firstOption() || !buttonNamed(/^提交$/)) return;
    watching = () => {};
    onceShown(
      () => inReach(firstOption()?.closest('label')) && inReach(buttonNamed(/^提交$/)),
      () => {
        optionsPainted = true;
        whenReady();
      },
    );
  };

  function whenReady(): void {
    if (!optionsPainted || !played.firstContentfulPaint || played.taps) return;
    firstStem = stem();
    played.tapped = performance.now();
    watching = () => {
      if (!/^答[对错]了/.test(verdict()?.textContent ?? '')) return;
      watching = () => {};
      onceShown(
        () => verdict()?.checkVisibility({ visibilityProperty: true }) === true,
        () => {
          played.feedback = performance.now();
          goOn();
        },
      );
    };
    tap();
  }

  function tap(): void {
    if (played.feedback || /^答[对错]了/.test(verdict()?.textContent ?? '')) return;
    played.taps++;
    firstOption()?.click();
    buttonNamed(/^提交$/)?.click();
    setTimeout(tap, 50);
  }

  function goOn(): void {
    watching = () => {
      if (!stem() || stem() === firstStem) return;
      watching = () => {};
      onceShown(
        () => document.querySelector('form legend')?.checkVisibility() === true,
        () => {
          played.next = performance.now();
          observer.disconnect();
          tell(JSON.stringify(played));
        },
      );
    };
    press();
  }

  function press(): void {
    if (played.next || stem() !== firstStem) return;
    const next = buttonNamed(/^下一题$/);
    if (next && inReach(next)) {
      played.presses++;
      next.click();
    }
    setTimeout(press, 100);
  }

  /** After the first frame at whose end `shown` holds. */
  function onceShown(shown: () => boolean, then: () => void): void {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (shown() ? then() : onceShown(shown, then));
      port2.postMessage(0);
    });
  }

  /** A finger on its middle would hit it. */
  function inReach(element: Element | null | undefined): boolean {
    if (!element?.checkVisibility({ visibilityProperty: true })) return false;
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  }

  function firstOption(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>('form input[type=radio]');
  }
  function buttonNamed(name: RegExp): HTMLElement | undefined {
    return [...document.querySelectorAll('button')].find((button) =>
      name.test(button.textContent.trim()),
    );
  }
  function verdict(): Element | null {
    return document.querySelector('[role=status]');
  }
  function stem(): string {
    return document.querySelector('form legend')?.textContent.trim() ?? '';
  }
}
