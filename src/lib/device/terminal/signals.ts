/** What the clerk hears and feels without looking. */
export type Signal = 'yes' | 'no' | 'done';

interface Tone {
  hertz: number;
  fromS: number;
  forS: number;
}

/** Told apart by pitch, rhythm and sound, also by who hears high tones badly: up for yes, twice low for no. */
const TONES: Record<Signal, { shape: OscillatorType; tones: Tone[]; shakes: number[] }> = {
  yes: {
    shape: 'sine',
    tones: [
      { hertz: 660, fromS: 0, forS: 0.12 },
      { hertz: 990, fromS: 0.13, forS: 0.2 },
    ],
    shakes: [80],
  },
  no: {
    shape: 'square',
    tones: [
      { hertz: 190, fromS: 0, forS: 0.22 },
      { hertz: 190, fromS: 0.32, forS: 0.3 },
    ],
    shakes: [250, 120, 250],
  },
  done: { shape: 'sine', tones: [{ hertz: 880, fromS: 0, forS: 0.1 }], shakes: [40] },
};
const LOUDNESS: Record<OscillatorType, number> = {
  sine: 0.35,
  square: 0.14,
  sawtooth: 0.14,
  triangle: 0.3,
  custom: 0.2,
};

let context: AudioContext | undefined;

/** Browsers stay silent until the page has been touched once. @returns stops it */
export function readySound(): () => void {
  const touched = () => {
    context ??= typeof AudioContext === 'undefined' ? undefined : new AudioContext();
    void context?.resume().catch(() => undefined);
  };
  addEventListener('pointerdown', touched);
  return () => removeEventListener('pointerdown', touched);
}

export function give(signal: Signal): void {
  const { shape, tones, shakes } = TONES[signal];
  (navigator as Partial<Navigator>).vibrate?.(shakes);
  if (context?.state !== 'running') return;
  for (const { hertz, fromS, forS } of tones) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const from = context.currentTime + fromS;
    tone.type = shape;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS[shape], from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + forS);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + forS);
  }
}
