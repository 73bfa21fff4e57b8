import type { BarcodeDetector as Ponyfill } from 'barcode-detector/ponyfill';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

// The clerk's scanner: camera frames in, texts of QR codes out. Reached from /shop only, which alone has the camera
// and WebAssembly allowed (server/http/headers.ts, csp.ts).

/** Why there is no picture; typing the code works in any case. */
export type CameraTrouble =
  /** The browser has no camera for this page: plain http, or a browser without the interface. */
  | 'unavailable'
  | 'none'
  | 'denied'
  | 'busy'
  /** The picture is there, but what reads it could not be loaded. */
  | 'no-reader';

export class CameraRefused extends Error {
  override readonly name = 'CameraRefused';
  readonly trouble: CameraTrouble;
  constructor(trouble: CameraTrouble, options?: ErrorOptions) {
    super(trouble, options);
    this.trouble = trouble;
  }
}

/** Reads the QR codes of one picture. */
export type Reader = (picture: HTMLCanvasElement) => Promise<string[]>;

/** Enough for a QR of 57 modules that fills half the frame; more only costs a slow phone time. */
const SIDE_PX = 720;
const PAUSE_MS = 80;

/**
 * Shows the camera in `video` and reads until `signal` is aborted, which also turns the camera off. Only the square
 * in the middle is read: what the clerk sees in the frame.
 * @param onread gets every text that is read, again and again while it is in view
 * @throws CameraRefused
 */
export async function scan(
  video: HTMLVideoElement,
  onread: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Fetched while the clerk is being asked for the camera.
  const reader = openReader();
  reader.catch(() => undefined);
  const stream = await openCamera();
  try {
    if (signal.aborted) return;
    signal.addEventListener('abort', () => turnOff(stream), { once: true });
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    await readFrames(video, stream, await reader, onread, signal);
  } catch (cause) {
    if (signal.aborted) return;
    throw cause instanceof CameraRefused ? cause : new CameraRefused('no-reader', { cause });
  } finally {
    turnOff(stream);
    if (video.srcObject === stream) video.srcObject = null;
  }
}

async function readFrames(
  video: HTMLVideoElement,
  stream: MediaStream,
  first: Reader,
  onread: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const canvas = document.createElement('canvas');
  let read = first;
  while (!signal.aborted) {
    // Another app has taken the camera, or its plug was pulled.
    if (!stream.active) throw new CameraRefused('busy');
    if (!document.hidden && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      takeSquare(video, canvas);
      const texts = await read(canvas).catch(async (cause: unknown) => {
        // Some phones promise to read QR codes and then cannot: from here on our own reader does it.
        if (read === wasmReader) throw cause;
        read = await openWasmReader();
        return [];
      });
      for (const text of texts) if (!signal.aborted) onread(text);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function takeSquare(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  const { videoWidth: width, videoHeight: height } = video;
  const from = Math.min(width, height);
  canvas.width = canvas.height = Math.min(from, SIDE_PX);
  const [left, top, side] = [(width - from) / 2, (height - from) / 2, canvas.width];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(video, left, top, from, from, 0, 0, side, side);
}

async function openCamera(): Promise<MediaStream> {
  // Absent on plain http, whatever TypeScript says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) throw new CameraRefused('unavailable');
  const wish = {
    facingMode: { ideal: 'environment' },
    width: { ideal: 1280 },
    height: { ideal: 720 },
  };
  try {
    return await devices.getUserMedia({ audio: false, video: wish });
  } catch (cause) {
    throw new CameraRefused(troubleOf(cause), { cause });
  }
}

function turnOff(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function troubleOf(cause: unknown): CameraTrouble {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'busy';
  }
}

/** The browser's own reader where it really reads QR codes, else ours. */
async function openReader(): Promise<Reader> {
  return (await nativeReader()) ?? openWasmReader();
}

async function nativeReader(): Promise<Reader | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: typeof Ponyfill };
  // Where a phone lacks the service behind it, it is there and knows no format, or fails when asked.
  const formats: readonly string[] =
    (await BarcodeDetector?.getSupportedFormats().catch(() => undefined)) ?? [];
  return BarcodeDetector && formats.includes('qr_code') ? readerOf(BarcodeDetector) : undefined;
}

let wasmReader: Reader | undefined;

/** Loaded when needed, once per page. Its wasm is a file of this site; the library's default is somebody else's. */
async function openWasmReader(): Promise<Reader> {
  if (wasmReader) return wasmReader;
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return (wasmReader = readerOf(BarcodeDetector));
}

function readerOf(Detector: typeof Ponyfill): Reader {
  const detector = new Detector({ formats: ['qr_code'] });
  return async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue);
}
